import { allContainers, containerWith, defineControl, podBearing, runsOnWindows, workload } from "portcullis";

export default defineControl({
  title: "Containers must not allow privilege escalation",
  description:
    "Unless it is forbidden, a process gains power that its parent lacks by running a set-user-ID program: whoever breaks into a service that runs as an ordinary user becomes root in the container.",
  severity: "high",
  frameworks: {
    pss: ["allowPrivilegeEscalation"],
    cis: { "1.12": ["5.2.6"] },
    nsa: { "1.2": ["pod/no-escalation"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["H01", "W03"],
  },
  match: podBearing(),

  check({ pod, deny }) {
    if (runsOnWindows(pod)) return;
    for (const container of allContainers(pod)) {
      if (container.securityContext?.allowPrivilegeEscalation !== false) {
        deny(container, "securityContext.allowPrivilegeEscalation", `container ${container.name} allows privilege escalation; set allowPrivilegeEscalation to false`);
      }
    }
  },

  remediation: "Set securityContext.allowPrivilegeEscalation to false on every container.",
  pass: [
    {
      name: "false on all of them",
      object: workload("Deployment", {
        initContainers: [containerWith({ name: "setup", securityContext: { allowPrivilegeEscalation: false } })],
        containers: [containerWith({ securityContext: { allowPrivilegeEscalation: false } })],
      }),
    },
    { name: "a Windows pod, where the field cannot be set", object: workload("Pod", { os: { name: "windows" }, containers: [containerWith({})] }) },
  ],
  fail: [
    { name: "no security context", object: workload("Pod", { containers: [containerWith({})] }), at: ["spec.containers[0].securityContext.allowPrivilegeEscalation"] },
    {
      name: "absent and true",
      object: workload("StatefulSet", {
        containers: [
          containerWith({ securityContext: { runAsNonRoot: true } }),
          containerWith({ name: "proxy", securityContext: { allowPrivilegeEscalation: true } }),
          containerWith({ name: "log", securityContext: { allowPrivilegeEscalation: false } }),
        ],
      }),
      at: [
        "spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation",
        "spec.template.spec.containers[1].securityContext.allowPrivilegeEscalation",
      ],
    },
    {
      name: "a debug container of a pod that says it runs on Linux",
      object: workload("Pod", {
        os: { name: "linux" },
        containers: [containerWith({ securityContext: { allowPrivilegeEscalation: false } })],
        ephemeralContainers: [containerWith({ name: "debugger" })],
      }),
      at: ["spec.ephemeralContainers[0].securityContext.allowPrivilegeEscalation"],
    },
    {
      name: "an init container that was forgotten",
      object: workload("CronJob", {
        initContainers: [containerWith({ name: "setup" })],
        containers: [containerWith({ securityContext: { allowPrivilegeEscalation: false } })],
      }),
      at: ["spec.jobTemplate.spec.template.spec.initContainers[0].securityContext.allowPrivilegeEscalation"],
    },
  ],
});
