import { containsAny, defineDetection, endsWithAny, isOneOf, startsWithAny, strings, type SyscallEvent, syscalls } from "portcullis";
import { inContainer, openRead, place } from "./events.ts";
import { build, by, failed, node, reads, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "A file with credentials was read",
  description: "Password hashes, private keys, cloud credentials and the environment of other processes are what an intruder looks for first: each leads on to another machine or account.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K08"], "2025": ["K10", "K03"] }, seed: ["H07", "H23"] },
  techniques: ["T1003.008", "T1552.001", "T1552.004", "T1003.007"],
  source: syscalls(),
  parameters: {
    files: strings({ default: ["/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/pam.conf"], description: "Full paths of files, as they are opened." }),
    directories: strings({ default: ["/etc/sudoers.d", "/etc/pam.d"], description: "Directories whose own files count, without a slash at the end." }),
    // More than the catalogue lists: sshd logs in by helpers of its own, and images are built with tools that unpack or edit these files.
    readers: strings({
      default: ["login", "su", "sudo", "sshd", "sshd-session", "sshd-auth", "passwd", "useradd", "usermod", "userdel", "groupadd", "groupmod", "chpasswd", "chage", "unix_chkpwd", "cron", "crond", "runuser", "systemd", "(sd-pam)", "adduser", "addgroup", "dpkg", "rpm", "apk"],
      description: "Processes that read the files as their work. Names are cut after 15 characters.",
    }),
    // The catalogue has no readers of keys; without, every login by ssh and every call of kubectl is reported.
    keyReaders: strings({
      default: ["sshd", "sshd-session", "sshd-auth", "ssh", "ssh-add", "ssh-agent", "ssh-keygen", "scp", "sftp", "kubectl", "helm", "aws"],
      description: "Processes that use keys and cloud credentials as their work.",
    }),
  },
  rules: {
    a: {
      title: "A file about passwords or who may become root was read",
      when: ({ event, parameters }) => openRead(event) && (isOneOf(event["fd.name"], parameters.files) || isOneOf(event["fd.directory"], parameters.directories)) && !isOneOf(event["proc.name"], parameters.readers),
      fields: ["fd.name", "proc.cmdline", "proc.pname", ...place],
    },
    b: {
      title: "A private key or a cloud credential was read",
      when: ({ event, parameters }) => openRead(event) && isKeyPath(event) && !isOneOf(event["proc.name"], parameters.keyReaders),
      fields: ["fd.name", "proc.cmdline", "proc.pname", ...place],
    },
    c: {
      title: "The environment of a process was read in a container",
      when: ({ event }) => openRead(event) && inContainer(event) && event["fd.name"] !== undefined && event["fd.name"].startsWith("/proc/") && event["fd.name"].endsWith("/environ"),
      fields: ["fd.name", "proc.cmdline", "proc.pname", ...place],
    },
  },
  response: "Find out who started the process. Replace what the file held, and look for where it was used since.",
  fires: [
    { name: "password hashes are shown in a container", event: { ...worker, ...by("cat", "cat /etc/shadow", "bash", 34816), ...reads("/etc/shadow") }, findings: ["a"] },
    { name: "rules of sudo are read on a node", event: { ...node, ...by("python3", "python3 /tmp/enum.py"), ...reads("/etc/sudoers.d/90-cloud-init-users") }, findings: ["a"] },
    { name: "a home's private key is packed up", event: { ...node, ...by("tar", "tar czf /tmp/h.tgz /home"), ...reads("/home/deploy/.ssh/id_ed25519") }, findings: ["b"] },
    { name: "root's key, by a path with a mount in front", event: { ...worker, ...by("cp", "cp /host/root/.ssh/id_rsa ."), ...reads("/host/root/.ssh/id_rsa") }, findings: ["b"] },
    { name: "cloud credentials", event: { ...worker, ...by("base64", "base64 /root/.aws/credentials"), ...reads("/root/.aws/credentials") }, findings: ["b"] },
    { name: "the variables of the first process", event: { ...web, ...by("cat", "cat /proc/1/environ"), ...reads("/proc/1/environ") }, findings: ["c"] },
  ],
  quiet: [
    { name: "a login by ssh on a node", event: { ...node, ...by("sshd-session", "sshd-session -D -R", "sshd"), ...reads("/etc/shadow") } },
    { name: "the same login looks who may come in", event: { ...node, ...by("sshd-session", "sshd-session -D -R", "sshd"), ...reads("/root/.ssh/authorized_keys") } },
    { name: "a package is installed while an image is built", event: { ...build, ...by("dpkg", "dpkg --unpack login_4.13.deb", "apt-get"), ...reads("/etc/pam.d/login") } },
    { name: "a user is added by an image's build", event: { ...build, ...by("useradd", "useradd -r app"), ...reads("/etc/gshadow") } },
    { name: "ssh asks for known hosts", event: { ...build, ...by("ssh", "ssh git@git.example.com git-upload-pack", "git"), ...reads("/root/.ssh/known_hosts") } },
    { name: "another process looks for known hosts and public keys", event: { ...build, ...by("argocd-repo-ser", "argocd-repo-server"), ...reads("/home/argocd/.ssh/known_hosts") } },
    { name: "names of users are looked up", event: { ...web, ...by("nginx", "nginx -g daemon off;"), ...reads("/etc/passwd") } },
    { name: "a JVM asks for its limits", event: { ...worker, ...by("java", "java -jar app.jar"), ...reads("/proc/self/cgroup") } },
    { name: "an open that was refused gave nothing", event: { ...web, ...by("cat", "cat /etc/shadow"), ...reads("/etc/shadow"), ...failed("EACCES", 13) } },
    { name: "an agent on the node watches processes", event: { ...node, ...by("systemd", "systemd --switched-root"), ...reads("/proc/812/environ") } },
  ],
});

/** Whether a file holds a private key, a cloud credential or a kubeconfig. What ssh keeps of others' public keys is none. */
const isKeyPath = (event: SyscallEvent): boolean =>
  (containsAny(event["fd.name"], ["/root/.ssh/", "/.aws/credentials", "/.kube/config"]) || (startsWithAny(event["fd.name"], ["/home/"]) && containsAny(event["fd.name"], ["/.ssh/"])) || isOneOf(event["fd.name"], [".aws/credentials", ".kube/config"])) &&
  !endsWithAny(event["fd.name"], ["/known_hosts", ".pub"]);
