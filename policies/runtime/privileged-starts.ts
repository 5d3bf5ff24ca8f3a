import { containsAny, defineDetection, strings, type SyscallEvent, syscalls } from "portcullis";
import { excused, inContainer, newProcess, place } from "./events.ts";
import { cni, node, proxy, started, unknown, web, worker } from "./fixtures.ts";

const first: SyscallEvent = { "proc.vpid": 1 };
const agents = { allowedProcesses: ["cilium-agent"], allowedImages: ["quay.io/cilium/cilium"] };
const usual = "CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID CAP_KILL CAP_SETGID CAP_SETUID CAP_SETPCAP CAP_NET_BIND_SERVICE CAP_NET_RAW CAP_SYS_CHROOT CAP_MKNOD CAP_AUDIT_WRITE CAP_SETFCAP";

export default defineDetection({
  title: "A container started with power over the node",
  description: "A privileged container, or one with a capability such as CAP_SYS_ADMIN, is a step away from the node. This sees what admission cannot: static pods, and containers that were started past the API server.",
  severity: "low",
  frameworks: { nsa: { "1.2": ["log/alerts", "pod/no-privileged", "pod/caps"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1610", "T1611"],
  source: syscalls(),
  parameters: {
    capabilities: strings({ default: ["CAP_SYS_ADMIN", "CAP_SYS_MODULE", "CAP_SYS_PTRACE", "CAP_SYS_RAWIO", "CAP_NET_ADMIN", "CAP_DAC_READ_SEARCH", "CAP_BPF"], description: "Capabilities that reach beyond a container." }),
    allowedImages: strings({ default: [], description: "Repositories of images in which the allowed processes may start so; empty for all images." }),
    allowedProcesses: strings({ default: [], description: "First processes of containers that need the power for their work. Names are cut after 15 characters." }),
  },
  rules: {
    a: {
      title: "A privileged container started",
      when: ({ event, parameters }) => firstProcess(event) && event["container.privileged"] === true && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
      fields: ["proc.cmdline", "container.privileged", ...place],
    },
    b: {
      title: "A container with a dangerous capability started",
      when: ({ event, parameters }) => firstProcess(event) && containsAny(event["thread.cap_permitted"], parameters.capabilities) && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
      fields: ["proc.cmdline", "thread.cap_permitted", ...place],
    },
  },
  response: "Find the pod's manifest. If there is none in the API server, look for a static pod on the node and for who talked to the runtime.",
  fires: [
    { name: "a privileged container of a static pod", event: { ...worker, ...started("sleep", "sleep infinity", "containerd-shim"), ...first, "container.privileged": true, "thread.cap_permitted": `${usual} CAP_SYS_ADMIN CAP_SYS_MODULE` }, findings: ["a", "b"] },
    { name: "one with a capability more", event: { ...worker, ...started("vpn", "vpn", "containerd-shim"), ...first, "thread.cap_permitted": "CAP_NET_BIND_SERVICE CAP_NET_ADMIN" }, findings: ["b"] },
    { name: "one of which nothing is known yet", event: { ...unknown, ...started("cilium-agent", "cilium-agent", "containerd-shim"), ...first, "thread.cap_permitted": `${usual} CAP_BPF` }, parameters: agents, findings: ["b"] },
    { name: "another program in an agent's image", event: { ...cni, ...started("sh", "sh -c sleep 1d", "containerd-shim"), ...first, "thread.cap_permitted": usual }, parameters: agents, findings: ["a"] },
  ],
  quiet: [
    { name: "a workload with what every container has", event: { ...web, ...started("nginx", "nginx -g daemon off;", "containerd-shim"), ...first, "thread.cap_permitted": usual } },
    { name: "a workload without any capability", event: { ...proxy, ...started("pilot-agent", "pilot-agent proxy sidecar", "containerd-shim"), ...first, "thread.cap_permitted": "" } },
    { name: "a network plugin that is allowed", event: { ...cni, ...started("cilium-agent", "cilium-agent", "containerd-shim"), ...first, "thread.cap_permitted": `${usual} CAP_SYS_ADMIN` }, parameters: agents },
    { name: "a probe in a privileged container", event: { ...cni, ...started("cilium-health", "cilium-health status", "runc"), "thread.cap_permitted": `${usual} CAP_SYS_ADMIN` } },
    { name: "a service of the node", event: { ...node, ...started("systemd", "systemd --switched-root"), ...first, "thread.cap_permitted": "CAP_SYS_ADMIN" } },
  ],
});

/** Whether the first process of a container was started. In a pod that shares the node's process ids none has the number 1. */
const firstProcess = (event: SyscallEvent): boolean => newProcess(event) && inContainer(event) && event["proc.vpid"] === 1;
