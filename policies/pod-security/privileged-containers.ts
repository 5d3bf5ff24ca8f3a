import { allContainers, containerWith, defineControl, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Containers must not be privileged",
  description:
    "A privileged container keeps every capability and sees the node's devices, so whoever gets into the container owns the node and, from there, every workload on it.",
  severity: "critical",
  frameworks: {
    pss: ["privileged"],
    cis: { "1.12": ["5.2.2"] },
    nsa: { "1.2": ["pod/no-privileged"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["H01", "W11"],
  },
  match: podBearing(),

  check({ pod, deny }) {
    for (const container of allContainers(pod)) {
      if (container.securityContext?.privileged === true) {
        deny(container, "securityContext.privileged", `container ${container.name} is privileged`);
      }
    }
  },

  remediation: "Remove securityContext.privileged, or set it to false.",
  pass: [
    { name: "no security context", object: workload("Pod", { containers: [containerWith({})] }) },
    { name: "an empty security context", object: workload("StatefulSet", { containers: [containerWith({ securityContext: {} })] }) },
    { name: "privileged is false", object: workload("Deployment", { containers: [containerWith({ securityContext: { privileged: false } })] }) },
  ],
  fail: [
    {
      object: workload("Pod", { containers: [containerWith({ securityContext: { privileged: true } })] }),
      at: ["spec.containers[0].securityContext.privileged"],
    },
    {
      name: "an init container and a sidecar of a nightly job",
      object: workload("CronJob", {
        initContainers: [
          containerWith({ name: "mount", securityContext: { privileged: true } }),
          containerWith({ name: "proxy", restartPolicy: "Always", securityContext: { privileged: true } }),
        ],
        containers: [containerWith({})],
      }),
      at: [
        "spec.jobTemplate.spec.template.spec.initContainers[0].securityContext.privileged",
        "spec.jobTemplate.spec.template.spec.initContainers[1].securityContext.privileged",
      ],
    },
    {
      name: "a debug container that joined a running pod",
      object: workload("Pod", {
        containers: [containerWith({ securityContext: { privileged: false } })],
        ephemeralContainers: [containerWith({ name: "debugger", securityContext: { privileged: true } })],
      }),
      at: ["spec.ephemeralContainers[0].securityContext.privileged"],
    },
  ],
});
