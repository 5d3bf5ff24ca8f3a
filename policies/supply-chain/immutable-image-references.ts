import { allContainers, choice, containerWith, defineControl, podBearing, strings, workload } from "portcullis";

const digest = "sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e";

export default defineControl({
  title: "Images must be named by a version or a digest",
  description:
    "A tag such as latest is whatever its publisher, or whoever took over the publisher's account, pushed last: the same manifest starts other code on the next node, and nobody can say what ran. A version can still be moved; only a digest names one image for ever.",
  severity: "medium",
  frameworks: {
    owasp: { "2022": ["K02"] },
    seed: ["L09", "W08", "U04"],
  },
  match: podBearing(),
  parameters: {
    mode: choice(["version", "digest"], { default: "version", description: "Whether a tag that reads like a version is enough, or every image needs a digest." }),
    mutableTags: strings({ default: ["latest", "stable", "edge", "main", "master", "dev", "nightly"], description: "Tags that move from image to image. Others that do not begin like a version are refused too." }),
  },
  findings: {
    a: "An image has neither a tag nor a digest",
    b: "An image has a tag that is known to move",
    c: "An image has a tag that is no version",
    d: "An image has no digest, where every image needs one",
  },

  check({ pod, parameters, deny }) {
    for (const container of allContainers(pod)) {
      const reference = container.image ?? "";
      if (reference === "" || isPinned(reference)) continue;
      if (parameters.mode === "digest") deny(container, "image", `container ${container.name} runs ${reference} without a digest; pin one`, "d");
      else if (hasNoTag(reference)) deny(container, "image", `container ${container.name} runs ${reference} without a tag, which is whatever was pushed last; pin a digest`, "a");
      else if (parameters.mutableTags.some((tag) => reference.endsWith(`:${tag}`))) deny(container, "image", `container ${container.name} runs ${reference}, whose tag moves from image to image; pin a digest`, "b");
      else if (!isVersion(reference)) deny(container, "image", `container ${container.name} runs ${reference}, whose tag is no version; pin a digest`, "c");
    }
    for (const volume of pod.spec?.volumes ?? []) {
      const reference = volume.image?.reference ?? "";
      if (reference === "" || isPinned(reference)) continue;
      if (parameters.mode === "digest") deny(volume, "image.reference", `volume ${volume.name} mounts ${reference} without a digest; pin one`, "d");
      else if (hasNoTag(reference)) deny(volume, "image.reference", `volume ${volume.name} mounts ${reference} without a tag, which is whatever was pushed last; pin a digest`, "a");
      else if (parameters.mutableTags.some((tag) => reference.endsWith(`:${tag}`))) deny(volume, "image.reference", `volume ${volume.name} mounts ${reference}, whose tag moves from image to image; pin a digest`, "b");
      else if (!isVersion(reference)) deny(volume, "image.reference", `volume ${volume.name} mounts ${reference}, whose tag is no version; pin a digest`, "c");
    }
  },

  remediation: "Name the image by its digest, as in registry.example.com/web:1.4.2@sha256:…; the tag before it is for people. Tools such as Renovate keep digests up to date.",
  pass: [
    {
      name: "versions, with a build, a letter before them or two parts only",
      object: workload("Deployment", {
        initContainers: [containerWith({ name: "setup", image: "registry.example.com/setup:v1.4" })],
        containers: [containerWith({ image: "registry.example.com:5000/team/web:1.4.2-alpine3.22" }), containerWith({ name: "proxy", image: "proxy:1.30_rc1" }), containerWith({ name: "log", image: "log:12.0.1+build.7" })],
      }),
    },
    {
      name: "a digest, which wins over the tag beside it",
      object: workload("Pod", {
        volumes: [{ name: "model", image: { reference: `models@${digest}` } }, { name: "data", emptyDir: {} }],
        containers: [containerWith({ image: `registry.example.com/web:latest@${digest}` })],
        ephemeralContainers: [containerWith({ name: "debugger", image: `busybox@${digest}` })],
      }),
    },
    {
      name: "nothing but digests, where that is asked for",
      parameters: { mode: "digest" },
      object: workload("CronJob", { volumes: [{ name: "model", image: { reference: `models:1@${digest}` } }], containers: [containerWith({ image: `web@${digest}` })] }),
    },
    { name: "a container whose image an operator fills in", object: workload("StatefulSet", { volumes: [{ name: "model", image: {} }], containers: [{ name: "web" }, containerWith({ name: "proxy", image: "" })] }) },
  ],
  fail: [
    {
      name: "no tag, as examples and models write it; the port of a registry is none",
      object: workload("Deployment", { containers: [containerWith({ image: "nginx" }), containerWith({ name: "proxy", image: "registry.example.com:5000/proxy" }), containerWith({ name: "log", image: "localhost:5000/team/log" })] }),
      at: [0, 1, 2].map((index) => ({ finding: "a" as const, path: `spec.template.spec.containers[${index}].image` })),
    },
    {
      name: "tags that move, in every list of containers",
      object: workload("Pod", {
        initContainers: [containerWith({ name: "setup", image: "setup:latest" })],
        containers: [containerWith({ image: "registry.example.com:5000/web:stable" })],
        ephemeralContainers: [containerWith({ name: "debugger", image: "debugger:main" })],
      }),
      at: [
        { finding: "b", path: "spec.initContainers[0].image" },
        { finding: "b", path: "spec.containers[0].image" },
        { finding: "b", path: "spec.ephemeralContainers[0].image" },
      ],
    },
    {
      name: "tags that are no versions: a name, one number, a branch, and what only begins like a version",
      object: workload("Job", { containers: ["web:blue", "web:7", "web:feature-1.2", "web:1.2x"].map((image, index) => containerWith({ name: `web-${index}`, image })) }),
      at: [0, 1, 2, 3].map((index) => ({ finding: "c" as const, path: `spec.template.spec.containers[${index}].image` })),
    },
    {
      name: "volumes, whose images move as well",
      object: workload("DaemonSet", {
        volumes: [
          { name: "site", image: { reference: "registry.example.com/site" } },
          { name: "model", image: { reference: "registry.example.com/model:nightly" } },
          { name: "data", image: { reference: "registry.example.com/data:blue" } },
        ],
        containers: [containerWith({})],
      }),
      at: [
        { finding: "a", path: "spec.template.spec.volumes[0].image.reference" },
        { finding: "b", path: "spec.template.spec.volumes[1].image.reference" },
        { finding: "c", path: "spec.template.spec.volumes[2].image.reference" },
      ],
    },
    {
      name: "versions, where every image needs a digest",
      parameters: { mode: "digest" },
      object: workload("ReplicaSet", { volumes: [{ name: "model", image: { reference: "model:1.2.3" } }], containers: [containerWith({ image: "web:1.4.2" }), containerWith({ name: "proxy", image: "proxy" })] }),
      at: [
        { finding: "d", path: "spec.template.spec.volumes[0].image.reference" },
        { finding: "d", path: "spec.template.spec.containers[0].image" },
        { finding: "d", path: "spec.template.spec.containers[1].image" },
      ],
    },
    {
      name: "a list of one's own, in which a version may stand",
      parameters: { mutableTags: ["1.0"] },
      object: workload("Pod", { containers: [containerWith({ image: "web:1.0" }), containerWith({ name: "proxy", image: "proxy:latest" })] }),
      at: [
        { finding: "b", path: "spec.containers[0].image" },
        { finding: "c", path: "spec.containers[1].image" },
      ],
    },
  ],
});

/** Whether a reference names one image for ever. */
const isPinned = (reference: string): boolean => reference.includes("@sha256:");

/** Whether a reference has no tag: what follows its last slash has no colon. */
const hasNoTag = (reference: string): boolean => /(^|\/)[^/:]*$/u.test(reference);

/** Whether the tag of a reference begins like a version: two numbers or three, and after them nothing or what is set off from them. */
const isVersion = (reference: string): boolean => /:v?[0-9]+\.[0-9]+([-+._][^/]*)?$/u.test(reference);
