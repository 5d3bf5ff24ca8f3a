import { containsAny, defineDetection, isOneOf, strings, type SyscallEvent, syscalls } from "portcullis";
import { inContainer, place } from "./events.ts";
import { build, by, called, failed, node, web, worker } from "./fixtures.ts";

const executable = "S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR";

export default defineDetection({
  title: "A file in a container was made to run as its owner or group",
  description: "A program with the setuid bit runs as its owner whoever starts it: set it on a shell once, and be root again at any time.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts", "pod/no-escalation"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1548.001"],
  source: syscalls(),
  parameters: {
    allowedProcesses: strings({ default: ["dpkg", "rpm", "apk"], description: "Processes that set the bits as their work." }),
  },
  // fchmodat2 of kernel 6.6 is not watched: Falco 0.44 knows of it only that it was called.
  when: ({ event, parameters }) => isOneOf(event["evt.type"], ["chmod", "fchmod", "fchmodat"]) && inContainer(event) && (containsAny(event["evt.arg.mode"], ["S_ISUID"]) || ofGroup(event)) && !isOneOf(event["proc.name"], parameters.allowedProcesses),
  fields: ["evt.type", "evt.arg.mode", "evt.arg.filename", "fd.name", "evt.res", "proc.cmdline", ...place],
  response: "Remove the file's bits, or end the pod, and look at who started the process. Forbid privilege escalation in the workload's security context.",
  fires: [
    { name: "a shell is made root's", event: { ...worker, ...by("chmod", "chmod u+s /tmp/bash"), ...called("fchmodat", { dirfd: "-100", filename: "/tmp/bash", mode: `${executable}|S_ISUID` }) } },
    { name: "a program runs as a group", event: { ...worker, ...by("chmod", "chmod 2755 /tmp/x"), ...called("chmod", { filename: "/tmp/x", mode: `${executable}|S_ISGID` }) } },
    { name: "by a descriptor, and refused", event: { ...web, ...by("python3", "python3 x.py"), "fd.name": "/tmp/x", ...called("fchmod", { fd: "3(<f>/tmp/x)", mode: "S_IXUSR|S_IRUSR|S_ISUID" }), ...failed("EPERM", 1) } },
  ],
  quiet: [
    { name: "a start script makes a script executable", event: { ...web, ...by("chmod", "chmod 755 /docker-entrypoint.d/x.sh"), ...called("fchmodat", { filename: "/docker-entrypoint.d/x.sh", mode: executable }) } },
    { name: "a package is unpacked", event: { ...build, ...by("dpkg", "dpkg --unpack passwd.deb", "apt-get"), ...called("fchmod", { mode: `${executable}|S_ISUID` }) } },
    { name: "a database makes the directory of its socket", event: { ...worker, ...by("chmod", "chmod 3777 /var/run/postgresql"), ...called("fchmodat", { filename: "/var/run/postgresql", mode: "S_IXOTH|S_IWOTH|S_IROTH|S_IXGRP|S_IWGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISVTX|S_ISGID" }) } },
    { name: "a sticky directory", event: { ...worker, ...by("chmod", "chmod 1777 /tmp"), ...called("chmod", { filename: "/tmp", mode: "S_IXOTH|S_IWOTH|S_IROTH|S_IXGRP|S_IWGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISVTX" }) } },
    { name: "the kubelet gives a volume to a pod's group", event: { ...node, ...by("kubelet", "kubelet", "systemd"), ...called("fchmodat", { filename: "/var/lib/kubelet/pods/7c/volumes/x", mode: `${executable}|S_ISGID` }) } },
  ],
});

// The catalogue takes the bit alone; with the sticky bit, which programs have no use for, it is a directory that a group shares.
const ofGroup = (event: SyscallEvent): boolean => containsAny(event["evt.arg.mode"], ["S_ISGID"]) && !containsAny(event["evt.arg.mode"], ["S_ISVTX"]);
