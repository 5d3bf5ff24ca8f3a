import { allContainers, containerWith, defineControl, names, normalisedImage, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Images of repositories that nobody keeps up must not run",
  description:
    "A registry that nobody writes to any more holds images whose flaws were found years ago and are not mended there, and whoever buys its name or breaks into its account is trusted at once. They are what scanners of attackers look for first.",
  severity: "medium",
  frameworks: {
    owasp: { "2022": ["K02", "K10"], "2025": ["K07"] },
    seed: ["H08"],
  },
  match: podBearing(),
  parameters: {
    denied: names({ default: ["k8s.gcr.io/*", "gcr.io/google-containers/*"], description: "Repositories with their registry, whole or their start with a star behind it: docker.io/library/busybox, k8s.gcr.io/*. The port 443 counts as none; other names of a registry, such as registry-1.docker.io, are listed beside it." }),
  },

  check({ pod, parameters, deny }) {
    for (const container of allContainers(pod)) {
      const reference = container.image ?? "";
      if (reference === "") continue;
      const image = withoutUsualPort(normalisedImage(reference));
      if (parameters.denied.some((name) => isOf(image, withoutUsualPort(name)))) {
        deny(container, "image", `container ${container.name} runs ${reference}, from where no image may run; use one that is kept up, such as those of registry.k8s.io`);
      }
    }
    for (const volume of pod.spec?.volumes ?? []) {
      const reference = volume.image?.reference ?? "";
      if (reference === "") continue;
      const image = withoutUsualPort(normalisedImage(reference));
      if (parameters.denied.some((name) => isOf(image, withoutUsualPort(name)))) {
        deny(volume, "image.reference", `volume ${volume.name} mounts ${reference}, from where no image may run; use one that is kept up, such as those of registry.k8s.io`);
      }
    }
  },

  remediation: "Take the image from registry.k8s.io, where its successors are published, or from a mirror of your own.",
  pass: [
    { name: "the registry that took over, and names that only begin alike", object: workload("Deployment", { containers: [containerWith({ image: "registry.k8s.io/pause:3.10" }), containerWith({ name: "proxy", image: "k8s.gcr.io.example.com/proxy:1" }), containerWith({ name: "log", image: "example.com/k8s.gcr.io/log:1" }), containerWith({ name: "other-port", image: "k8s.gcr.io:4430/pause:443" })] }) },
    {
      name: "another repository of the same registry, by its short name and by its digest",
      parameters: { denied: ["docker.io/library/redis", "docker.io/shop/*"] },
      object: workload("Pod", {
        volumes: [
          { name: "cache", image: { reference: "rediss:7.0.0" } },
          { name: "site", image: { reference: "example.com/docker.io/library/redis@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e" } },
          { name: "model", image: { reference: "example.com/docker.io/library/redis:7" } },
          { name: "data", emptyDir: {} },
        ],
        initContainers: [containerWith({ name: "setup", image: "library/redis-tools@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e" })],
        containers: [
          containerWith({ image: "shop-web" }),
          containerWith({ name: "second", image: "quay.io/library/redis:7" }),
          containerWith({ name: "third", image: "example.com/docker.io/library/redis@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e" }),
          containerWith({ name: "fourth", image: "example.com/docker.io/library/redis:7" }),
        ],
      }),
    },
    { name: "no registry is denied", parameters: { denied: [] }, object: workload("Job", { volumes: [{ name: "model", image: {} }], containers: [containerWith({ image: "k8s.gcr.io/pause:3.5" }), { name: "operator-fills-in" }] }) },
  ],
  fail: [
    {
      name: "the registries that are frozen, as old guides name them",
      object: workload("Deployment", {
        initContainers: [containerWith({ name: "setup", image: "gcr.io/google-containers/busybox" })],
        containers: [containerWith({ image: "k8s.gcr.io/ingress-nginx/controller:v1.2.0" })],
      }),
      at: ["spec.template.spec.initContainers[0].image", "spec.template.spec.containers[0].image"],
    },
    {
      name: "a host in capitals, a digest, a debug container and a volume",
      object: workload("Pod", {
        volumes: [{ name: "tools", image: { reference: "k8s.gcr.io/tools" } }],
        containers: [containerWith({ image: "K8S.gcr.io/pause@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e" })],
        ephemeralContainers: [containerWith({ name: "debugger", image: "gcr.io/google-containers/toolbox:1" })],
      }),
      at: ["spec.volumes[0].image.reference", "spec.containers[0].image", "spec.ephemeralContainers[0].image"],
    },
    {
      name: "the port that is meant anyway, written out",
      object: workload("StatefulSet", { volumes: [{ name: "tools", image: { reference: "k8s.gcr.io:443/tools:1" } }], containers: [containerWith({ image: "K8s.gcr.io:443/pause:3.5" })] }),
      at: ["spec.template.spec.volumes[0].image.reference", "spec.template.spec.containers[0].image"],
    },
    {
      name: "the same port in the list alone",
      parameters: { denied: ["k8s.gcr.io:443/*", "quay.io:443/old/tools"] },
      object: workload("Pod", { volumes: [{ name: "tools", image: { reference: "quay.io/old/tools:1" } }], containers: [containerWith({ image: "k8s.gcr.io/pause:3.5" })] }),
      at: ["spec.volumes[0].image.reference", "spec.containers[0].image"],
    },
    {
      name: "a repository of docker.io by its short name",
      parameters: { denied: ["docker.io/library/busybox"] },
      object: workload("CronJob", { containers: [containerWith({ image: "busybox:1.37" }), containerWith({ name: "second", image: "busybox-plus:1" })] }),
      at: ["spec.jobTemplate.spec.template.spec.containers[0].image"],
    },
    {
      name: "all ways to write a repository of docker.io",
      parameters: { denied: ["docker.io/library/redis"] },
      object: workload("DaemonSet", {
        volumes: ["redis:6", "index.docker.io/redis", "redis@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e"].map((reference, index) => ({ name: `redis-${index}`, image: { reference } })),
        containers: ["redis", "library/redis:7", "docker.io/redis:7", "index.docker.io/library/redis:latest", "redis@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e"].map((image, index) => containerWith({ name: `redis-${index}`, image })),
      }),
      at: [...[0, 1, 2].map((index) => `spec.template.spec.volumes[${index}].image.reference`), ...[0, 1, 2, 3, 4].map((index) => `spec.template.spec.containers[${index}].image`)],
    },
    {
      name: "what was built on the node",
      parameters: { denied: ["localhost/*"] },
      object: workload("Pod", { volumes: [{ name: "data", image: { reference: "localhost/data" } }], containers: [containerWith({ image: "localhost/web:dev" })] }),
      at: ["spec.volumes[0].image.reference", "spec.containers[0].image"],
    },
  ],
});

/** A normalised reference without the port that is meant where none is written: k8s.gcr.io:443/pause is k8s.gcr.io/pause. */
const withoutUsualPort = (image: string): string => image.split(":443/").join("/");

/** Whether a normalised reference is one of a repository, or of those that begin like a name with a star behind it. */
const isOf = (image: string, name: string): boolean => (name.endsWith("*") ? image.startsWith(name.split("*")[0] ?? "") : image.startsWith(`${name}:`) || image.startsWith(`${name}@`));
