import { defineDetection, endsWithAny, isOneOf, strings, syscalls } from "portcullis";
import { place } from "./events.ts";
import { build, by, called, failed, node, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "A link to a file about passwords was made",
  description: "Who may not read a file can make a link to it where a program with more rights will follow: the kubelet serving a pod's logs, a backup, a web server.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1003.008", "T1552.001"],
  source: syscalls(),
  parameters: {
    files: strings({ default: ["/etc/shadow", "/etc/sudoers", "/etc/pam.conf"], description: "Files that no link should lead to." }),
    directories: strings({ default: ["/", "/etc", "/root"], description: "Directories that no link should lead to, as the link names them." }),
  },
  // Attempts that failed are reported too: whoever made them goes on.
  rules: {
    a: {
      title: "A symbolic link to a file about passwords, or to a directory of the system, was made",
      // The catalogue compares whole paths; a target is as it was typed, and "../../etc/shadow" leads to the same file.
      when: ({ event, parameters }) => isOneOf(event["evt.type"], ["symlink", "symlinkat"]) && (endsWithAny(event["evt.arg.target"], parameters.files) || isOneOf(event["evt.arg.target"], parameters.directories)),
      fields: ["evt.arg.target", "evt.arg.linkpath", "evt.res", "proc.cmdline", "proc.pname", ...place],
    },
    b: {
      title: "A hard link to a file about passwords was made",
      when: ({ event, parameters }) => isOneOf(event["evt.type"], ["link", "linkat"]) && endsWithAny(event["evt.arg.oldpath"], parameters.files),
      fields: ["evt.arg.oldpath", "evt.arg.newpath", "evt.res", "proc.cmdline", "proc.pname", ...place],
    },
  },
  response: "Remove the link and find out which program with more rights was to follow it.",
  fires: [
    { name: "a pod's log leads to the node's password hashes", event: { ...worker, ...by("ln", "ln -s /etc/shadow /var/log/host/0.log"), ...called("symlinkat", { target: "/etc/shadow", linkdirfd: "-100", linkpath: "/var/log/host/0.log" }) }, findings: ["a"] },
    { name: "the root directory", event: { ...worker, ...by("ln", "ln -s / /var/log/root"), ...called("symlink", { target: "/", linkpath: "/var/log/root" }) }, findings: ["a"] },
    { name: "a target that begins where the link is", event: { ...node, ...by("ln", "ln -s ../../etc/shadow x"), ...called("symlinkat", { target: "../../etc/shadow", linkdirfd: "-100", linkpath: "/srv/www/x" }) }, findings: ["a"] },
    { name: "a hard link", event: { ...node, ...by("ln", "ln /etc/shadow /tmp/s"), ...called("linkat", { oldpath: "/etc/shadow", newpath: "/tmp/s" }) }, findings: ["b"] },
    { name: "a hard link that was refused", event: { ...web, ...by("ln", "ln /etc/sudoers s"), ...called("link", { oldpath: "/etc/sudoers", newpath: "/tmp/s" }), ...failed("EPERM", 1) }, findings: ["b"] },
  ],
  quiet: [
    { name: "the kubelet puts a new ConfigMap in place", event: { ...node, ...by("kubelet", "kubelet", "systemd"), ...called("symlinkat", { target: "..2026_11_20_09_14_02.2117", linkdirfd: "-100", linkpath: "/var/lib/kubelet/pods/7c/volumes/kubernetes.io~configmap/web/..data_tmp" }) } },
    { name: "the kubelet links a pod's log", event: { ...node, ...by("kubelet", "kubelet", "systemd"), ...called("symlinkat", { target: "/var/log/pods/shop_web-x/web/0.log", linkpath: "/var/log/containers/web-x_shop_web-3ad7.log" }) } },
    { name: "the runtime makes a container's devices", event: { ...web, ...by("runc:[2:INIT]", "runc init", "runc"), ...called("symlinkat", { target: "/proc/self/fd", linkpath: "/dev/fd" }) } },
    { name: "a package's alternatives", event: { ...build, ...by("update-alternat", "update-alternatives", "dpkg"), ...called("symlink", { target: "/etc/alternatives/vi", linkpath: "/usr/bin/vi.dpkg-tmp" }) } },
    { name: "a web server's site is switched on", event: { ...build, ...by("ln", "ln -s /etc/nginx/sites-available/default"), ...called("symlinkat", { target: "/etc/nginx/sites-available/default", linkpath: "/etc/nginx/sites-enabled/default" }) } },
    { name: "a package manager keeps a file while it is replaced", event: { ...build, ...by("dpkg", "dpkg --unpack sudo.deb", "apt-get"), ...called("link", { oldpath: "/etc/sudoers.d/README", newpath: "/etc/sudoers.d/README.dpkg-tmp" }) } },
  ],
});
