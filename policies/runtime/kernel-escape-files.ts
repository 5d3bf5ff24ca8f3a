import { defineDetection, endsWithAny, startsWithAny, strings, type SyscallEvent, syscalls } from "portcullis";
import { excused, inContainer, openRead, openWrite, place } from "./events.ts";
import { by, called, csi, failed, node, reads, web, worker, writes } from "./fixtures.ts";

const driver = { allowedProcesses: ["aws-ebs-csi-dri", "mkfs.ext4"], allowedImages: ["registry.k8s.io/provider-aws/aws-ebs-csi-driver"] };

export default defineDetection({
  title: "A way out of the container through the kernel was tried",
  description: "Some files make the kernel start a program as root on the node, a disk's device holds every file of it, and a file handle reaches past all mounts. Each is a known way out of a container.",
  severity: "critical",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1611"],
  source: syscalls(),
  parameters: {
    files: strings({ default: ["/proc/sys/kernel/core_pattern", "/sys/kernel/uevent_helper", "/proc/sys/fs/binfmt_misc/register", "/proc/sysrq-trigger"], description: "Files by which the kernel is told to act. A mount in front of the path does not matter." }),
    devices: strings({ default: ["/dev/sd", "/dev/nvme", "/dev/vd", "/dev/xvd", "/dev/dm-", "/dev/mem", "/dev/kmem"], description: "How the paths of disks and of the memory begin." }),
    allowedImages: strings({ default: [], description: "Repositories of images in which the allowed processes may do so, such as those of storage drivers; empty for all images." }),
    allowedProcesses: strings({ default: [], description: "Processes that do so as their work. Names are cut after 15 characters." }),
  },
  rules: {
    a: {
      title: "A file that makes the kernel start programs was written in a container",
      when: ({ event, parameters }) => openWrite(event) && inContainer(event) && (endsWithAny(event["fd.name"], ["/release_agent"]) || endsWithAny(event["fd.name"], parameters.files)) && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
      fields: ["fd.name", "proc.cmdline", "proc.pname", ...place],
    },
    b: {
      title: "A disk or the memory of the node was opened in a container",
      when: ({ event, parameters }) => opened(event) && inContainer(event) && startsWithAny(event["fd.name"], parameters.devices) && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
      fields: ["fd.name", "evt.arg.flags", "proc.cmdline", "proc.pname", ...place],
    },
    c: {
      title: "A file was opened by its handle in a container",
      when: ({ event, parameters }) => event["evt.type"] === "open_by_handle_at" && inContainer(event) && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
      fields: ["evt.arg.path", "evt.res", "proc.cmdline", "proc.pname", ...place],
    },
  },
  response: "Treat the node as taken over: cordon it, keep its disk, and replace what was on it. Take privilege, capabilities and paths of the node from the workload.",
  fires: [
    { name: "a release agent, wherever its cgroup is mounted", event: { ...worker, ...by("sh", "sh", "runc", 34816), ...writes("/tmp/cgrp/release_agent") }, findings: ["a"] },
    { name: "a program for crashes", event: { ...worker, ...by("bash", "bash -c echo |/x > /proc/sys/kernel/core_pattern"), ...writes("/proc/sys/kernel/core_pattern") }, findings: ["a"] },
    { name: "the same through a mount of the node", event: { ...worker, ...by("tee", "tee /host/proc/sys/kernel/core_pattern"), ...writes("/host/proc/sys/kernel/core_pattern") }, findings: ["a"] },
    { name: "the node's disk is read", event: { ...worker, ...by("debugfs", "debugfs /dev/nvme0n1p1"), ...reads("/dev/nvme0n1p1") }, findings: ["b"] },
    { name: "the node's disk is written", event: { ...worker, ...by("dd", "dd of=/dev/sda"), ...writes("/dev/sda", "O_WRONLY") }, findings: ["b"] },
    { name: "a shell's tool in a storage driver", event: { ...csi, ...by("dd", "dd if=/dev/nvme0n1", "sh", 34816), ...reads("/dev/nvme0n1") }, parameters: driver, findings: ["b"] },
    { name: "handles are tried out", event: { ...worker, ...by("shocker", "shocker"), ...called("open_by_handle_at", { mountfd: "3", flags: "O_RDONLY", path: "/etc/shadow" }) }, findings: ["c"] },
    { name: "and refused", event: { ...web, ...by("shocker", "shocker"), ...called("open_by_handle_at", { mountfd: "3", flags: "O_RDONLY" }), ...failed("EPERM", 1) }, findings: ["c"] },
  ],
  quiet: [
    { name: "a storage driver formats a new disk", event: { ...csi, ...by("mkfs.ext4", "mkfs.ext4 /dev/nvme1n1", "aws-ebs-csi-dri"), ...writes("/dev/nvme1n1", "O_RDWR") }, parameters: driver },
    { name: "output goes to standard output", event: { ...web, ...by("nginx", "nginx"), ...writes("/dev/stdout", "O_WRONLY") } },
    { name: "shared memory", event: { ...worker, ...by("postgres", "postgres"), ...writes("/dev/shm/PostgreSQL.3124", undefined, true) } },
    { name: "a program asks where cores go", event: { ...worker, ...by("java", "java -jar app.jar"), ...reads("/proc/sys/kernel/core_pattern") } },
    { name: "an open that was refused", event: { ...web, ...by("sh", "sh"), ...writes("/proc/sysrq-trigger"), ...failed("EROFS", 30) } },
    { name: "systemd sets up the node", event: { ...node, ...by("systemd-sysctl", "systemd-sysctl", "systemd"), ...writes("/proc/sys/kernel/core_pattern") } },
    { name: "the kubelet looks for a file by its handle", event: { ...node, ...by("kubelet", "kubelet", "systemd"), ...called("open_by_handle_at", { path: "/sys/fs/cgroup/kubepods.slice" }) } },
  ],
});

/** Whether a file was opened to be read or written. */
const opened = (event: SyscallEvent): boolean => openRead(event) || openWrite(event);
