import { allContainers, defineControl, podBearing } from "portcullis";

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
    {
      object: { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec: { containers: [{ name: "web", image: "registry.k8s.io/pause:3.10" }] } },
    },
  ],
  fail: [
    {
      object: {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "web" },
        spec: { containers: [{ name: "web", image: "registry.k8s.io/pause:3.10", securityContext: { privileged: true } }] },
      },
      at: ["spec.containers[0].securityContext.privileged"],
    },
  ],
});
