import { allContainers, containerWith, defineControl, imageIsUnder, normalisedImage, podBearing, string, strings, workload } from "portcullis";

export default defineControl({
  title: "Images must come from allowed registries",
  description:
    "An image is code that runs with the pod's rights and secrets. From a public registry it may be a look-alike, or change overnight under the same name when its publisher is broken into.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["5.5.1"] },
    nsa: { "1.2": ["pod/image-scan"] },
    owasp: { "2022": ["K02"] },
    seed: ["H17", "L03"],
  },
  match: podBearing(),
  parameters: {
    registries: strings({
      default: ["registry.k8s.io"],
      description: "Hosts, or hosts with the start of a path, that images may come from: registry.example.com, registry.example.com/team. An empty list allows nothing.",
    }),
    defaultRegistry: string({ default: "docker.io", description: "Where the nodes look for an image whose reference names no host." }),
  },

  check({ pod, parameters, deny }) {
    for (const container of allContainers(pod)) {
      const reference = container.image ?? "";
      if (reference === "") continue;
      const image = normalisedImage(reference, parameters.defaultRegistry);
      if (!parameters.registries.some((prefix) => imageIsUnder(image, prefix))) {
        deny(container, "image", `container ${container.name} runs ${image}, which is from no allowed registry`);
      }
    }
    for (const volume of pod.spec?.volumes ?? []) {
      const reference = volume.image?.reference ?? "";
      if (reference === "") continue;
      const image = normalisedImage(reference, parameters.defaultRegistry);
      if (!parameters.registries.some((prefix) => imageIsUnder(image, prefix))) {
        deny(volume, "image.reference", `volume ${volume.name} mounts ${image}, which is from no allowed registry`);
      }
    }
  },

  remediation: "Mirror the image into an allowed registry, and name it from there.",
  pass: [
    { name: "the default registry of the rule", object: workload("Pod", { containers: [containerWith({ image: "registry.k8s.io/pause:3.10" })] }) },
    {
      name: "hosts compare without case; a port and a digest belong to the reference",
      parameters: { registries: ["Registry.Example.com:5000/team"] },
      object: workload("Deployment", {
        initContainers: [containerWith({ name: "setup", image: "REGISTRY.example.com:5000/team/setup:1.2" })],
        containers: [containerWith({ image: "registry.example.com:5000/team@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e" })],
      }),
    },
    {
      name: "a short name is one of docker.io's library",
      parameters: { registries: ["docker.io/library/"] },
      object: workload("CronJob", { containers: [containerWith({ image: "busybox" })] }),
    },
    {
      name: "nodes that look elsewhere for short names",
      parameters: { registries: ["mirror.example.com"], defaultRegistry: "mirror.example.com" },
      object: workload("Pod", { containers: [containerWith({ image: "busybox:1.37" })] }),
    },
    {
      name: "an image volume, and a container whose image an operator fills in",
      object: workload("StatefulSet", {
        volumes: [{ name: "model", image: { reference: "registry.k8s.io/models/shop:3" } }],
        containers: [{ name: "web" }],
      }),
    },
  ],
  fail: [
    {
      name: "a public image without a host",
      object: workload("Deployment", { containers: [containerWith({ image: "nginx" })] }),
      at: ["spec.template.spec.containers[0].image"],
    },
    {
      name: "hosts and paths that only begin like allowed ones",
      parameters: { registries: ["registry.example.com/team"] },
      object: workload("Pod", {
        initContainers: [containerWith({ name: "setup", image: "registry.example.com.evil.io/team/setup" })],
        containers: [containerWith({ image: "registry.example.com/team-evil/web:1" }), containerWith({ name: "proxy", image: "registry.example.com/team/proxy:1" })],
        ephemeralContainers: [containerWith({ name: "debugger", image: "registry/example.com/team" })],
      }),
      at: ["spec.initContainers[0].image", "spec.containers[0].image", "spec.ephemeralContainers[0].image"],
    },
    {
      name: "image volumes are pulled too",
      object: workload("Job", {
        volumes: [{ name: "config", configMap: { name: "web" } }, { name: "model", image: { reference: "models.example.com/shop:3" } }],
        containers: [containerWith({})],
      }),
      at: ["spec.template.spec.volumes[1].image.reference"],
    },
    {
      name: "an empty list allows nothing",
      parameters: { registries: [] },
      object: workload("CronJob", { containers: [containerWith({})] }),
      at: ["spec.jobTemplate.spec.template.spec.containers[0].image"],
    },
    {
      name: "an image that was built on the node, and docker.io by its old name",
      object: workload("Pod", {
        volumes: [
          { name: "model", image: { reference: "index.docker.io/library/models" } },
          { name: "data", image: { reference: "localhost/data" } },
          { name: "assets", image: { reference: "shop@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e" } },
          { name: "site", image: { reference: "shop/site" } },
        ],
        initContainers: [containerWith({ name: "setup", image: "localhost/setup:dev" })],
        containers: [containerWith({ image: "index.docker.io/library/nginx" })],
      }),
      at: ["spec.containers[0].image", "spec.initContainers[0].image", "spec.volumes[0].image.reference", "spec.volumes[1].image.reference", "spec.volumes[2].image.reference", "spec.volumes[3].image.reference"],
    },
  ],
});
