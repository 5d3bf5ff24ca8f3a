import { defineDetection, isOneOf, strings, syscalls } from "portcullis";
import { inContainer, place } from "./events.ts";
import { by, called, node, proxy, socket, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "The input or output of a process was tied to the network in a container",
  description: "A shell whose input and output are a connection is at the hands of whoever is at its other end: that is what a reverse shell is.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1059.004", "T1071"],
  source: syscalls(),
  parameters: {
    allowedProcesses: strings({ default: [], description: "Servers that give each connection to a process as its input and output, in the manner of inetd." }),
  },
  when: ({ event, parameters }) => isOneOf(event["evt.type"], ["dup", "dup2", "dup3"]) && inContainer(event) && isOneOf(event["evt.rawres"], [0, 1, 2]) && isOneOf(event["fd.type"], ["ipv4", "ipv6"]) && !isOneOf(event["proc.name"], parameters.allowedProcesses),
  fields: ["fd.name", "evt.rawres", "proc.cmdline", "proc.pname", ...place],
  response: "Cut the pod off with a network policy at once, note the address at the other end, and look for the hole by which the process was started.",
  fires: [
    { name: "a shell takes its input from a connection", event: { ...web, ...by("bash", "bash -i", "node"), ...called("dup2", { oldfd: "7", newfd: "0" }), ...socket("203.0.113.66", 9001), "fd.num": 0, "evt.rawres": 0 } },
    { name: "a line of Python gives its output away", event: { ...worker, ...by("python3", "python3 -c import socket,os"), ...called("dup2", { oldfd: "3", newfd: "1" }), ...socket("203.0.113.66", 9001), "fd.num": 1, "evt.rawres": 1 } },
    { name: "its errors, over IPv6", event: { ...worker, ...by("perl", "perl -e use Socket"), ...called("dup3", { oldfd: "3", newfd: "2" }), ...socket("2001:db8:90::66", 443), "fd.num": 2, "evt.rawres": 2 } },
  ],
  quiet: [
    { name: "a server keeps its socket across a restart", event: { ...web, ...by("gunicorn", "gunicorn shop.wsgi"), ...called("dup", { oldfd: "5" }), ...socket("10.244.5.8", 8080), "fd.num": 9, "evt.rawres": 9 } },
    { name: "a shell makes a pipe", event: { ...web, ...by("sh", "sh -c ps | wc -l", "runc"), ...called("dup2", { oldfd: "4", newfd: "1" }), "fd.type": "pipe", "fd.typechar": "p", "fd.num": 1, "evt.rawres": 1 } },
    { name: "a daemon sends its output to a log", event: { ...worker, ...by("postgres", "postgres"), ...called("dup2", { oldfd: "4", newfd: "2" }), "fd.type": "file", "fd.typechar": "f", "fd.num": 2, "evt.rawres": 2 } },
    { name: "a mesh's proxy takes over sockets", event: { ...proxy, ...by("envoy", "envoy --restart-epoch 1"), ...called("dup", { oldfd: "40" }), ...socket("10.244.5.8", 15001), "fd.num": 41, "evt.rawres": 41 } },
    { name: "a server in the manner of inetd that is allowed", event: { ...worker, ...by("xinetd", "xinetd -dontfork"), ...called("dup2", { oldfd: "5", newfd: "0" }), ...socket("10.244.5.8", 873), "fd.num": 0, "evt.rawres": 0 }, parameters: { allowedProcesses: ["xinetd"] } },
    { name: "a login on the node", event: { ...node, ...by("sshd", "sshd -i"), ...called("dup2", { oldfd: "5", newfd: "0" }), ...socket("10.0.0.9", 22), "fd.num": 0, "evt.rawres": 0 } },
  ],
});
