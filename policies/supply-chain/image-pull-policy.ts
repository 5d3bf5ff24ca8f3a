import { allContainers, choice, containerWith, defineControl, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Images must be pulled under the policy that the cluster asks for",
  description:
    "Where a node has an image already, a pod that does not have it pulled runs it unasked: a tenant who shares the node takes a private image that is another's, by its name alone, and code and keys that are in it. Always has the kubelet show credentials to the registry first; from 1.35 on it checks them by itself.",
  severity: "low",
  frameworks: {
    cis: { "1.12": ["1.2.11"] },
    owasp: { "2022": ["K02"] },
    seed: ["U05"],
  },
  optIn: true,
  match: podBearing(),
  parameters: {
    policy: choice(["Always", "IfNotPresent", "Never"], { default: "Always", description: "The policy that every image must be pulled under." }),
  },

  check({ pod, parameters, deny }) {
    for (const container of allContainers(pod)) {
      const policy = container.imagePullPolicy ?? policyOf(container.image);
      if (policy !== parameters.policy) deny(container, "imagePullPolicy", `container ${container.name} pulls ${container.image ?? "its image"} ${policy}; set imagePullPolicy to ${parameters.policy}`);
    }
    for (const volume of pod.spec?.volumes ?? []) {
      const policy = volume.image?.pullPolicy ?? policyOf(volume.image?.reference);
      if (volume.image && policy !== parameters.policy) deny(volume, "image.pullPolicy", `volume ${volume.name} pulls ${volume.image.reference ?? "its image"} ${policy}; set pullPolicy to ${parameters.policy}`);
    }
  },

  remediation: "Set imagePullPolicy of each container, and pullPolicy of each image volume, to Always.",
  pass: [
    {
      name: "asked for in writing, whatever the tag",
      object: workload("Deployment", {
        initContainers: [containerWith({ name: "setup", image: "registry.example.com/setup:1.2", imagePullPolicy: "Always" })],
        containers: [containerWith({ image: "registry.example.com/web@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e", imagePullPolicy: "Always" })],
      }),
    },
    {
      name: "nothing said, for no tag and for latest",
      object: workload("Pod", {
        volumes: [{ name: "model", image: { reference: "registry.example.com:5000/models/shop" } }, { name: "data", emptyDir: {} }],
        containers: [containerWith({ image: "registry.example.com:5000/web" }), containerWith({ name: "proxy", image: "proxy:latest" })],
        ephemeralContainers: [containerWith({ name: "debugger", image: "busybox:latest@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e" })],
      }),
    },
    {
      name: "a cluster that asks for what is there already",
      parameters: { policy: "IfNotPresent" },
      object: workload("CronJob", { volumes: [{ name: "model", image: { reference: "models/shop:3" } }], containers: [containerWith({ image: "web:1" }), containerWith({ name: "proxy", image: "proxy", imagePullPolicy: "IfNotPresent" })] }),
    },
    {
      name: "nodes without a way out, whose images are all there",
      parameters: { policy: "Never" },
      object: workload("DaemonSet", { containers: [containerWith({ imagePullPolicy: "Never" })] }),
    },
  ],
  fail: [
    {
      name: "nothing said, for a tag and for a digest",
      object: workload("Deployment", {
        containers: [
          containerWith({ image: "registry.example.com/web:1.2" }),
          containerWith({ name: "proxy", image: "proxy@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e" }),
          containerWith({ name: "log", image: "latest/log:latest-1" }),
          containerWith({ name: "cache", image: "registry.example.com:5000/cache:7" }),
        ],
      }),
      at: [0, 1, 2, 3].map((index) => `spec.template.spec.containers[${index}].imagePullPolicy`),
    },
    {
      name: "another policy in writing, in every list of containers",
      object: workload("Pod", {
        initContainers: [containerWith({ name: "setup", image: "setup", imagePullPolicy: "IfNotPresent" })],
        containers: [containerWith({ image: "web:latest", imagePullPolicy: "Never" })],
        ephemeralContainers: [containerWith({ name: "debugger", image: "busybox", imagePullPolicy: "IfNotPresent" })],
      }),
      at: ["spec.initContainers[0].imagePullPolicy", "spec.containers[0].imagePullPolicy", "spec.ephemeralContainers[0].imagePullPolicy"],
    },
    {
      name: "image volumes, whose images are as private",
      object: workload("Job", {
        volumes: [
          { name: "model", image: { reference: "registry.example.com/models/shop:3" } },
          { name: "data", image: { reference: "registry.example.com/data", pullPolicy: "Never" } },
          { name: "site", image: { reference: "registry.example.com/site:1", pullPolicy: "Always" } },
        ],
        containers: [containerWith({ imagePullPolicy: "Always" })],
      }),
      at: ["spec.template.spec.volumes[0].image.pullPolicy", "spec.template.spec.volumes[1].image.pullPolicy"],
    },
    {
      name: "nothing said, for no tag and for latest, where images are not to be pulled again",
      parameters: { policy: "IfNotPresent" },
      object: workload("StatefulSet", { containers: [containerWith({ image: "web" }), containerWith({ name: "proxy", image: "proxy:latest" }), containerWith({ name: "log", image: "log:1" })] }),
      at: ["spec.template.spec.containers[0].imagePullPolicy", "spec.template.spec.containers[1].imagePullPolicy"],
    },
  ],
});

/** The policy that the API server puts in where none is named: it goes by the tag, which is latest where there is neither a tag nor a digest. */
function policyOf(reference: string | undefined): string {
  return /^([^@]*\/)?[^/:@]*(:latest(@[^/]*)?)?$/u.test(reference ?? "") ? "Always" : "IfNotPresent";
}
