import { defineDetection, isOneOf, strings, syscalls } from "portcullis";
import { excused, inContainer, place } from "./events.ts";
import { by, called, cni, failed, node, web, worker } from "./fixtures.ts";

const driver = { allowedProcesses: ["modprobe"], allowedImages: ["registry.example.com/gpu/driver"] };

export default defineDetection({
  title: "Code was loaded into the kernel from a container",
  description: "The kernel belongs to the whole node. Code in it sees every container, hides what it likes, and outlives the pod that it came from.",
  severity: "critical",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1547.006", "T1014", "T1611"],
  source: syscalls(),
  parameters: {
    allowedImages: strings({ default: [], description: "Repositories of images in which the allowed processes may load modules, such as those of drivers; empty for all images." }),
    allowedProcesses: strings({ default: [], description: "Processes that load modules as their work, such as modprobe in a driver's container." }),
    bpfProcesses: strings({ default: ["cilium-agent", "tetragon", "falco", "bpftool"], description: "Processes that load BPF programs as their work. Names are cut after 15 characters." }),
  },
  rules: {
    a: {
      title: "A kernel module was loaded from a container",
      // An attempt that failed says as much of who is in the container.
      when: ({ event, parameters }) => isOneOf(event["evt.type"], ["init_module", "finit_module"]) && inContainer(event) && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
      fields: ["evt.type", "evt.res", "fd.name", "proc.cmdline", "proc.pname", ...place],
    },
    b: {
      title: "A BPF program was loaded from a container",
      when: ({ event, parameters }) => event["evt.type"] === "bpf" && inContainer(event) && isOneOf(event["evt.arg.cmd"], ["BPF_PROG_LOAD", "5"]) && !isOneOf(event["proc.name"], parameters.bpfProcesses),
      fields: ["evt.arg.cmd", "evt.res", "proc.cmdline", "proc.pname", ...place],
    },
  },
  response: "Take the node out of service: nothing that it says of itself can be trusted. Find out which permission let the container do this and take it away.",
  fires: [
    { name: "a module out of a file", event: { ...worker, ...by("insmod", "insmod /tmp/rk.ko"), ...called("finit_module", { fd: "3(<f>/tmp/rk.ko)", uargs: "", flags: "0" }) }, findings: ["a"] },
    { name: "a module out of memory, which was refused", event: { ...web, ...by("python3", "python3 x.py"), ...called("init_module", { length: "41822" }), ...failed("EPERM", 1) }, findings: ["a"] },
    { name: "a tool under another name in a driver's image", event: { ...worker, ...by("insmod", "insmod rk.ko"), "container.image.repository": "registry.example.com/gpu/driver", ...called("finit_module") }, parameters: driver, findings: ["a"] },
    { name: "a BPF program", event: { ...worker, ...by("ebpfkit", "ebpfkit"), ...called("bpf", { cmd: "BPF_PROG_LOAD", fd: "9" }) }, findings: ["b"] },
    { name: "the command as a number, as older drivers print it", event: { ...worker, ...by("ebpfkit", "ebpfkit"), ...called("bpf", { cmd: "5" }) }, findings: ["b"] },
  ],
  quiet: [
    { name: "a network plugin loads its programs", event: { ...cni, ...by("cilium-agent", "cilium-agent"), ...called("bpf", { cmd: "BPF_PROG_LOAD", fd: "17" }) } },
    { name: "an agent reads a map", event: { ...worker, ...by("node-agent", "node-agent"), ...called("bpf", { cmd: "BPF_MAP_LOOKUP_ELEM", fd: "9" }) } },
    { name: "a driver's container loads its module", event: { ...worker, ...by("modprobe", "modprobe nvidia"), "container.image.repository": "registry.example.com/gpu/driver", ...called("finit_module") }, parameters: driver },
    { name: "the node loads a module because a container asked for a protocol", event: { ...node, ...by("modprobe", "modprobe -q -- net-pf-38", "kworker/u8:3"), ...called("finit_module") } },
    { name: "the runtime limits a container's devices on the node", event: { ...node, ...by("runc", "runc create", "containerd-shim"), ...called("bpf", { cmd: "BPF_PROG_LOAD", fd: "6" }) } },
  ],
});
