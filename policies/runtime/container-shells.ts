import { boolean, defineDetection, isOneOf, strings, type SyscallEvent, syscalls } from "portcullis";
import { inContainer, newProcess, place } from "./events.ts";
import { build, by, node, started, unknown, web } from "./fixtures.ts";

export default defineDetection({
  title: "A shell was started in a container",
  description: "A shell that is the first process of an exec session is a person, or somebody who took one's credentials: workloads start their shells from their own processes.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10", "K08"] }, seed: ["H07", "H22"] },
  techniques: ["T1059", "T1609"],
  source: syscalls(),
  parameters: {
    shells: strings({ default: ["ash", "bash", "csh", "dash", "fish", "ksh", "sh", "tcsh", "zsh"], description: "Names of shells." }),
    requireTty: boolean({ default: true, description: "Whether only shells with a terminal count. Probes that run scripts have none; kubectl exec without -t has none either." }),
    parents: strings({ default: ["runc", "containerd-shim", "conmon", "crio", "systemd"], description: "What starts the first process of an exec session. Names are cut after 15 characters." }),
  },
  when: ({ event, parameters }) =>
    newProcess(event) && inContainer(event) && isOneOf(event["proc.name"], parameters.shells) && (!parameters.requireTty || hasTerminal(event)) && (event["proc.pname"] === undefined || isOneOf(event["proc.pname"], parameters.parents)),
  fields: ["proc.cmdline", "proc.pname", "proc.tty", ...place],
  response: "Ask who opened the session, with the audit log's exec and attach requests of that minute. End the pod if nobody answers for it.",
  fires: [
    { name: "kubectl exec -it web -- sh", event: { ...web, ...started("sh", "sh", "containerd-shim", 34816) } },
    { name: "the parent is gone already", event: { ...unknown, "evt.type": "execveat", "evt.res": "SUCCESS", "proc.name": "bash", "proc.cmdline": "bash -i", "proc.tty": 34817 } },
    { name: "kubectl exec without a terminal, where those count too", event: { ...web, ...started("sh", "sh -c id", "runc") }, parameters: { requireTty: false } },
  ],
  quiet: [
    { name: "a liveness probe that runs a script", event: { ...web, ...started("sh", "sh -c pg_isready -U postgres", "runc") } },
    { name: "a start script that calls another, in a container with a terminal", event: { ...web, ...started("bash", "bash /docker-entrypoint.d/10-tune.sh", "entrypoint.sh", 34816) } },
    { name: "a build whose steps have a terminal", event: { ...build, ...started("bash", "bash -e /tmp/step.sh", "tekton-entrypoi", 34816) } },
    { name: "an administrator on the node", event: { ...node, ...started("bash", "bash -l", "sshd", 34818) } },
    { name: "a program that is no shell, with a terminal", event: { ...web, ...started("psql", "psql -U shop", "runc", 34816) } },
    { name: "a shell that is there already opens a file", event: { ...web, ...by("sh", "sh", "runc", 34816), "evt.type": "openat", "evt.res": "SUCCESS" } },
  ],
});

/** Whether the process has a terminal. */
const hasTerminal = (event: SyscallEvent): boolean => event["proc.tty"] !== undefined && event["proc.tty"] !== 0;
