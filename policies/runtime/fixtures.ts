import type { SyscallEvent } from "portcullis";

/** A container as the container plugin describes it, and who runs in it. */
const container = (id: string, image: string, namespace: string, pod: string, name: string, user: string, uid: number): SyscallEvent => ({
  "container.id": id, "container.name": name, "container.type": "containerd", "container.privileged": false,
  "container.image.repository": image, "container.image.tag": "1.4.2", "k8s.ns.name": namespace, "k8s.pod.name": pod, "user.name": user, "user.uid": uid,
});

/** The container of a shop's web server. */
export const web = container("3ad7b26ded6d", "registry.example.com/shop/web", "shop", "web-6d4b75cb6d-x7k2p", "web", "www-data", 33);
/** A container that runs as root. */
export const worker = container("91c0e2f7a4b8", "registry.example.com/shop/worker", "shop", "worker-5c9f6d7b44-qm8zd", "worker", "root", 0);
/** The proxy of a service mesh beside a workload. */
export const proxy = container("5f0b9d3c7e21", "docker.io/istio/proxyv2", "shop", "web-6d4b75cb6d-x7k2p", "istio-proxy", "istio-proxy", 1337);
/** An agent of the network plugin, which is privileged. */
export const cni: SyscallEvent = { ...container("c27e51d08f36", "quay.io/cilium/cilium", "kube-system", "cilium-4wz7n", "cilium-agent", "root", 0), "container.privileged": true };
/** A storage driver on a node, which is privileged. */
export const csi: SyscallEvent = { ...container("a8d14e6b90c5", "registry.k8s.io/provider-aws/aws-ebs-csi-driver", "kube-system", "ebs-csi-node-7tr2k", "ebs-plugin", "root", 0), "container.privileged": true };
/** A pod of a build system. */
export const build = container("e4b8102f9d7a", "registry.example.com/ci/builder", "ci", "build-4711-step-2", "step", "root", 0);
/** A container that was just started: what the runtime knows of it has not come yet. */
export const unknown: SyscallEvent = { "container.id": "7be0f41c93aa", "user.name": "root", "user.uid": 0 };
/** The node itself. */
export const node: SyscallEvent = { "container.id": "host", "container.name": "host", "user.name": "root", "user.uid": 0 };

/** A process. Its parent is a shell unless another is named. */
export const by = (name: string, cmdline: string, parent = "sh", tty = 0): SyscallEvent => ({ "proc.name": name, "proc.cmdline": cmdline, "proc.exepath": `/usr/bin/${name}`, "proc.pname": parent, "proc.aname": [parent], "proc.tty": tty, "proc.vpid": 57 });

/** The start of a program. */
export const started = (name: string, cmdline: string, parent = "sh", tty = 0): SyscallEvent => ({ "evt.type": "execve", "evt.res": "SUCCESS", "evt.rawres": 0, ...by(name, cmdline, parent, tty), "proc.is_exe_upper_layer": false, "proc.is_exe_from_memfd": false });

const file = (path: string): SyscallEvent => ({ "evt.arg.name": path, "fd.name": path, "fd.directory": path.slice(0, path.lastIndexOf("/")), "fd.filename": path.slice(path.lastIndexOf("/") + 1), "fd.type": "file", "fd.typechar": "f" });

/** A file is opened to be read. */
export const reads = (path: string): SyscallEvent => ({
  "evt.type": "openat", "evt.res": "SUCCESS", "evt.rawres": 3, "evt.failed": false, "evt.arg.flags": "O_RDONLY|O_CLOEXEC", "evt.is_open_read": true, "evt.is_open_write": false, "evt.is_open_create": false, ...file(path), "fd.num": 3,
});

/** A file is opened to be written; one that is there already, unless said otherwise. */
export const writes = (path: string, flags = "O_TRUNC|O_CREAT|O_WRONLY", isNew = false): SyscallEvent => ({
  "evt.type": "openat", "evt.res": "SUCCESS", "evt.rawres": 4, "evt.failed": false, "evt.arg.flags": isNew ? `${flags}|O_F_CREATED` : flags, "evt.is_open_read": false, "evt.is_open_write": true, "evt.is_open_create": isNew, ...file(path), "fd.num": 4,
});

/** A call failed with this error, which has this number. */
export const failed = (error: string, number: number): SyscallEvent => ({ "evt.res": error, "evt.rawres": -number, "evt.failed": true, "fd.num": -1 });

/** A call that has these arguments. */
export const called = (type: string, parameters: Readonly<Record<string, string>> = {}): SyscallEvent => ({
  "evt.type": type, "evt.res": "SUCCESS", "evt.rawres": 0, "evt.failed": false, ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`evt.arg.${name}`, value])),
});

/** A socket that a call works on: its protocol, and the address and port of the server. */
export const socket = (address: string, port: number, protocol = "tcp"): SyscallEvent => {
  const own = address.includes(":") ? "fd00:10:244::17" : "10.244.3.17";
  return {
    "fd.num": 7, "fd.type": address.includes(":") ? "ipv6" : "ipv4", "fd.typechar": address.includes(":") ? "6" : "4", "fd.l4proto": protocol, "fd.name": `${own}:41822->${address}:${port}`, "fd.is_server": false,
    "fd.cip": own, "fd.cport": 41822, "fd.sip": address, "fd.sport": port, "fd.rip": address, "fd.rport": port, "fd.lip": own, "fd.lport": 41822,
  };
};

/** A connection is begun, as programs do that do not wait for it. */
export const connects = (address: string, port: number, protocol = "tcp"): SyscallEvent => ({
  "evt.type": "connect", "evt.res": protocol === "tcp" ? "EINPROGRESS" : "SUCCESS", "evt.rawres": protocol === "tcp" ? -115 : 0, ...socket(address, port, protocol), "fd.connected": protocol !== "tcp", "fd.name_changed": true,
});

/** A connection to a socket in the file system. */
export const connectsTo = (path: string): SyscallEvent => ({ "evt.type": "connect", "evt.res": "SUCCESS", "evt.rawres": 0, "fd.num": 7, "fd.type": "unix", "fd.typechar": "u", "fd.name": `ffff9a3c1f0c7800->ffff9a3c1f0c0400 ${path}` });
