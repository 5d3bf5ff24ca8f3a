import { containsAny, defineDetection, isOneOf, strings, type SyscallEvent, syscalls } from "portcullis";
import { inContainer, isRuntime, place } from "./events.ts";
import { by, called, cni, failed, node, web, worker } from "./fixtures.ts";

const defaultCapabilities = "CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_SETGID CAP_SETUID CAP_NET_BIND_SERVICE";

export default defineDetection({
  title: "A process in a container went into another namespace",
  description: "To enter the node's namespaces is to leave the container, and a user namespace of one's own opens parts of the kernel that are otherwise for root alone, where most escapes begin.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1611"],
  source: syscalls(),
  parameters: {
    allowedProcesses: strings({ default: ["calico-node", "cilium-agent", "cilium-cni", "multus"], description: "Processes of network plugins, which enter pods' networks as their work. Names are cut after 15 characters." }),
  },
  rules: {
    a: {
      title: "A process in a container entered an existing namespace",
      when: ({ event, parameters }) => event["evt.type"] === "setns" && inContainer(event) && !isOneOf(event["proc.name"], parameters.allowedProcesses) && !isRuntime(event),
      fields: ["evt.arg.nstype", "evt.res", "fd.name", "proc.cmdline", "proc.pname", ...place],
    },
    b: {
      title: "A process in a container that is not root made a namespace of users or mounts",
      when: ({ event }) => event["evt.type"] === "unshare" && inContainer(event) && containsAny(event["evt.arg.flags"], ["CLONE_NEWUSER", "CLONE_NEWNS"]) && !mayAdministrate(event) && !isRuntime(event),
      fields: ["evt.arg.flags", "evt.res", "thread.cap_permitted", "proc.cmdline", "proc.pname", ...place],
    },
  },
  response: "Look at what the process did on the node next. End the pod, cordon the node until you know, and run workloads with the seccomp profile RuntimeDefault and without hostPID.",
  fires: [
    { name: "nsenter out of a pod that sees the node's processes", event: { ...worker, ...by("nsenter", "nsenter -t 1 -m -u -n -i sh", "sh", 34816), ...called("setns", { fd: "3(<f>/proc/1/ns/mnt)", nstype: "CLONE_NEWNS" }) }, findings: ["a"] },
    { name: "a process that calls itself after the runtime", event: { ...worker, ...by("runc-helper", "runc-helper"), ...called("setns", { nstype: "0" }) }, findings: ["a"] },
    { name: "a user namespace of one's own", event: { ...web, ...by("exploit", "exploit"), "thread.cap_permitted": "", ...called("unshare", { flags: "CLONE_NEWNET|CLONE_NEWUSER" }) }, findings: ["b"] },
    { name: "an attempt that was refused", event: { ...web, ...by("unshare", "unshare -r sh"), "thread.cap_permitted": defaultCapabilities, ...called("unshare", { flags: "CLONE_NEWNS|CLONE_NEWUSER" }), ...failed("EPERM", 1) }, findings: ["b"] },
  ],
  quiet: [
    { name: "the runtime joins a container to open a session", event: { ...web, ...by("runc:[1:CHILD]", "runc init", "runc"), ...called("setns", { nstype: "CLONE_NEWPID" }) } },
    { name: "the runtime makes a container", event: { ...web, ...by("runc:[0:PARENT]", "runc init", "runc"), "thread.cap_permitted": "CAP_CHOWN CAP_SYS_ADMIN", ...called("unshare", { flags: "CLONE_NEWIPC|CLONE_NEWNS|CLONE_NEWPID" }) } },
    { name: "a network plugin enters a pod's network", event: { ...cni, ...by("cilium-agent", "cilium-agent --config-dir=/tmp/cilium"), ...called("setns", { nstype: "CLONE_NEWNET" }) } },
    { name: "a privileged driver mounts for itself", event: { ...cni, ...by("mount.sh", "mount.sh"), "thread.cap_permitted": "CAP_CHOWN CAP_SYS_ADMIN CAP_SYS_PTRACE", ...called("unshare", { flags: "CLONE_NEWNS" }) } },
    { name: "a server gives a thread its own directory", event: { ...web, ...by("smbd", "smbd --foreground"), "thread.cap_permitted": defaultCapabilities, ...called("unshare", { flags: "CLONE_FS" }) } },
    { name: "the node's network is set up", event: { ...node, ...by("containerd", "containerd", "systemd"), ...called("setns", { nstype: "CLONE_NEWNET" }) } },
  ],
});

/** Whether the process may mount and make namespaces anyhow. */
const mayAdministrate = (event: SyscallEvent): boolean => containsAny(event["thread.cap_permitted"], ["CAP_SYS_ADMIN"]);
