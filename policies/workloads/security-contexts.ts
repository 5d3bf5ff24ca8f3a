import { choices, containerWith, defineControl, initAndMainContainers, podBearing, workload } from "portcullis";

const levels = ["pod", "container"] as const;

export default defineControl({
  title: "Pods and containers must have a security context",
  description:
    "A workload without a security context runs with whatever rights the image and the runtime happen to give it, mostly root with a dozen capabilities. That nobody wrote one says that nobody asked which rights the program needs.",
  severity: "low",
  frameworks: {
    cis: { "1.12": ["5.6.3"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["W01"],
  },
  match: podBearing(),
  parameters: {
    levels: choices(levels, { default: levels, description: "Where a context must stand: on the pod, on each container." }),
  },
  findings: {
    a: "The pod has no security context, or an empty one",
    b: "A container has no security context, or an empty one",
  },

  check({ pod, parameters, deny }) {
    // The API server gives every pod an empty context, so only what stands in it counts.
    if (parameters.levels.includes("pod") && Object.keys(pod.spec?.securityContext ?? {}).length === 0) {
      deny(pod, "spec.securityContext", "the pod has no security context", "a");
    }
    if (!parameters.levels.includes("container")) return;
    for (const container of initAndMainContainers(pod)) {
      if (Object.keys(container.securityContext ?? {}).length === 0) {
        deny(container, "securityContext", `container ${container.name} has no security context`, "b");
      }
    }
  },

  remediation: "Give the pod a securityContext with runAsNonRoot and seccompProfile, and each container one with allowPrivilegeEscalation, capabilities and readOnlyRootFilesystem.",
  pass: [
    {
      name: "something in each of them",
      object: workload("Deployment", {
        securityContext: { runAsNonRoot: true },
        initContainers: [containerWith({ name: "setup", securityContext: { readOnlyRootFilesystem: true } })],
        containers: [containerWith({ securityContext: { allowPrivilegeEscalation: false } })],
      }),
    },
    {
      name: "a debug container without one",
      object: workload("Pod", { securityContext: { fsGroup: 2000 }, containers: [containerWith({ securityContext: { privileged: false } })], ephemeralContainers: [containerWith({ name: "debugger" })] }),
    },
    {
      name: "contexts of containers only, where those of pods do not count",
      parameters: { levels: ["container"] },
      object: workload("Job", { containers: [containerWith({ securityContext: { capabilities: { drop: ["ALL"] } } })] }),
    },
  ],
  fail: [
    {
      name: "none at all",
      object: workload("Pod", { containers: [containerWith({})] }),
      at: [{ finding: "a", path: "spec.securityContext" }, { finding: "b", path: "spec.containers[0].securityContext" }],
    },
    {
      name: "empty ones, as the API server writes them",
      object: workload("StatefulSet", { securityContext: {}, initContainers: [containerWith({ name: "setup" })], containers: [containerWith({ securityContext: {} })] }),
      at: [
        { finding: "a", path: "spec.template.spec.securityContext" },
        { finding: "b", path: "spec.template.spec.initContainers[0].securityContext" },
        { finding: "b", path: "spec.template.spec.containers[0].securityContext" },
      ],
    },
    {
      name: "a context of the pod only",
      object: workload("CronJob", { securityContext: { runAsNonRoot: true }, containers: [containerWith({})] }),
      at: [{ finding: "b", path: "spec.jobTemplate.spec.template.spec.containers[0].securityContext" }],
    },
    {
      name: "contexts of containers only",
      parameters: { levels: ["pod"] },
      object: workload("DaemonSet", { containers: [containerWith({ securityContext: { runAsNonRoot: true } }), containerWith({ name: "proxy" })] }),
      at: [{ finding: "a", path: "spec.template.spec.securityContext" }],
    },
  ],
});
