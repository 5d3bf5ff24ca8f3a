import { posix } from "node:path";
import { bpfCommands, capabilities, cloneFlags, permissionBits, protocols, socketDomains, traceRequests } from "../../src/backends/tetragon/constants.ts";
import type { Address, Call } from "./engine.ts";

type Event = Readonly<Record<string, unknown>>;

const textOf = (value: unknown, fallback: string): string => (typeof value === "string" && value !== "" ? value : fallback);

/** A path without what no resolved path has. */
const pathOf = (value: unknown, fallback: string): string => {
  const path = posix.normalize(`/${textOf(value, fallback)}`);
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
};

const opens = ["open", "openat", "openat2"];
const sends = ["sendto", "sendmsg"];
const unlinks = ["unlink", "unlinkat"];
const renames = ["rename", "renameat", "renameat2"];
const execs = ["execve", "execveat"];

/** The names that a text of flags holds, as the driver writes them. */
const namesIn = (value: unknown, known: Readonly<Record<string, number>>): readonly string[] => String(value ?? "").split("|").filter((name) => Object.hasOwn(known, name));

/**
 * An event as the kernel could have made it: fields that each event of its type has are there, those that say the same say the same, paths are
 * resolved, and flags are ones that there are.
 */
export function possible(event: Event): Event {
  const type = String(event["evt.type"] ?? "");
  const name = textOf(event["proc.name"], "x").replaceAll("/", "_");
  const parent = textOf(event["proc.pname"], "init");
  const ancestors = Array.isArray(event["proc.aname"]) ? (event["proc.aname"] as readonly unknown[]).map(String).slice(1) : [];
  const isHost = event["container.id"] === undefined || event["container.id"] === "host" || event["container.id"] === "";
  const { "k8s.ns.name": namespace, ...rest } = event;
  return {
    ...rest,
    "proc.name": name, "proc.pname": parent, "proc.aname": [parent, ...ancestors], "proc.tty": event["proc.tty"] ?? 0, "proc.vpid": event["proc.vpid"] ?? 57,
    "thread.cap_permitted": String(event["thread.cap_permitted"] ?? "").split(" ").filter((each) => (capabilities as readonly string[]).includes(each)).join(" "),
    "evt.res": event["evt.res"] ?? "SUCCESS", "evt.rawres": event["evt.rawres"] ?? 0,
    ...(isHost ? { "container.id": "host" } : { "k8s.ns.name": textOf(namespace, "default") }),
    ...ofType(type, event),
  };
}

function ofType(type: string, event: Event): Event {
  if (opens.includes(type)) {
    const path = pathOf(event["fd.name"], "x");
    return { "fd.name": path, "fd.directory": posix.dirname(path), "fd.filename": posix.basename(path), "fd.num": event["fd.num"] ?? 3, "fd.typechar": "f", "evt.is_open_create": event["evt.is_open_create"] ?? false };
  }
  if (unlinks.includes(type)) return { "evt.arg.path": undefined, "evt.arg.oldpath": undefined, "evt.arg.newpath": undefined, "evt.arg.name": pathOf(event["evt.arg.name"] ?? event["evt.arg.path"], "x") };
  if (renames.includes(type)) return { "evt.arg.path": undefined, "evt.arg.name": undefined, "evt.arg.oldpath": pathOf(event["evt.arg.oldpath"], "x"), "evt.arg.newpath": pathOf(event["evt.arg.newpath"], "y") };
  if (execs.includes(type)) return { "evt.res": "SUCCESS", "evt.rawres": 0, "proc.exepath": pathOf(String(event["proc.exepath"] ?? "").replaceAll("memfd:", ""), `usr/bin/${textOf(event["proc.name"], "x").replaceAll("/", "_")}`) };
  if (type === "connect" || sends.includes(type)) return toAddress(event);
  const known = { ptrace: ["evt.arg.request", traceRequests, "PTRACE_CONT"], bpf: ["evt.arg.cmd", { ...bpfCommands, 5: 5 }, "BPF_MAP_CREATE"], socket: ["evt.arg.domain", socketDomains, "AF_INET"] } as const;
  if (type in known) {
    const [field, numbers, fallback] = known[type as keyof typeof known];
    return { [field]: Object.hasOwn(numbers, String(event[field])) ? event[field] : fallback };
  }
  const flags = { chmod: ["evt.arg.mode", permissionBits], fchmod: ["evt.arg.mode", permissionBits], fchmodat: ["evt.arg.mode", permissionBits], unshare: ["evt.arg.flags", cloneFlags] } as const;
  if (type in flags) {
    const [field, numbers] = flags[type as keyof typeof flags];
    return { [field]: namesIn(event[field], numbers).join("|") };
  }
  if (type.startsWith("symlink")) return { "evt.arg.target": textOf(event["evt.arg.target"], "x") };
  return type.startsWith("link") ? { "evt.arg.oldpath": textOf(event["evt.arg.oldpath"], "x") } : {};
}

function toAddress(event: Event): Event {
  if (event["fd.type"] === "unix" || event["fd.typechar"] === "u") return { "fd.type": "unix", "fd.typechar": "u", "fd.sip": undefined, "fd.sport": undefined, "fd.l4proto": undefined, "fd.name": textOf(event["fd.name"], "x") };
  const given = textOf(event["fd.sip"], "203.0.113.9");
  // The kernel connects such an address by its other family.
  const address = given.includes(":") && given.includes(".") ? "2001:db8::1" : given;
  const isSix = address.includes(":");
  const protocol = String(event["fd.l4proto"] ?? "tcp");
  return {
    "fd.sip": address, "fd.rip": address, "fd.typechar": isSix ? "6" : "4", "fd.type": isSix ? "ipv6" : "ipv4", "fd.sport": Number(event["fd.sport"] ?? 80) & 0xffff, "fd.l4proto": Object.hasOwn(protocols, protocol) ? protocol : "tcp",
    "fd.connected": event["fd.connected"] ?? false, "fd.name_changed": event["fd.connected"] !== true,
  };
}

/** The calls of hooked functions that a possible event comes with: none where it has no hook, or is over before one. */
export function callOf(event: Event): Call | undefined {
  const type = String(event["evt.type"] ?? "");
  const isHost = event["container.id"] === "host";
  const [parent, grandparent = "init"] = event["proc.aname"] as readonly string[];
  const common = {
    returns: event["evt.res"] === "SUCCESS" ? 0 : -1,
    namespace: isHost ? undefined : String(event["k8s.ns.name"]),
    ownId: Number(event["proc.vpid"]),
    permitted: String(event["thread.cap_permitted"]).split(" "),
  };
  const task = { "task:comm": String(event["proc.name"]), "task:real_parent.comm": parent, "task:real_parent.real_parent.comm": grandparent, "task:signal.tty": Number(event["proc.tty"]) };
  const call = (name: string, values: Call["values"]): Call => ({ ...common, call: name, values: { ...task, ...values } });
  const path = (prefix: string, value: unknown, folder = prefix, name = prefix): Call["values"] => ({ [`${folder}:`]: posix.dirname(String(value)), [`${name}:d_name.name`]: posix.basename(String(value)) });
  if (opens.includes(type)) {
    if (Number(event["fd.num"]) < 0) return undefined;
    const file = String(event["fd.name"]);
    const mode = (event["evt.is_open_read"] === true ? 1 : 0) | (event["evt.is_open_write"] === true ? 2 : 0);
    return call("security_file_open", { "0:": file, "0:f_mode": mode, "0:f_flags": String(event["evt.arg.flags"] ?? "").includes("O_TRUNC") ? 0o1000 : 0, "0:f_path.dentry.d_parent.d_name.name": posix.basename(posix.dirname(file)) });
  }
  if (unlinks.includes(type)) return call("security_path_unlink", path("0", event["evt.arg.name"], "0", "1"));
  if (renames.includes(type)) return call("security_path_rename", { ...path("0", event["evt.arg.oldpath"], "0", "1"), ...path("2", event["evt.arg.newpath"], "2", "3") });
  if (execs.includes(type)) {
    const file = String(event["proc.exepath"]);
    const name = event["proc.is_exe_from_memfd"] === true ? "memfd:x" : posix.basename(file);
    // The process still bears its old name.
    return call("security_bprm_check", { "task:comm": parent, "0:": file, "0:filename": `/usr/bin/${String(event["proc.name"])}`, "0:file.f_path.dentry.d_name.name": name, "0:file.f_path.dentry.d_parent.d_name.name": posix.basename(posix.dirname(file)) });
  }
  const address = addressOf(event);
  const socket = { ...address, protocol: protocols[String(event["fd.l4proto"])] ?? 0 };
  if (type === "connect") return call("security_socket_connect", { "1:": address, "0:": socket, "1:sa_data": String(event["fd.name"] ?? "").split(" ").at(-1) ?? "" });
  if (sends.includes(type)) return call("security_socket_sendmsg", { "1:msg_name": event["fd.connected"] === true ? undefined : address, "0:": socket });
  const bits = (field: string, known: Readonly<Record<string, number>>): number => namesIn(event[field], known).reduce((sum, name) => sum + (known[name] ?? 0), 0);
  switch (type) {
    case "ptrace":
      return call("sys_ptrace", { "0:": traceRequests[String(event["evt.arg.request"])] });
    case "bpf":
      return call("sys_bpf", { "0:": bpfCommands[String(event["evt.arg.cmd"])] ?? Number(event["evt.arg.cmd"]) });
    case "socket":
      return call("sys_socket", { "0:": socketDomains[String(event["evt.arg.domain"])] });
    case "chmod":
    case "fchmod":
      return call(`sys_${type}`, { "1:": bits("evt.arg.mode", permissionBits) });
    case "fchmodat":
      return call("sys_fchmodat", { "2:": bits("evt.arg.mode", permissionBits) });
    case "unshare":
      return call("sys_unshare", { "0:": bits("evt.arg.flags", cloneFlags) });
    case "symlink":
    case "symlinkat":
      return call(`sys_${type}`, { "0:": String(event["evt.arg.target"]) });
    case "link":
      return call("sys_link", { "0:": String(event["evt.arg.oldpath"]) });
    case "linkat":
      return call("sys_linkat", { "1:": String(event["evt.arg.oldpath"]) });
    default:
      return ["mount", "move_mount", "setns", "process_vm_writev", "init_module", "finit_module", "open_by_handle_at"].includes(type) ? call(`sys_${type}`, {}) : undefined;
  }
}

function addressOf(event: Event): Address {
  if (event["fd.typechar"] === "u") return { family: "AF_UNIX" };
  return { family: event["fd.typechar"] === "6" ? "AF_INET6" : "AF_INET", address: String(event["fd.sip"]), port: Number(event["fd.sport"]) };
}
