import { allContainers, containerWith, defineControl, hasUserNamespace, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Containers must keep the default mask over /proc",
  description:
    "Runtimes hide the parts of /proc that tell about the kernel or change it. Unmasked, they leak what an exploit needs to know and let root in the container write settings of the node.",
  severity: "medium",
  frameworks: {
    pss: ["procMount"],
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  match: podBearing(),

  check({ pod, kubernetesMinor, deny }) {
    if (kubernetesMinor >= 35 && hasUserNamespace(pod)) return;
    for (const container of allContainers(pod)) {
      const procMount = container.securityContext?.procMount;
      if (procMount !== undefined && procMount !== "Default") {
        deny(container, "securityContext.procMount", `container ${container.name} mounts /proc as ${procMount}`);
      }
    }
  },

  remediation: "Remove securityContext.procMount, or give the pod a user namespace with hostUsers: false (from 1.35 on).",
  pass: [
    { name: "nothing said", object: workload("Pod", { containers: [containerWith({})] }) },
    { name: "the default spelt out", object: workload("StatefulSet", { containers: [containerWith({ securityContext: { procMount: "Default" } })] }) },
    {
      name: "from 1.35 on, anything goes in a user namespace",
      kubernetesMinor: 35,
      object: workload("Pod", { hostUsers: false, containers: [containerWith({ securityContext: { procMount: "Unmasked" } })] }),
    },
  ],
  fail: [
    {
      name: "absent hostUsers means the node's users",
      object: workload("Deployment", { containers: [containerWith({ securityContext: { procMount: "Unmasked" } })] }),
      at: ["spec.template.spec.containers[0].securityContext.procMount"],
    },
    {
      name: "before 1.35 a user namespace did not help",
      kubernetesMinor: 34,
      object: workload("Pod", { hostUsers: false, containers: [containerWith({ securityContext: { procMount: "Unmasked" } })] }),
      at: ["spec.containers[0].securityContext.procMount"],
    },
    {
      name: "an init container of a pod that says hostUsers: true",
      kubernetesMinor: 35,
      object: workload("Job", {
        hostUsers: true,
        initContainers: [containerWith({ name: "setup", securityContext: { procMount: "Unmasked" } })],
        containers: [containerWith({})],
      }),
      at: ["spec.template.spec.initContainers[0].securityContext.procMount"],
    },
  ],
});
