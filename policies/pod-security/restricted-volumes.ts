import { containerWith, defineControl, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Pods must only mount volumes of safe kinds",
  description:
    "A hostPath leads onto the node, and a volume that names a storage server in the pod lets its author choose the server and reuse the node's credentials for it. The kinds that remain are the pod's own or go through a claim that the cluster's operators govern.",
  severity: "high",
  frameworks: {
    pss: ["restrictedVolumes"],
    nsa: { "1.2": ["pod/no-hostpath"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["W09"],
  },
  replaces: [{ control: "host-path-volumes" }],
  match: podBearing(),

  check({ pod, deny }) {
    for (const volume of pod.spec?.volumes ?? []) {
      if (volume.configMap || volume.downwardAPI || volume.projected || volume.secret || volume.emptyDir || volume.image) continue;
      if (volume.persistentVolumeClaim || volume.ephemeral || volume.csi) continue;
      // The API server makes an emptyDir of a volume that has only a name.
      if (Object.keys(volume).every((key) => key === "name")) continue;
      deny(volume, "", `volume ${volume.name} is a hostPath, or of another kind that leads out of the pod; use persistentVolumeClaim, ephemeral or csi`);
    }
  },

  remediation: "Use a persistentVolumeClaim, an ephemeral claim or a CSI volume for storage, and emptyDir for scratch space.",
  pass: [
    {
      name: "a volume with only a name, of which the API server makes an emptyDir",
      object: workload("Pod", { volumes: [{ name: "scratch" }], containers: [containerWith({})] }),
    },
    { name: "no volumes", object: workload("Pod", { containers: [containerWith({})] }) },
    {
      name: "one volume of each safe kind",
      object: workload("StatefulSet", {
        volumes: [
          { name: "config", configMap: { name: "web" } },
          { name: "labels", downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
          { name: "token", projected: { sources: [{ serviceAccountToken: { path: "token", audience: "vault" } }] } },
          { name: "password", secret: { secretName: "web" } },
          { name: "scratch", emptyDir: {} },
          { name: "model", image: { reference: "registry.example.com/models/shop:3" } },
          { name: "data", persistentVolumeClaim: { claimName: "data" } },
          { name: "cache", ephemeral: { volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } } } },
          { name: "certificates", csi: { driver: "csi.cert-manager.io", readOnly: true } },
        ],
        containers: [containerWith({})],
      }),
    },
  ],
  fail: [
    {
      name: "a path of the node and a file server",
      object: workload("Deployment", {
        volumes: [
          { name: "scratch", emptyDir: {} },
          { name: "socket", hostPath: { path: "/run/containerd/containerd.sock" } },
          { name: "share", nfs: { server: "files.example.com", path: "/export" } },
        ],
        containers: [containerWith({})],
      }),
      at: ["spec.template.spec.volumes[1]", "spec.template.spec.volumes[2]"],
    },
    {
      name: "a repository cloned by the node",
      object: workload("CronJob", { volumes: [{ name: "source", gitRepo: { repository: "https://git.example.com/shop.git" } }], containers: [containerWith({})] }),
      at: ["spec.jobTemplate.spec.template.spec.volumes[0]"],
    },
  ],
});
