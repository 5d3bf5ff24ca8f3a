import { defineDetection, isOneOf, strings, boolean, type SyscallEvent, syscalls } from "portcullis";
import { inContainer, newProcess } from "./events.ts";

export default defineDetection({
  title: "A shell was started in a container",
  description: "A shell that is the first process of an exec session is a person, or somebody who took one's credentials: workloads start their shells from their own processes.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10", "K08"] }, seed: ["H07", "H22"] },
  techniques: ["T1059"],
  source: syscalls(),
  parameters: {
    shells: strings({ default: ["ash", "bash", "csh", "dash", "fish", "ksh", "sh", "tcsh", "zsh"], description: "Names of shells." }),
    requireTerminal: boolean({ default: true, description: "Whether only shells with a terminal count. Probes that run scripts have none; kubectl exec without -t has none either." }),
    parents: strings({ default: ["runc", "containerd-shim", "conmon", "crio", "systemd"], description: "What starts the first process of an exec session. Names are cut after 15 characters." }),
  },
  when: ({ event, parameters }) =>
    newProcess(event) && inContainer(event) && isOneOf(event["proc.name"], parameters.shells) && (!parameters.requireTerminal || hasTerminal(event)) && (event["proc.pname"] === undefined || isOneOf(event["proc.pname"], parameters.parents)),
  fields: ["proc.cmdline", "proc.pname", "user.name", "container.id", "container.image.repository", "k8s.ns.name", "k8s.pod.name"],
  response: "Ask who opened the session, with the audit log's exec and attach requests of that minute. End the pod if nobody answers for it.",
  fires: [
    {
      name: "kubectl exec -it web -- sh",
      event: { "evt.type": "execve", "container.id": "3ad7b26ded6d", "proc.name": "sh", "proc.pname": "containerd-shim", "proc.tty": 34816, "proc.cmdline": "sh", "k8s.ns.name": "shop", "k8s.pod.name": "web" },
    },
    { name: "the parent is gone already", event: { "evt.type": "execveat", "container.id": "3ad7b26ded6d", "proc.name": "bash", "proc.tty": 34817, "proc.cmdline": "bash -i" } },
  ],
  quiet: [
    { name: "a liveness probe that runs a script", event: { "evt.type": "execve", "container.id": "3ad7b26ded6d", "proc.name": "sh", "proc.pname": "runc", "proc.tty": 0, "proc.cmdline": "sh -c pg_isready -U postgres" } },
    { name: "a start script that calls another", event: { "evt.type": "execve", "container.id": "3ad7b26ded6d", "proc.name": "bash", "proc.pname": "entrypoint.sh", "proc.tty": 34816, "proc.cmdline": "bash /docker-entrypoint.d/10-tune.sh" } },
    { name: "an administrator on the node", event: { "evt.type": "execve", "container.id": "host", "proc.name": "bash", "proc.pname": "sshd", "proc.tty": 34818, "proc.cmdline": "bash -l" } },
  ],
});

/** Whether the process has a terminal. */
const hasTerminal = (event: SyscallEvent): boolean => event["proc.tty"] !== undefined && event["proc.tty"] !== 0;
