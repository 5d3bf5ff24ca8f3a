import { defineDetection, isOneOf, strings, type SyscallEvent, syscalls } from "portcullis";
import { connection, excused, inContainer, newProcess, place, serverIn } from "./events.ts";
import { build, by, connects, node, proxy, started, web, worker } from "./fixtures.ts";

const ci = { allowedProcesses: ["ssh"], allowedImages: ["registry.example.com/ci/builder"] };

export default defineDetection({
  title: "SSH was used in a container",
  description: "A server for ssh in a container is a way in that no audit log sees, and ssh out of one is how an intruder goes on to the next machine.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1021.004"],
  source: syscalls(),
  parameters: {
    allowedNets: strings({ default: [], description: "Networks that containers may reach by ssh, as CIDR blocks of either family." }),
    allowedImages: strings({ default: [], description: "Repositories of images in which the allowed processes may use ssh, such as those of build runners; empty for all images." }),
    allowedProcesses: strings({ default: [], description: "Processes that use ssh as their work, such as ssh under git. Names are cut after 15 characters." }),
  },
  rules: {
    a: {
      title: "A server for ssh was started in a container",
      // Newer versions serve each session with a program of its own.
      when: ({ event, parameters }) => newProcess(event) && inContainer(event) && isOneOf(event["proc.name"], ["sshd", "sshd-session"]) && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
      fields: ["proc.cmdline", "proc.pname", ...place],
    },
    b: {
      title: "A container connected to another machine by ssh",
      when: ({ event, parameters }) => connection(event) && inContainer(event) && isSsh(event) && !serverIn(event, parameters.allowedNets) && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
      fields: ["fd.name", "fd.sip", "fd.sport", "proc.cmdline", "proc.pname", ...place],
    },
  },
  response: "Find out whose key was used and where it led to. Use kubectl exec, which the audit log sees, in the place of a server.",
  fires: [
    { name: "a server is started", event: { ...worker, ...started("sshd", "sshd -D -p 2222", "bash") }, findings: ["a"] },
    { name: "a session of a newer server", event: { ...worker, ...started("sshd-session", "sshd-session -D -R", "sshd") }, findings: ["a"] },
    { name: "a client to any port", event: { ...worker, ...by("ssh", "ssh -R 8080:localhost:80 x@203.0.113.66 -p 443"), ...connects("203.0.113.66", 443) }, findings: ["b"] },
    { name: "another program to the port of ssh", event: { ...web, ...by("hydra", "hydra -l root ssh://10.0.0.9"), ...connects("10.0.0.9", 22) }, findings: ["b"] },
    { name: "another program in an image that is allowed to", event: { ...build, ...by("hydra", "hydra"), ...connects("10.0.0.9", 22) }, parameters: ci, findings: ["b"] },
  ],
  quiet: [
    { name: "git fetches in a build", event: { ...build, ...by("ssh", "ssh git@git.example.com git-upload-pack shop.git", "git"), ...connects("203.0.113.30", 22) }, parameters: ci },
    { name: "an allowed network", event: { ...worker, ...by("sftp", "sftp -b batch files.example.com"), ...connects("10.20.0.4", 22) }, parameters: { allowedNets: ["10.20.0.0/24", "fd00:20::/64"] } },
    { name: "ssh looks a name up", event: { ...worker, ...by("ssh", "ssh git@git.example.com"), ...connects("10.96.0.10", 53, "udp") } },
    { name: "a key is made", event: { ...build, ...started("ssh-keygen", "ssh-keygen -t ed25519 -f key") } },
    { name: "a mesh's proxy", event: { ...proxy, ...by("envoy", "envoy", "pilot-agent"), ...connects("10.244.5.8", 8080) } },
    { name: "a login on the node", event: { ...node, ...started("sshd-session", "sshd-session -D -R", "sshd") } },
  ],
});

/** Whether the connection is one of ssh. A name that ssh looks up first is none. */
const isSsh = (event: SyscallEvent): boolean => event["fd.l4proto"] === "tcp" && (isOneOf(event["proc.name"], ["ssh", "scp", "sftp"]) || event["fd.sport"] === 22);
