import { containerWith, defineControl, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Pods must not mount paths of the node",
  description:
    "A path of the node leads out of the container: with the kubelet's folder or a container runtime's socket an attacker takes the node, and with write access to almost any folder plants a program that the node will run.",
  severity: "high",
  frameworks: {
    pss: ["hostPathVolumes"],
    cis: { "1.12": ["5.2.11"] },
    nsa: { "1.2": ["pod/no-hostpath"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["W09"],
  },
  match: podBearing(),

  check({ pod, deny }) {
    for (const volume of pod.spec?.volumes ?? []) {
      if (volume.hostPath) deny(volume, "hostPath", `volume ${volume.name} is a path of the node`);
    }
  },

  remediation: "Use a persistentVolumeClaim for data that must last, or emptyDir for scratch space.",
  pass: [
    { name: "no volumes", object: workload("Pod", { containers: [containerWith({})] }) },
    {
      name: "volumes of other kinds",
      object: workload("StatefulSet", {
        volumes: [
          { name: "data", persistentVolumeClaim: { claimName: "data" } },
          { name: "scratch", emptyDir: {} },
        ],
        containers: [containerWith({ volumeMounts: [{ name: "data", mountPath: "/data" }] })],
      }),
    },
  ],
  fail: [
    {
      name: "a log collector",
      object: workload("DaemonSet", {
        volumes: [
          { name: "config", configMap: { name: "collector" } },
          { name: "logs", hostPath: { path: "/var/log", type: "Directory" } },
        ],
        containers: [containerWith({ name: "collector", volumeMounts: [{ name: "logs", mountPath: "/logs", readOnly: true }] })],
      }),
      at: ["spec.template.spec.volumes[1].hostPath"],
    },
    {
      name: "a volume that no container mounts, with an empty path",
      object: workload("Pod", { volumes: [{ name: "root", hostPath: { path: "" } }], containers: [containerWith({})] }),
      at: ["spec.volumes[0].hostPath"],
    },
  ],
});
