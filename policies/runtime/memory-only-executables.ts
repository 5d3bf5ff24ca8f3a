import { defineDetection, isOneOf, strings, syscalls } from "portcullis";
import { newProcess, place } from "./events.ts";
import { node, started, unknown, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "A program that is in no file was started",
  description: "A program that lives in memory alone is seen by no scan of files and is gone with its process. That is what loaders of malware are for, and little else.",
  severity: "critical",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1620"],
  source: syscalls(),
  parameters: {
    allowedProcesses: strings({ default: ["runc", "crun"], description: "Processes that start themselves out of memory, and their parents: the runtime does so at each container's start, so that no container can change it." }),
  },
  when: ({ event, parameters }) => newProcess(event) && event["proc.is_exe_from_memfd"] === true && !isOneOf(event["proc.name"], parameters.allowedProcesses) && !isOneOf(event["proc.pname"], parameters.allowedProcesses),
  fields: ["proc.exepath", "proc.cmdline", "proc.pname", "proc.pcmdline", ...place],
  response: "Copy the program out of /proc/<pid>/exe before it ends, then end the pod. On a node, take it out of service.",
  fires: [
    { name: "a loader runs what it fetched", event: { ...web, ...started("3", "3", "python3"), "proc.exepath": "memfd:", "proc.is_exe_from_memfd": true } },
    { name: "under a kernel thread's name", event: { ...worker, ...started("kworker/u8:1", "kworker/u8:1", "perl"), "evt.type": "execveat", "proc.exepath": "memfd:x", "proc.is_exe_from_memfd": true } },
    { name: "on the node, and its parent is gone", event: { ...node, "evt.type": "execve", "evt.res": "SUCCESS", "proc.name": "4", "proc.cmdline": "4", "proc.exepath": "memfd:a", "proc.is_exe_from_memfd": true } },
  ],
  quiet: [
    { name: "the runtime starts a container out of a copy of itself", event: { ...node, ...started("6", "6 init", "runc"), "proc.exepath": "memfd:runc_cloned:/proc/self/exe", "proc.is_exe_from_memfd": true } },
    { name: "the same, as newer kernels name it and already counted to the container", event: { ...unknown, ...started("memfd:runc_clon", "memfd:runc_clon init", "runc"), "proc.exepath": "memfd:runc_cloned:/proc/self/exe", "proc.is_exe_from_memfd": true } },
    { name: "another runtime", event: { ...node, ...started("crun", "crun exec 3ad7b26ded6d", "conmon"), "proc.exepath": "memfd:crun_cloned", "proc.is_exe_from_memfd": true } },
    { name: "a workload", event: { ...web, ...started("nginx", "nginx -g daemon off;", "containerd-shim") } },
    { name: "a JVM that compiles in memory starts a helper", event: { ...worker, ...started("jspawnhelper", "jspawnhelper 17:18", "java") } },
  ],
});
