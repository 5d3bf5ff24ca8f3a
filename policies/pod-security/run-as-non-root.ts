import { allContainers, containerWith, defineControl, hasUserNamespace, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Containers must be required to run as non-root",
  description:
    "Root in a container is root for every flaw of the kernel or the runtime, and for every file of the node that is mounted. With runAsNonRoot the kubelet refuses to start an image whose user is root.",
  severity: "high",
  frameworks: {
    pss: ["runAsNonRoot"],
    cis: { "1.12": ["5.2.7"] },
    nsa: { "1.2": ["pod/non-root"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["H01", "W02", "P11"],
  },
  match: podBearing(),
  findings: {
    a: "runAsNonRoot is false",
    b: "runAsNonRoot is set neither on the container nor on the pod",
  },

  check({ pod, kubernetesMinor, deny }) {
    if (kubernetesMinor >= 35 && hasUserNamespace(pod)) return;
    const podNonRoot = pod.spec?.securityContext?.runAsNonRoot;
    if (podNonRoot === false) deny(pod, "spec.securityContext.runAsNonRoot", "the pod may run as root; set runAsNonRoot to true", "a");
    for (const container of allContainers(pod)) {
      const nonRoot = container.securityContext?.runAsNonRoot;
      if (nonRoot === false) {
        deny(container, "securityContext.runAsNonRoot", `container ${container.name} may run as root; set runAsNonRoot to true`, "a");
      }
      if (nonRoot === undefined && podNonRoot !== true) {
        deny(container, "securityContext.runAsNonRoot", `container ${container.name} may run as root; set runAsNonRoot to true on the pod or the container`, "b");
      }
    }
  },

  remediation: "Set securityContext.runAsNonRoot to true on the pod, and do not set it to false on a container.",
  pass: [
    {
      name: "true on the pod covers every container",
      object: workload("Deployment", { securityContext: { runAsNonRoot: true }, initContainers: [containerWith({ name: "setup" })], containers: [containerWith({})] }),
    },
    {
      name: "true on every container",
      object: workload("Pod", {
        initContainers: [containerWith({ name: "setup", securityContext: { runAsNonRoot: true } })],
        containers: [containerWith({ securityContext: { runAsNonRoot: true } })],
      }),
    },
    {
      name: "from 1.35 on, root in a user namespace",
      kubernetesMinor: 35,
      object: workload("StatefulSet", { hostUsers: false, securityContext: { runAsNonRoot: false }, containers: [containerWith({})] }),
    },
    {
      name: "from 1.35 on, a container that says it is root in a user namespace",
      kubernetesMinor: 35,
      object: workload("Pod", { hostUsers: false, containers: [containerWith({ securityContext: { runAsNonRoot: false } })] }),
    },
  ],
  fail: [
    { name: "nothing said", object: workload("Pod", { containers: [containerWith({})] }), at: [{ finding: "b", path: "spec.containers[0].securityContext.runAsNonRoot" }] },
    {
      name: "false on the pod fails even where all containers say true",
      object: workload("Job", { securityContext: { runAsNonRoot: false }, containers: [containerWith({ securityContext: { runAsNonRoot: true } })] }),
      at: [{ finding: "a", path: "spec.template.spec.securityContext.runAsNonRoot" }],
    },
    {
      name: "false on a container beats true on the pod",
      object: workload("CronJob", {
        securityContext: { runAsNonRoot: true },
        initContainers: [containerWith({ name: "setup", securityContext: { runAsNonRoot: false } })],
        containers: [containerWith({})],
      }),
      at: [{ finding: "a", path: "spec.jobTemplate.spec.template.spec.initContainers[0].securityContext.runAsNonRoot" }],
    },
    {
      name: "false on the pod leaves a silent debug container open too",
      object: workload("Pod", {
        securityContext: { runAsNonRoot: false },
        containers: [containerWith({ securityContext: { runAsNonRoot: true } })],
        ephemeralContainers: [containerWith({ name: "debugger", securityContext: {} })],
      }),
      at: [
        { finding: "a", path: "spec.securityContext.runAsNonRoot" },
        { finding: "b", path: "spec.ephemeralContainers[0].securityContext.runAsNonRoot" },
      ],
    },
    {
      name: "before 1.35 a user namespace did not help",
      kubernetesMinor: 34,
      object: workload("Pod", { hostUsers: false, containers: [containerWith({})] }),
      at: [{ finding: "b", path: "spec.containers[0].securityContext.runAsNonRoot" }],
    },
    {
      name: "containers of each list that turn it off, or say nothing where the pod does not either",
      object: workload("Pod", {
        initContainers: [containerWith({ name: "setup" }), containerWith({ name: "chown", securityContext: { runAsNonRoot: false } })],
        containers: [containerWith({ securityContext: { runAsNonRoot: false } })],
        ephemeralContainers: [containerWith({ name: "debugger", securityContext: { runAsNonRoot: false } })],
      }),
      at: [
        { finding: "a", path: "spec.containers[0].securityContext.runAsNonRoot" },
        { finding: "a", path: "spec.ephemeralContainers[0].securityContext.runAsNonRoot" },
        { finding: "b", path: "spec.initContainers[0].securityContext.runAsNonRoot" },
        { finding: "a", path: "spec.initContainers[1].securityContext.runAsNonRoot" },
      ],
    },
  ],
});
