import { allContainers, containerWith, defineControl, names, normalisedImage, podBearing, strings, versionNumber, workload } from "portcullis";

export default defineControl({
  title: "Images that are known to be unsafe must not run",
  description:
    "A registry that nobody writes to any more holds images whose flaws were found years ago and are not mended there; and of a program that was broken, the versions before the mend stay pullable for ever. Both are what scanners of attackers look for first.",
  severity: "medium",
  frameworks: {
    owasp: { "2022": ["K02", "K10"], "2025": ["K07"] },
    seed: ["H08"],
  },
  match: podBearing(),
  parameters: {
    denied: names({ default: ["k8s.gcr.io/*", "gcr.io/google-containers/*"], description: "Repositories with their registry, whole or their start with a star behind it: docker.io/library/busybox, k8s.gcr.io/*." }),
    minVersions: strings({
      default: [],
      pattern: "^[^=]+=v?[0-9]{1,5}([.][0-9]{1,5}){0,2}$",
      description: "The oldest version of a repository that may run, as REPOSITORY=VERSION with the registry before it: registry.k8s.io/ingress-nginx/controller=1.12.1. Of an image without a tag, and of one whose tag is no version, nothing is said.",
    }),
  },

  check({ pod, parameters, deny }) {
    for (const container of allContainers(pod)) {
      const reference = container.image ?? "";
      if (reference === "") continue;
      const image = normalisedImage(reference);
      if (parameters.denied.some((name) => isOf(image, name)) || parameters.minVersions.some((lowest) => isOlder(image, lowest))) {
        deny(container, "image", `container ${container.name} runs ${reference}, whose repository is denied or whose version is older than may run; use one that is kept up, such as those of registry.k8s.io`);
      }
    }
    for (const volume of pod.spec?.volumes ?? []) {
      const reference = volume.image?.reference ?? "";
      if (reference === "") continue;
      const image = normalisedImage(reference);
      if (parameters.denied.some((name) => isOf(image, name)) || parameters.minVersions.some((lowest) => isOlder(image, lowest))) {
        deny(volume, "image.reference", `volume ${volume.name} mounts ${reference}, whose repository is denied or whose version is older than may run; use one that is kept up, such as those of registry.k8s.io`);
      }
    }
  },

  remediation: "Take the image from registry.k8s.io, where its successors are published, or from a mirror of your own, in a version that is still mended.",
  pass: [
    { name: "the registry that took over, and names that only begin alike", object: workload("Deployment", { containers: [containerWith({ image: "registry.k8s.io/pause:3.10" }), containerWith({ name: "proxy", image: "k8s.gcr.io.example.com/proxy:1" }), containerWith({ name: "log", image: "example.com/k8s.gcr.io/log:1" })] }) },
    {
      name: "the oldest version that may run, a later one by number, and another repository",
      parameters: { minVersions: ["registry.k8s.io/ingress-nginx/controller=1.9.6", "docker.io/library/redis=7"] },
      object: workload("Pod", {
        volumes: [{ name: "cache", image: { reference: "redis:7.0.0" } }, { name: "data", emptyDir: {} }],
        initContainers: [containerWith({ name: "setup", image: "registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.0.0" })],
        containers: [containerWith({ image: "registry.k8s.io/ingress-nginx/controller:v1.10.0" }), containerWith({ name: "second", image: "registry.k8s.io/ingress-nginx/controller:v1.9.6-chroot" })],
      }),
    },
    {
      name: "a digest, a tag that is no version, and no tag at all, of which nothing can be said",
      parameters: { minVersions: ["docker.io/library/redis=7.2"] },
      object: workload("CronJob", { containers: ["redis@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e", "redis:alpine", "redis"].map((image, index) => containerWith({ name: `redis-${index}`, image })) }),
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
      name: "a repository of docker.io by its short name",
      parameters: { denied: ["docker.io/library/busybox"] },
      object: workload("CronJob", { containers: [containerWith({ image: "busybox:1.37" }), containerWith({ name: "second", image: "busybox-plus:1" })] }),
      at: ["spec.jobTemplate.spec.template.spec.containers[0].image"],
    },
    {
      name: "versions before the mend: by number, not by letter",
      parameters: { minVersions: ["registry.k8s.io/ingress-nginx/controller=v1.12.1", "docker.io/library/redis=7.2"] },
      object: workload("DaemonSet", {
        volumes: [{ name: "cache", image: { reference: "redis:6" } }],
        containers: [containerWith({ image: "registry.k8s.io/ingress-nginx/controller:v1.9.6" }), containerWith({ name: "second", image: "registry.k8s.io/ingress-nginx/controller:1.12.0-chroot" }), containerWith({ name: "third", image: "redis:7.2.1" })],
      }),
      at: ["spec.template.spec.volumes[0].image.reference", "spec.template.spec.containers[0].image", "spec.template.spec.containers[1].image"],
    },
  ],
});

/** Whether a normalised reference is one of a repository, or of those that begin like a name with a star behind it. */
const isOf = (image: string, name: string): boolean => (name.endsWith("*") ? image.startsWith(name.split("*")[0] ?? "") : image.startsWith(`${name}:`) || image.startsWith(`${name}@`));

/** Whether a normalised reference is of a version below the lowest that may run, given as REPOSITORY=VERSION. */
function isOlder(image: string, lowest: string): boolean {
  const repository = lowest.split("=")[0] ?? "";
  const version = versionNumber((image.split("@")[0] ?? "").split(`${repository}:`)[1] ?? "");
  const wanted = versionNumber(lowest.split("=")[1] ?? "");
  return image.startsWith(`${repository}:`) && version !== undefined && wanted !== undefined && version < wanted;
}
