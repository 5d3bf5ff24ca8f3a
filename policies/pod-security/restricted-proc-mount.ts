import { allContainers, containerWith, defineControl, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Containers must keep the default mask over /proc, in a user namespace too",
  description:
    "In a user namespace root is nobody on the node, but an unmasked /proc still tells about the kernel and opens interfaces that exploits start from.",
  severity: "medium",
  frameworks: {
    pss: ["procMount_restricted"],
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  replaces: [{ control: "proc-mount", sinceMinor: 35 }],
  match: podBearing(),

  check({ pod, kubernetesMinor, deny }) {
    if (kubernetesMinor < 35) return;
    for (const container of allContainers(pod)) {
      const procMount = container.securityContext?.procMount;
      if (procMount !== undefined && procMount !== "Default") {
        deny(container, "securityContext.procMount", `container ${container.name} mounts /proc as ${procMount}`);
      }
    }
  },

  remediation: "Remove securityContext.procMount.",
  pass: [
    { name: "nothing said", object: workload("Pod", { hostUsers: false, containers: [containerWith({})] }) },
    { name: "the default spelt out", object: workload("Deployment", { containers: [containerWith({ securityContext: { procMount: "Default" } })] }) },
    {
      name: "before 1.35 proc-mount is the stricter one, and this rule did not exist",
      kubernetesMinor: 34,
      object: workload("Pod", { containers: [containerWith({ securityContext: { procMount: "Unmasked" } })] }),
    },
  ],
  fail: [
    {
      name: "from 1.35 on, a user namespace is no excuse",
      kubernetesMinor: 35,
      object: workload("Pod", { hostUsers: false, containers: [containerWith({ securityContext: { procMount: "Unmasked" } })] }),
      at: ["spec.containers[0].securityContext.procMount"],
    },
    {
      name: "a builder's init container",
      object: workload("Job", {
        hostUsers: false,
        initContainers: [containerWith({ name: "build", securityContext: { procMount: "Unmasked" } })],
        containers: [containerWith({})],
      }),
      at: ["spec.template.spec.initContainers[0].securityContext.procMount"],
    },
    {
      name: "a debug container that looks for what is masked",
      object: workload("Pod", { containers: [containerWith({})], ephemeralContainers: [containerWith({ name: "debugger", securityContext: { procMount: "Unmasked" } })] }),
      at: ["spec.ephemeralContainers[0].securityContext.procMount"],
    },
  ],
});
