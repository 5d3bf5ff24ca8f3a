import { containsAny, defineDetection, isOneOf, strings, syscalls } from "portcullis";
import { inContainer, place } from "./events.ts";
import { by, called, failed, node, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "A process was taken hold of by another in a container",
  description: "Who traces a process or writes its memory runs code under its name, and reads its keys, without a file that a scan could find.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1055.008"],
  source: syscalls(),
  parameters: {
    allowedProcesses: strings({ default: [], description: "Debuggers and profilers that trace as their work. Names are cut after 15 characters." }),
  },
  rules: {
    a: {
      title: "A process was traced in a container",
      when: ({ event, parameters }) =>
        event["evt.type"] === "ptrace" && inContainer(event) && containsAny(event["evt.arg.request"], ["PTRACE_ATTACH", "PTRACE_SEIZE", "PTRACE_POKETEXT", "PTRACE_POKEDATA", "PTRACE_SETREGS"]) && !isOneOf(event["proc.name"], parameters.allowedProcesses),
      fields: ["evt.arg.request", "evt.arg.pid", "evt.res", "proc.cmdline", "proc.pname", ...place],
    },
    b: {
      title: "The memory of a process was written by another in a container",
      when: ({ event, parameters }) => event["evt.type"] === "process_vm_writev" && inContainer(event) && !isOneOf(event["proc.name"], parameters.allowedProcesses),
      fields: ["evt.arg.pid", "evt.res", "proc.cmdline", "proc.pname", ...place],
    },
  },
  response: "Ask the workload's owners about debuggers. Without an answer, keep an image of the container's memory, end the pod, and run it with the seccomp profile RuntimeDefault.",
  fires: [
    { name: "a process is attached to", event: { ...worker, ...by("inject", "inject 12"), ...called("ptrace", { request: "PTRACE_ATTACH", pid: "12(java)" }) }, findings: ["a"] },
    { name: "attached to in the newer way", event: { ...worker, ...by("gdb", "gdb -p 12", "bash", 34816), ...called("ptrace", { request: "PTRACE_SEIZE", pid: "12(java)" }) }, findings: ["a"] },
    { name: "code is written into a process", event: { ...worker, ...by("inject", "inject 12"), ...called("ptrace", { request: "PTRACE_POKETEXT", pid: "12(java)" }) }, findings: ["a"] },
    { name: "registers are set as a set, which is all that arm64 has", event: { ...worker, ...by("inject", "inject 12"), ...called("ptrace", { request: "PTRACE_SETREGSET", pid: "12(java)" }) }, findings: ["a"] },
    { name: "an attempt that was refused", event: { ...web, ...by("inject", "inject 1"), ...called("ptrace", { request: "PTRACE_ATTACH", pid: "1(nginx)" }), ...failed("EPERM", 1) }, findings: ["a"] },
    { name: "memory is written without tracing", event: { ...worker, ...by("inject", "inject 12"), ...called("process_vm_writev", { pid: "12(java)" }) }, findings: ["b"] },
  ],
  quiet: [
    { name: "a program lets its parent trace it", event: { ...web, ...by("app", "app"), ...called("ptrace", { request: "PTRACE_TRACEME", pid: "0" }) } },
    { name: "a tracer goes on", event: { ...worker, ...by("inject", "inject 12"), ...called("ptrace", { request: "PTRACE_CONT", pid: "12(java)" }) } },
    { name: "a profiler only reads", event: { ...worker, ...by("py-spy", "py-spy top --pid 1"), ...called("process_vm_readv", { pid: "1(python3)" }) } },
    { name: "a profiler that is allowed", event: { ...worker, ...by("parca-agent", "parca-agent"), ...called("ptrace", { request: "PTRACE_SEIZE", pid: "12(java)" }) }, parameters: { allowedProcesses: ["parca-agent"] } },
    { name: "a crash is looked at on the node", event: { ...node, ...by("gdb", "gdb -p 812", "bash", 34818), ...called("ptrace", { request: "PTRACE_ATTACH", pid: "812(kubelet)" }) } },
  ],
});
