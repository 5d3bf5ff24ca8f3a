import { bpfCommands, cloneFlags, fileModes, openFlags, permissionBits, protocols, socketDomains, traceRequests } from "./constants.ts";
import type { HookValue } from "./filters.ts";
import { folderOf, nameOf, path, pathInParts } from "./path-readings.ts";
import { absent, address, ancestors, bits, constant, family, flag, granted, inPod, ownId, permitted, pointer, podNamespace, port, programName, protocol, type Reading, succeeded, text } from "./readings.ts";

/** A function of the kernel that is hooked for some types of events, and where each field of such an event is found there. */
export interface Hook {
  readonly call: string;
  readonly isSyscall: boolean;
  readonly types: readonly string[];
  readonly fields: Readonly<Record<string, Reading>>;
  /** What events tell beside what selectors compare. */
  readonly tells: readonly HookValue[];
  /** How what the hook sees differs from such events, where that is so for every condition. */
  readonly note?: string;
}

const argument = (index: number, type: string, resolve?: string, label?: string): HookValue => ({ index, type, ...(resolve === undefined ? {} : { resolve }), ...(label === undefined ? {} : { label }) });
const ofTask = (type: string, resolve: string, label: string): HookValue => ({ type, resolve, label });

const comm = ofTask("string", "comm", "name");
const parent = ofTask("string", "real_parent.comm", "parent");
const grandparent = ofTask("string", "real_parent.real_parent.comm", "grandparent");

/** What every hook sees of the process that runs. Tetragon reads no ancestor past the second here: a hook has five values. */
const process: Readonly<Record<string, Reading>> = {
  "container.id": inPod,
  "k8s.ns.name": podNamespace,
  "proc.name": text(comm, "a process's name"),
  "proc.pname": text(parent, "a parent's name"),
  "proc.aname": ancestors([parent, grandparent]),
  "proc.tty": pointer(ofTask("uint64", "signal.tty", "terminal")),
  "proc.vpid": ownId,
  "thread.cap_permitted": permitted,
};

const attempts = "Attempts that the kernel refuses count too.";

/** The result of a call, which a hook at its start does not know. */
const attempted: Readonly<Record<string, Reading>> = { "evt.res": granted(attempts), "evt.rawres": granted(attempts) };

function syscall(name: string, fields: Readonly<Record<string, Reading>>, tells: readonly HookValue[]): Hook {
  return { call: `sys_${name}`, isSyscall: true, types: [name], fields: { ...process, ...attempted, ...fields }, tells };
}

const openedFile = argument(0, "file");
const openMode = argument(0, "uint32", "f_mode", "mode");
const filename = argument(0, "string", "filename", "program");
const connectTo = argument(1, "sockaddr");
const connectSocket = argument(0, "socket");
const sendTo = argument(1, "sockaddr", "msg_name", "address");

/** Fields of an address that something is sent to, and of the socket that it is sent by. */
const toAddress = (value: HookValue, socket: HookValue): Readonly<Record<string, Reading>> => ({
  "fd.sip": address(value), "fd.rip": address(value), "fd.sport": port(value), "fd.rport": port(value), "fd.typechar": family(value), "fd.type": family(value), "fd.l4proto": protocol(socket, protocols),
});

/** All hooks. Where one type of event has several, they are told apart by what they see. */
export const hooks: readonly Hook[] = [
  {
    call: "security_file_open", isSyscall: false, types: ["open", "openat", "openat2"],
    fields: {
      ...process,
      // The hook is called where an open was allowed, right before it gives the file.
      "fd.num": granted(), "fd.typechar": granted(), "evt.res": granted(), "evt.rawres": granted(),
      "fd.name": path(openedFile, argument(0, "string", "f_path.dentry.d_parent.d_name.name", "folder")),
      "fd.directory": folderOf(openedFile), "fd.filename": nameOf(openedFile),
      "evt.is_open_read": flag(openMode, fileModes["read"] ?? 0), "evt.is_open_write": flag(openMode, fileModes["write"] ?? 0),
      "evt.arg.flags": bits(argument(0, "uint32", "f_flags", "flags"), openFlags),
    },
    tells: [openedFile],
  },
  {
    call: "security_path_unlink", isSyscall: false, types: ["unlink", "unlinkat"],
    fields: {
      ...process, ...attempted,
      "evt.arg.path": pathInParts(argument(0, "path"), argument(1, "string", "d_name.name", "file")),
      "evt.arg.name": pathInParts(argument(0, "path"), argument(1, "string", "d_name.name", "file")),
      "evt.arg.oldpath": absent, "evt.arg.newpath": absent,
    },
    tells: [argument(0, "path"), argument(1, "string", "d_name.name", "file")],
    note: "The removal of a folder is not seen.",
  },
  {
    call: "security_path_rename", isSyscall: false, types: ["rename", "renameat", "renameat2"],
    fields: {
      ...process, ...attempted,
      "evt.arg.path": absent, "evt.arg.name": absent,
      "evt.arg.oldpath": pathInParts(argument(0, "path"), argument(1, "string", "d_name.name", "from")),
      "evt.arg.newpath": pathInParts(argument(2, "path"), argument(3, "string", "d_name.name", "to")),
    },
    tells: [argument(0, "path"), argument(1, "string", "d_name.name", "from"), argument(2, "path"), argument(3, "string", "d_name.name", "to")],
  },
  {
    call: "security_bprm_check", isSyscall: false, types: ["execve", "execveat"],
    fields: {
      ...process,
      "evt.res": granted(), "evt.rawres": granted(),
      "proc.name": programName(filename),
      "proc.exepath": path(argument(0, "linux_binprm"), argument(0, "string", "file.f_path.dentry.d_parent.d_name.name", "folder")),
      "proc.is_exe_from_memfd": memoryFile(argument(0, "string", "file.f_path.dentry.d_name.name", "executable")),
    },
    tells: [argument(0, "linux_binprm"), filename],
    note: "A script is seen twice: by its own path, and by its interpreter's.",
  },
  {
    call: "security_socket_connect", isSyscall: false, types: ["connect"],
    fields: { ...process, ...attempted, ...toAddress(connectTo, connectSocket), "fd.name": text(argument(1, "string", "sa_data", "path"), "a socket's path") },
    tells: [connectTo],
  },
  {
    call: "security_socket_sendmsg", isSyscall: false, types: ["sendto", "sendmsg"],
    fields: {
      ...process, ...attempted, ...toAddress(sendTo, argument(0, "socket")),
      // An address is given with a message only where the socket has none, or where another is meant.
      "fd.connected": (test, isDenied) => (test.kind === "in" && test.values.length === 1 && test.values[0] === isDenied ? { alternatives: [[]] } : undefined),
      "fd.name_changed": granted(),
    },
    tells: [sendTo],
  },
  syscall("mount", { "evt.res": succeeded }, [argument(0, "string"), argument(1, "string"), argument(2, "string")]),
  syscall("move_mount", {}, [argument(1, "string"), argument(3, "string")]),
  syscall("setns", {}, [argument(1, "int")]),
  syscall("unshare", { "evt.arg.flags": bits(argument(0, "int"), cloneFlags) }, [argument(0, "int")]),
  syscall("ptrace", { "evt.arg.request": constant(argument(0, "int"), traceRequests) }, [argument(0, "int"), argument(1, "int")]),
  syscall("process_vm_writev", {}, []),
  syscall("init_module", {}, [argument(2, "string")]),
  syscall("finit_module", {}, [argument(0, "int"), argument(1, "string")]),
  syscall("bpf", { "evt.arg.cmd": constant(argument(0, "int"), bpfCommands) }, [argument(0, "int")]),
  syscall("open_by_handle_at", {}, [argument(2, "int")]),
  syscall("chmod", { "evt.arg.mode": bits(argument(1, "uint16"), permissionBits, 0o7777) }, [argument(0, "string"), argument(1, "uint16")]),
  syscall("fchmod", { "evt.arg.mode": bits(argument(1, "uint16"), permissionBits, 0o7777) }, [argument(0, "int"), argument(1, "uint16")]),
  syscall("fchmodat", { "evt.arg.mode": bits(argument(2, "uint16"), permissionBits, 0o7777) }, [argument(1, "string"), argument(2, "uint16")]),
  syscall("socket", { "evt.arg.domain": constant(argument(0, "int"), socketDomains) }, [argument(0, "int"), argument(1, "int")]),
  syscall("symlink", { "evt.arg.target": text(argument(0, "string"), "a target") }, [argument(0, "string"), argument(1, "string")]),
  syscall("symlinkat", { "evt.arg.target": text(argument(0, "string"), "a target") }, [argument(0, "string"), argument(2, "string")]),
  syscall("link", { "evt.arg.oldpath": text(argument(0, "string"), "a path") }, [argument(0, "string"), argument(1, "string")]),
  syscall("linkat", { "evt.arg.oldpath": text(argument(1, "string"), "a path") }, [argument(1, "string"), argument(3, "string")]),
];

/** The file of a program that lives in memory alone has a name that begins so, by which Falco's driver knows it too. */
function memoryFile(name: HookValue): Reading {
  const begins = text(name, "a file's name");
  return (test, isDenied) => (test.kind === "in" && test.values.length === 1 && typeof test.values[0] === "boolean" ? begins({ kind: "starts", values: ["memfd:"] }, test.values[0] === isDenied) : undefined);
}
