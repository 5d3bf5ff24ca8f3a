import { allContainers, containerWith, defineControl, podBearing, workload } from "portcullis";
import { confines } from "./profiles.ts";

export default defineControl({
  title: "Seccomp must not be turned off",
  description:
    "Most escapes from containers need a system call that ordinary programs never make; the runtime's seccomp profile refuses those calls, and Unconfined opens all of them.",
  severity: "high",
  frameworks: {
    pss: ["seccompProfile_baseline"],
    nsa: { "1.2": ["pod/seccomp"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  match: podBearing(),

  check({ pod, deny }) {
    const podProfile = pod.spec?.securityContext?.seccompProfile;
    if (podProfile && !confines(podProfile)) {
      deny(pod, "spec.securityContext.seccompProfile.type", `the pod has the seccomp profile ${podProfile.type}; use RuntimeDefault or Localhost`);
    }
    for (const container of allContainers(pod)) {
      const profile = container.securityContext?.seccompProfile;
      if (profile && !confines(profile)) {
        deny(container, "securityContext.seccompProfile.type", `container ${container.name} has the seccomp profile ${profile.type}; use RuntimeDefault or Localhost`);
      }
    }
  },

  remediation: "Set securityContext.seccompProfile.type to RuntimeDefault.",
  pass: [
    { name: "nothing said", object: workload("Pod", { containers: [containerWith({})] }) },
    {
      name: "the runtime's profile and one of the node's",
      object: workload("CronJob", {
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
        containers: [containerWith({ securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "profiles/web.json" } } })],
      }),
    },
    {
      name: "annotations have had no effect for long",
      object: workload("Pod", { containers: [containerWith({})] }, { annotations: { "seccomp.security.alpha.kubernetes.io/pod": "unconfined" } }),
    },
  ],
  fail: [
    {
      name: "the pod, even where its container has a profile of its own",
      object: workload("Deployment", {
        securityContext: { seccompProfile: { type: "Unconfined" } },
        containers: [containerWith({ securityContext: { seccompProfile: { type: "RuntimeDefault" } } })],
      }),
      at: ["spec.template.spec.securityContext.seccompProfile.type"],
    },
    {
      name: "an init and a debug container of a confined pod",
      object: workload("Pod", {
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
        initContainers: [containerWith({ name: "setup", securityContext: { seccompProfile: { type: "Unconfined" } } })],
        containers: [containerWith({})],
        ephemeralContainers: [containerWith({ name: "debugger", securityContext: { seccompProfile: { type: "Unconfined" } } })],
      }),
      at: ["spec.initContainers[0].securityContext.seccompProfile.type", "spec.ephemeralContainers[0].securityContext.seccompProfile.type"],
    },
  ],
});
