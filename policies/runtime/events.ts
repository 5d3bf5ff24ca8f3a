import { isOneOf, type SyscallEvent } from "portcullis";

/** Whether the event is of a process in a container, and not of the node's own. */
export const inContainer = (event: SyscallEvent): boolean => event["container.id"] !== undefined && event["container.id"] !== "host";

/** Whether a program was started. */
export const newProcess = (event: SyscallEvent): boolean => isOneOf(event["evt.type"], ["execve", "execveat"]);
