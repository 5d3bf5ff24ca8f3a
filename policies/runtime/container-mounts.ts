import { defineDetection, strings, type SyscallEvent, syscalls } from "portcullis";
import { excused, inContainer, isRuntime, place } from "./events.ts";
import { by, called, csi, failed, node, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "A file system was mounted in a container",
  description: "From a privileged container the node's disk is one mount away, with everything on it. Workloads get their volumes from the kubelet and mount none.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1611"],
  source: syscalls(),
  parameters: {
    allowedImages: strings({ default: [], description: "Repositories of images in which the allowed processes may mount, such as those of CSI drivers; empty for all images." }),
    allowedProcesses: strings({ default: [], description: "Processes that mount as their work, such as mount and mount.nfs in CSI drivers." }),
  },
  when: ({ event, parameters }) => mounted(event) && inContainer(event) && !isRuntime(event) && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
  fields: ["evt.type", "evt.arg.dev", "evt.arg.dir", "evt.arg.type", "proc.cmdline", "proc.pname", ...place],
  response: "Look at what was mounted. If it is the node's disk, treat the node as taken over. Take the privilege from the workload.",
  fires: [
    { name: "the node's disk is mounted", event: { ...worker, ...by("mount", "mount /dev/nvme0n1p1 /mnt", "sh", 34816), "container.privileged": true, ...called("mount", { dev: "/dev/nvme0n1p1", dir: "/mnt", type: "ext4", flags: "0" }) } },
    { name: "the cgroup file system, for an escape by its release agent", event: { ...worker, ...by("mount", "mount -t cgroup -o rdma cgroup /tmp/c"), ...called("mount", { dev: "cgroup", dir: "/tmp/c", type: "cgroup" }) } },
    // A call that Falco has no arguments of, and no result either.
    { name: "a newer mount tool, which no longer calls mount", event: { ...worker, ...by("mount", "mount /dev/nvme0n1p1 /mnt"), "evt.type": "move_mount" } },
    { name: "a shell's mount in a driver's container", event: { ...csi, ...by("busybox", "busybox mount /dev/sda1 /mnt", "sh", 34816), ...called("mount", { dev: "/dev/sda1", dir: "/mnt", type: "ext4" }) }, parameters: { allowedProcesses: ["mount"], allowedImages: ["registry.k8s.io/provider-aws/aws-ebs-csi-driver"] } },
  ],
  quiet: [
    { name: "the runtime mounts inside a new container", event: { ...web, ...by("runc:[2:INIT]", "runc init", "runc"), ...called("mount", { dev: "proc", dir: "/proc", type: "proc" }) } },
    { name: "and does so by descriptors", event: { ...web, ...by("runc:[2:INIT]", "runc init", "runc"), "evt.type": "move_mount" } },
    { name: "a driver mounts a volume", event: { ...csi, ...by("mount", "mount -t ext4 /dev/nvme1n1 /var/lib/kubelet/plugins/x", "aws-ebs-csi-dri"), ...called("mount", { dev: "/dev/nvme1n1", dir: "/var/lib/kubelet/plugins/x", type: "ext4" }) }, parameters: { allowedProcesses: ["mount"], allowedImages: ["registry.k8s.io/provider-aws/aws-ebs-csi-driver"] } },
    { name: "a mount that was refused", event: { ...web, ...by("mount", "mount -t tmpfs x /mnt"), ...called("mount", { dev: "x", dir: "/mnt", type: "tmpfs" }), ...failed("EPERM", 1) } },
    { name: "the kubelet mounts a Secret", event: { ...node, ...by("mount", "mount -t tmpfs tmpfs /var/lib/kubelet/pods/7c/volumes/x", "kubelet"), ...called("mount", { dev: "tmpfs", dir: "/var/lib/kubelet/pods/7c/volumes/x", type: "tmpfs" }) } },
    { name: "an unmount", event: { ...worker, ...by("umount", "umount /mnt"), ...called("umount2", { name: "/mnt" }) } },
  ],
});

// The catalogue watches mount alone, which mount(8) of util-linux 2.39 no longer calls. Falco knows of move_mount only that it was called, so attempts count.
const mounted = (event: SyscallEvent): boolean => (event["evt.type"] === "mount" && event["evt.res"] === "SUCCESS") || event["evt.type"] === "move_mount";
