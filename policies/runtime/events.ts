import { addressInsideAny, isOneOf, liesInAny, type SyscallEvent } from "portcullis";

/** Whether the event is of a process in a container, and not of the node's own. */
export const inContainer = (event: SyscallEvent): boolean => event["container.id"] !== undefined && event["container.id"] !== "host";

/** Whether a program was started. */
export const newProcess = (event: SyscallEvent): boolean => isOneOf(event["evt.type"], ["execve", "execveat"]);

/** Whether a number is what a call gives, and no error. */
const isResult = (number: number | undefined): boolean => number !== undefined && number >= 0;

/** Whether an open gave a file. One that failed has no descriptor. */
const gaveFile = (event: SyscallEvent): boolean => isOneOf(event["evt.type"], ["open", "openat", "openat2"]) && event["fd.typechar"] === "f" && isResult(event["fd.num"]);

/** Whether a file was opened to be read. What io_uring opens makes no such event. */
export const openRead = (event: SyscallEvent): boolean => gaveFile(event) && event["evt.is_open_read"] === true;

/** Whether a file was opened to be written. */
export const openWrite = (event: SyscallEvent): boolean => gaveFile(event) && event["evt.is_open_write"] === true;

/** Whether a file was removed or moved. A call that failed left it where it was. */
export const removal = (event: SyscallEvent): boolean => isOneOf(event["evt.type"], ["unlink", "unlinkat", "rename", "renameat", "renameat2"]) && event["evt.res"] === "SUCCESS";

/** Whether a removal took a file out of these directories, or put another in the place of one there: that is how `sed -i` and `mv` overwrite. */
export const removalIn = (event: SyscallEvent, directories: readonly string[]): boolean =>
  removal(event) && (liesInAny(event["evt.arg.path"], directories) || liesInAny(event["evt.arg.name"], directories) || liesInAny(event["evt.arg.oldpath"], directories) || liesInAny(event["evt.arg.newpath"], directories));

/**
 * Whether a connection to an IP address was begun; one that does not block says EINPROGRESS. To port 0 nothing is ever sent:
 * the C library connects there to find out which of several addresses it would leave from.
 */
export const connection = (event: SyscallEvent): boolean => event["evt.type"] === "connect" && toAddress(event);

/** Whether something was sent out: a connection was begun, or a datagram went to an address without one. */
export const outbound = (event: SyscallEvent): boolean => connection(event) || (isDatagram(event) && toAddress(event));

const isDatagram = (event: SyscallEvent): boolean => isOneOf(event["evt.type"], ["sendto", "sendmsg"]) && event["fd.l4proto"] !== "tcp" && event["fd.connected"] === false && event["fd.name_changed"] === true;

const toAddress = (event: SyscallEvent): boolean => isOneOf(event["fd.typechar"], ["4", "6"]) && event["fd.sport"] !== 0 && (isResult(event["evt.rawres"]) || event["evt.res"] === "EINPROGRESS");

/** Whether the server's address is in one of these networks. */
export const serverIn = (event: SyscallEvent, networks: readonly string[]): boolean => event["fd.sip"] !== undefined && addressInsideAny(event["fd.sip"], networks);

/** Whether the process is the container runtime, which prepares a container from inside before the first program of it starts. */
export const isRuntime = (event: SyscallEvent): boolean => isOneOf(event["proc.name"], ["runc", "runc:[0:PARENT]", "runc:[1:CHILD]", "runc:[2:INIT]", "crun"]);

/**
 * Whether a listed process did it, in a listed image where images are listed. An image alone excuses nobody: an intruder's shell
 * runs in it too, and its name may not be known yet when the event comes.
 */
export const excused = (event: SyscallEvent, processes: readonly string[], images: readonly string[]): boolean => isOneOf(event["proc.name"], processes) && (isEmpty(images) || isOneOf(event["container.image.repository"], images));

/** Whether a list has nothing in it. */
export const isEmpty = (list: readonly string[]): boolean => !list.some(() => true);

/** Where it happened: what each rule tells beside what is its own. */
export const place = ["user.name", "container.id", "container.image.repository", "k8s.ns.name", "k8s.pod.name"] as const;
