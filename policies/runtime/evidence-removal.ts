import { containsAny, defineDetection, endsWithAny, isOneOf, strings, type SyscallEvent, syscalls } from "portcullis";
import { openWrite, place, removal, removalIn } from "./events.ts";
import { by, called, failed, node, reads, web, worker, writes } from "./fixtures.ts";

export default defineDetection({
  title: "A log or the history of a shell was cleared",
  description: "Logs and histories tell what an intruder did. To clear them is among the last things that one does, and seldom anybody's work.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/persist", "log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1070.002", "T1070.003"],
  source: syscalls(),
  parameters: {
    logs: strings({ default: ["syslog", "auth.log", "secure", "kern.log", "access_log"], description: "Names of log files, wherever they lie." }),
    histories: strings({ default: ["ash_history", "bash_history", "zsh_history", "fish_history"], description: "How the paths of shells' histories end." }),
    // More than the catalogue lists: the kubelet rotates and removes the logs of pods, journald its own, and package managers replace theirs at each run.
    allowedProcesses: strings({ default: ["logrotate", "fluent-bit", "fluentd", "containerd", "kubelet", "crio", "conmon", "systemd-journal", "rsyslogd", "apt-get", "dpkg", "apk"], description: "Processes that rotate and remove logs as their work. Names are cut after 15 characters." }),
  },
  rules: {
    a: {
      title: "A log was cleared or removed",
      when: ({ event, parameters }) => ((emptied(event) && isLog(event, parameters.logs)) || removalIn(event, ["/var/log"]) || removedNamed(event, parameters.logs)) && !isOneOf(event["proc.name"], parameters.allowedProcesses),
      fields: ["evt.type", "fd.name", "evt.arg.path", "evt.arg.name", "evt.arg.oldpath", "evt.arg.newpath", "proc.cmdline", "proc.pname", ...place],
    },
    b: {
      title: "The history of a shell was cleared or removed",
      when: ({ event, parameters }) =>
        ((emptied(event) && endsWithAny(event["fd.name"], parameters.histories)) || (!isShell(event) && removal(event) && removedEnding(event, parameters.histories))) && !isOneOf(event["proc.name"], parameters.allowedProcesses),
      fields: ["evt.type", "fd.name", "evt.arg.path", "evt.arg.name", "evt.arg.oldpath", "evt.arg.newpath", "proc.cmdline", "proc.pname", ...place],
    },
  },
  response: "Take what happened before from the logs that were sent off the node. Treat the account that did it as stolen.",
  fires: [
    { name: "a log is emptied by a shell", event: { ...node, ...by("bash", "bash", "sshd", 34818), ...writes("/var/log/auth.log") }, findings: ["a"] },
    { name: "a log is removed", event: { ...worker, ...by("rm", "rm -f /var/log/nginx/access.log"), ...called("unlinkat", { dirfd: "-100", name: "/var/log/nginx/access.log", flags: "0" }) }, findings: ["a"] },
    { name: "lines are taken out of a log", event: { ...node, ...by("sed", "sed -i /203.0.113.66/d /var/log/secure"), ...called("rename", { oldpath: "/var/log/sedQ2x1Zk", newpath: "/var/log/secure" }) }, findings: ["a"] },
    { name: "a web server's log elsewhere", event: { ...worker, ...by("rm", "rm /usr/local/apache2/logs/access_log"), ...called("unlink", { path: "/usr/local/apache2/logs/access_log" }) }, findings: ["a"] },
    { name: "a log elsewhere is emptied", event: { ...worker, ...by("sh", "sh -c : > /usr/local/apache2/logs/access_log"), ...writes("/usr/local/apache2/logs/access_log") }, findings: ["a"] },
    { name: "a history is emptied by its own shell", event: { ...worker, ...by("bash", "bash", "runc", 34816), ...writes("/root/.bash_history", "O_TRUNC|O_CREAT|O_WRONLY") }, findings: ["b"] },
    { name: "a history is removed", event: { ...worker, ...by("rm", "rm /root/.ash_history"), ...called("unlink", { path: "/root/.ash_history" }) }, findings: ["b"] },
    { name: "a history is replaced", event: { ...node, ...by("mv", "mv /tmp/e /root/.zsh_history"), ...called("renameat2", { oldpath: "/tmp/e", newpath: "/root/.zsh_history" }) }, findings: ["b"] },
  ],
  quiet: [
    { name: "logs are rotated", event: { ...web, ...by("logrotate", "logrotate /etc/logrotate.conf", "crond"), ...called("rename", { oldpath: "/var/log/nginx/access.log", newpath: "/var/log/nginx/access.log.1" }) } },
    { name: "the kubelet rotates a container's log", event: { ...node, ...by("kubelet", "kubelet", "systemd"), ...called("renameat", { oldpath: "/var/log/pods/shop_web-x/web/0.log", newpath: "/var/log/pods/shop_web-x/web/0.log.20261120-091402" }) } },
    { name: "the kubelet removes a pod's logs", event: { ...node, ...by("kubelet", "kubelet", "systemd"), ...called("unlinkat", { name: "/var/log/pods/shop_web-x/web/0.log" }) } },
    { name: "the journal makes room", event: { ...node, ...by("systemd-journal", "systemd-journald", "systemd"), ...called("unlink", { path: "/var/log/journal/9f/system@00.journal" }) } },
    { name: "a log is written on", event: { ...web, ...by("nginx", "nginx: master process"), ...writes("/var/log/nginx/access.log", "O_APPEND|O_CREAT|O_WRONLY") } },
    { name: "a program makes its log", event: { ...worker, ...by("python3", "python3 app.py"), ...writes("/var/log/app/app.log", undefined, true) } },
    { name: "a start script removes what is not there", event: { ...web, ...by("rm", "rm -f /var/log/nginx/old.log"), ...called("unlinkat", { name: "/var/log/nginx/old.log" }), ...failed("ENOENT", 2) } },
    { name: "a shell that ends writes its history on", event: { ...worker, ...by("bash", "bash", "runc", 34816), ...writes("/root/.bash_history", "O_APPEND|O_WRONLY") } },
    { name: "a shell shortens its history", event: { ...worker, ...by("bash", "bash", "runc", 34816), ...called("rename", { oldpath: "/root/.bash_history-00731.tmp", newpath: "/root/.bash_history" }) } },
    { name: "a shipper reads logs", event: { ...worker, ...by("vector", "vector"), ...reads("/var/log/pods/shop_web-x/web/0.log") } },
  ],
});

/** Whether a file that was there already was opened so that nothing of it stays. A file that the open itself makes held nothing. */
const emptied = (event: SyscallEvent): boolean => openWrite(event) && containsAny(event["evt.arg.flags"], ["O_TRUNC"]) && event["evt.is_open_create"] !== true;

const isLog = (event: SyscallEvent, logs: readonly string[]): boolean => (event["fd.name"] !== undefined && event["fd.name"].startsWith("/var/log/")) || isOneOf(event["fd.filename"], logs);

/** Whether a file with one of these names was removed, or replaced by another. */
const removedNamed = (event: SyscallEvent, names: readonly string[]): boolean => removal(event) && names.some((name) => removedEnding(event, [`/${name}`]));

const removedEnding = (event: SyscallEvent, ends: readonly string[]): boolean => endsWithAny(event["evt.arg.path"], ends) || endsWithAny(event["evt.arg.name"], ends) || endsWithAny(event["evt.arg.oldpath"], ends) || endsWithAny(event["evt.arg.newpath"], ends);

// The catalogue counts shells too; they shorten their own history through a second file, while rm, mv and sed are processes of their own.
const isShell = (event: SyscallEvent): boolean => isOneOf(event["proc.name"], ["bash", "zsh", "fish", "ash", "sh"]);
