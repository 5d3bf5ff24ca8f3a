import { allContainers, boolean, containerWith, type corev1, defineControl, podBearing, strings, workload } from "portcullis";

export default defineControl({
  title: "Paths of the node must be allowed ones, and read-only",
  description:
    "A path of the node leads out of the container: a runtime's socket starts privileged containers, the kubelet's folder holds the tokens of all pods, and what is written to /etc is run by the node. This is for clusters in which some programs need some paths. A symbolic link under an allowed path leads wherever it points.",
  severity: "critical",
  frameworks: {
    cis: { "1.12": ["5.2.11"] },
    nsa: { "1.2": ["pod/no-hostpath"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["W09", "O02"],
  },
  match: podBearing("v1/PersistentVolume"),
  parameters: {
    allowedPaths: strings({ default: [], description: "Paths of nodes that pods and volumes may take, with what lies below them; they win over denied ones, but for the root. Only a path without doubled slashes, . and .. is compared." }),
    deniedPaths: strings({
      default: ["/boot", "/dev", "/etc", "/proc", "/root", "/run", "/sys", "/var/lib/containerd", "/var/lib/docker", "/var/lib/etcd", "/var/lib/kubelet", "/var/run"],
      description: "Paths with which a node can be taken. Others that are not allowed are reported too, under another letter.",
    }),
    sockets: strings({ default: ["docker.sock", "containerd.sock", "crio.sock"], description: "Names of the sockets of container runtimes, wherever they stand." }),
    requireReadOnly: boolean({ default: true, description: "Whether allowed paths may only be mounted to be read." }),
  },
  findings: {
    a: "A path with which the node can be taken",
    b: "A path that is not allowed",
    c: "An allowed path is mounted to be written",
    d: "Nothing says of which type the path must be",
  },

  check({ object, pod, parameters, deny }) {
    if (pod !== undefined) {
      for (const volume of pod.spec?.volumes ?? []) {
        const host = volume.hostPath;
        const path = volume.hostPath?.path ?? "";
        if (host === undefined) continue;
        if (!isAllowed(path, parameters.allowedPaths)) {
          if (isSensitive(path, parameters.deniedPaths, parameters.sockets)) deny(volume, "hostPath.path", `volume ${volume.name} is ${path} of the node, with which the node can be taken; use a persistentVolumeClaim or a CSI driver`, "a");
          else deny(volume, "hostPath.path", `volume ${volume.name} is ${path} of the node, which is not allowed; use a persistentVolumeClaim or a CSI driver`, "b");
        }
        if ((host.type ?? "") === "") deny(volume, "hostPath.type", `volume ${volume.name} takes whatever it finds at ${path}, and nothing is checked; say Directory or File`, "d");
      }
      const writable = (pod.spec?.volumes ?? []).filter(({ hostPath }) => parameters.requireReadOnly && isAllowed(hostPath?.path ?? "", parameters.allowedPaths)).map(({ name }) => name);
      for (const container of allContainers(pod)) {
        for (const mount of container.volumeMounts ?? []) {
          if (mount.readOnly !== true && writable.includes(mount.name)) deny(mount, "readOnly", `container ${container.name} may write to ${mount.name}, a path of the node; set readOnly`, "c");
        }
      }
    }

    if (object.kind === "PersistentVolume") {
      const name = object.metadata?.name ?? "";
      const host = object.spec?.hostPath;
      const path = object.spec?.hostPath?.path ?? "";
      if (host !== undefined) {
        if (!isAllowed(path, parameters.allowedPaths)) {
          if (isSensitive(path, parameters.deniedPaths, parameters.sockets)) deny(object, "spec.hostPath.path", `the volume ${name} is ${path} of the node, with which the node can be taken; use a CSI driver`, "a");
          else deny(object, "spec.hostPath.path", `the volume ${name} is ${path} of the node, which is not allowed; use a CSI driver`, "b");
        }
        if ((host.type ?? "") === "") deny(object, "spec.hostPath.type", `the volume ${name} takes whatever it finds at ${path}, and nothing is checked; say Directory or File`, "d");
      }
      const local = object.spec?.local;
      const folder = object.spec?.local?.path ?? "";
      if (local !== undefined) {
        if (!isAllowed(folder, parameters.allowedPaths)) {
          if (isSensitive(folder, parameters.deniedPaths, parameters.sockets)) deny(object, "spec.local.path", `the volume ${name} is ${folder} of the node, with which the node can be taken; use a CSI driver`, "a");
          else deny(object, "spec.local.path", `the volume ${name} is ${folder} of the node, which is not allowed; use a CSI driver`, "b");
        }
      }
    }
  },

  remediation: "Use a persistentVolumeClaim of a CSI driver. Where a program must read the node, allow the one folder, mount it with readOnly: true, and say its type.",
  pass: [
    { name: "no path of the node", object: workload("StatefulSet", { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }], containers: [containerWith({ volumeMounts: [{ name: "data", mountPath: "/data" }] })] }) },
    {
      name: "a log collector that reads the one folder that it may, under a denied one",
      parameters: { allowedPaths: ["/var/log"], deniedPaths: ["/var"] },
      object: workload("DaemonSet", {
        volumes: [{ name: "logs", hostPath: { path: "/var/log/pods/", type: "Directory" } }, { name: "scratch", emptyDir: {} }],
        containers: [containerWith({ name: "collector", volumeMounts: [{ name: "logs", mountPath: "/logs", readOnly: true }, { name: "scratch", mountPath: "/tmp" }] })],
      }),
    },
    {
      name: "a folder that may be written, where that is not asked for",
      parameters: { allowedPaths: ["/mnt/"], requireReadOnly: false },
      object: workload("Pod", { volumes: [{ name: "cache", hostPath: { path: "/mnt/cache", type: "DirectoryOrCreate" } }], containers: [containerWith({ volumeMounts: [{ name: "cache", mountPath: "/cache" }] })] }),
    },
    { name: "a disk of a node, where local volumes are made", parameters: { allowedPaths: ["/mnt/disks"] }, object: persistentVolume({ local: { path: "/mnt/disks/ssd-1" } }) },
    { name: "an allowed path behind a volume, with its type", parameters: { allowedPaths: ["/srv/exports"] }, object: persistentVolume({ hostPath: { path: "/srv/exports", type: "Directory" } }) },
    { name: "a volume of a driver", object: persistentVolume({ csi: { driver: "ebs.csi.example.com", volumeHandle: "vol-1" } }) },
  ],
  fail: [
    {
      name: "the socket of the container runtime, as build tools ask for it",
      object: workload("Deployment", { volumes: [{ name: "docker", hostPath: { path: "/var/run/docker.sock", type: "Socket" } }], containers: [containerWith({ volumeMounts: [{ name: "docker", mountPath: "/var/run/docker.sock" }] })] }),
      at: [{ finding: "a", path: "spec.template.spec.volumes[0].hostPath.path" }],
    },
    { name: "a list with nothing in its only place", parameters: { allowedPaths: [""] }, object: workload("Pod", { volumes: [{ name: "data", hostPath: { path: "/srv/data", type: "Directory" } }], containers: [containerWith({})] }), at: [{ finding: "b", path: "spec.volumes[0].hostPath.path" }] },
    {
      name: "the root, which no list allows, and ways around the comparison",
      parameters: { allowedPaths: ["/"], deniedPaths: ["/etc"] },
      object: workload("Pod", {
        volumes: ["/", "//", "/mnt/..", "/mnt/../etc", "/./", "/mnt//etc", "/mnt/.", "etc"].map((path, index) => ({ name: `volume-${index}`, hostPath: { path, type: "Directory" } })),
        containers: [containerWith({})],
      }),
      at: [0, 1, 2, 3, 4, 5, 6, 7].map((index) => ({ finding: "a", path: `spec.volumes[${index}].hostPath.path` })),
    },
    {
      name: "a slash at the end, a socket elsewhere, and names that only begin like an allowed one",
      parameters: { allowedPaths: ["/var/log"] },
      object: workload("CronJob", {
        volumes: [
          { name: "kubelet", hostPath: { path: "/var/lib/kubelet/", type: "Directory" } },
          { name: "runtime", hostPath: { path: "/opt/k3s/containerd.sock", type: "Socket" } },
          { name: "logs", hostPath: { path: "/var/logs", type: "Directory" } },
        ],
        containers: [containerWith({ volumeMounts: [{ name: "logs", mountPath: "/logs" }] })],
      }),
      at: [
        { finding: "a", path: "spec.jobTemplate.spec.template.spec.volumes[0].hostPath.path" },
        { finding: "a", path: "spec.jobTemplate.spec.template.spec.volumes[1].hostPath.path" },
        { finding: "b", path: "spec.jobTemplate.spec.template.spec.volumes[2].hostPath.path" },
      ],
    },
    {
      name: "an allowed folder that a setup container and a debug container may write to",
      parameters: { allowedPaths: ["/var/log"] },
      object: workload("Pod", {
        volumes: [{ name: "logs", hostPath: { path: "/var/log", type: "Directory" } }],
        initContainers: [containerWith({ name: "setup", volumeMounts: [{ name: "logs", mountPath: "/logs" }] })],
        containers: [containerWith({ volumeMounts: [{ name: "logs", mountPath: "/logs", readOnly: true }] })],
        ephemeralContainers: [containerWith({ name: "debugger", volumeMounts: [{ name: "logs", mountPath: "/logs", readOnly: false }] })],
      }),
      at: [
        { finding: "c", path: "spec.initContainers[0].volumeMounts[0].readOnly" },
        { finding: "c", path: "spec.ephemeralContainers[0].volumeMounts[0].readOnly" },
      ],
    },
    {
      name: "no type",
      parameters: { allowedPaths: ["/var/log"] },
      object: workload("DaemonSet", { volumes: [{ name: "logs", hostPath: { path: "/var/log" } }, { name: "more", hostPath: { path: "/var/log/more", type: "" } }], containers: [containerWith({})] }),
      at: [
        { finding: "d", path: "spec.template.spec.volumes[0].hostPath.type" },
        { finding: "d", path: "spec.template.spec.volumes[1].hostPath.type" },
      ],
    },
    {
      name: "a volume that stands in for what the pod may not name",
      object: persistentVolume({ hostPath: { path: "/etc/kubernetes" } }),
      at: [
        { finding: "a", path: "spec.hostPath.path" },
        { finding: "d", path: "spec.hostPath.type" },
      ],
    },
    { name: "a path behind a volume that nobody allowed", object: persistentVolume({ hostPath: { path: "/srv/exports", type: "Directory" } }), at: [{ finding: "b", path: "spec.hostPath.path" }] },
    { name: "a path that only begins like an allowed one, behind a volume", parameters: { allowedPaths: ["/srv/exports"] }, object: persistentVolume({ hostPath: { path: "/srv/exports-2", type: "Directory" } }), at: [{ finding: "b", path: "spec.hostPath.path" }] },
    { name: "a path that only begins like a denied one, behind a volume", object: persistentVolume({ hostPath: { path: "/etcd", type: "Directory" } }), at: [{ finding: "b", path: "spec.hostPath.path" }] },
    { name: "the root, as a local volume", parameters: { allowedPaths: ["/"] }, object: persistentVolume({ local: { path: "/" } }), at: [{ finding: "a", path: "spec.local.path" }] },
    { name: "a local volume of the kubelet's folder", object: persistentVolume({ local: { path: "/var/lib/kubelet/pods" } }), at: [{ finding: "a", path: "spec.local.path" }] },
    { name: "a local volume that nobody allowed", parameters: { allowedPaths: ["/mnt/disks"] }, object: persistentVolume({ local: { path: "/mnt" } }), at: [{ finding: "b", path: "spec.local.path" }] },
  ],
});

/** Whether a path is one of the folders, or lies in one. */
const liesIn = (path: string, folders: readonly string[]): boolean => folders.some((folder) => folder !== "" && `${path}/`.startsWith(folder.endsWith("/") ? folder : `${folder}/`));

/** Whether a path may be allowed: it is not the root, and written so that it can be compared, without doubled slashes and dots. */
const isPlain = (path: string): boolean => path !== "/" && path.startsWith("/") && !/\/\.{0,2}\/|\/\.{1,2}$/.test(path);

const isAllowed = (path: string, allowed: readonly string[]): boolean => isPlain(path) && liesIn(path, allowed);

/** Whether a path leads to what takes over a node. */
const isSensitive = (path: string, denied: readonly string[], sockets: readonly string[]): boolean => !isPlain(path) || liesIn(path, denied) || sockets.some((socket) => path.endsWith(`/${socket}`));

function persistentVolume(source: Pick<corev1.PersistentVolumeSpec, "hostPath" | "local" | "csi">): corev1.PersistentVolume & { readonly apiVersion: "v1"; readonly kind: "PersistentVolume" } {
  return { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "data-1" }, spec: { capacity: { storage: "10Gi" }, accessModes: ["ReadWriteOnce"], persistentVolumeReclaimPolicy: "Retain", ...source } };
}
