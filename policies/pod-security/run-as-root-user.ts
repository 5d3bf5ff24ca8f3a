import { allContainers, containerWith, defineControl, hasUserNamespace, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Containers must not run as user 0",
  description: "User 0 of a container is user 0 of the node: an escape, a mounted path or a leaked file descriptor hands over whatever root may touch.",
  severity: "high",
  frameworks: {
    pss: ["runAsUser"],
    cis: { "1.12": ["5.2.7"] },
    nsa: { "1.2": ["pod/non-root"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["W12"],
  },
  match: podBearing(),

  check({ pod, kubernetesMinor, deny }) {
    if (kubernetesMinor >= 35 && hasUserNamespace(pod)) return;
    if (pod.spec?.securityContext?.runAsUser === 0) deny(pod, "spec.securityContext.runAsUser", "the pod runs as user 0");
    for (const container of allContainers(pod)) {
      if (container.securityContext?.runAsUser === 0) deny(container, "securityContext.runAsUser", `container ${container.name} runs as user 0`);
    }
  },

  remediation: "Set runAsUser to a user id above 0 that the image can work with, or remove it.",
  pass: [
    { name: "absent: the image decides, and run-as-non-root sees to it", object: workload("Pod", { containers: [containerWith({})] }) },
    {
      name: "other users",
      object: workload("Deployment", { securityContext: { runAsUser: 65532 }, containers: [containerWith({ securityContext: { runAsUser: 1 } })] }),
    },
    {
      name: "from 1.35 on, user 0 of a user namespace",
      kubernetesMinor: 35,
      object: workload("Pod", { hostUsers: false, securityContext: { runAsUser: 0 }, containers: [containerWith({})] }),
    },
  ],
  fail: [
    {
      name: "0 on the pod fails even where every container overrides it",
      object: workload("StatefulSet", { securityContext: { runAsUser: 0 }, containers: [containerWith({ securityContext: { runAsUser: 1000 } })] }),
      at: ["spec.template.spec.securityContext.runAsUser"],
    },
    {
      name: "an init and a debug container",
      object: workload("Pod", {
        securityContext: { runAsUser: 1000 },
        initContainers: [containerWith({ name: "chown", securityContext: { runAsUser: 0 } })],
        containers: [containerWith({})],
        ephemeralContainers: [containerWith({ name: "debugger", securityContext: { runAsUser: 0 } })],
      }),
      at: ["spec.initContainers[0].securityContext.runAsUser", "spec.ephemeralContainers[0].securityContext.runAsUser"],
    },
    {
      name: "before 1.35 a user namespace did not help",
      kubernetesMinor: 34,
      object: workload("CronJob", { hostUsers: false, containers: [containerWith({ securityContext: { runAsUser: 0 } })] }),
      at: ["spec.jobTemplate.spec.template.spec.containers[0].securityContext.runAsUser"],
    },
    {
      name: "a container that overrides its pod's user",
      object: workload("Deployment", { securityContext: { runAsUser: 65532 }, containers: [containerWith({ securityContext: { runAsUser: 0 } })] }),
      at: ["spec.template.spec.containers[0].securityContext.runAsUser"],
    },
  ],
});
