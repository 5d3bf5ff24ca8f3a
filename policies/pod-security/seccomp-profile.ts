import { allContainers, containerWith, defineControl, podBearing, runsOnWindows, workload } from "portcullis";
import { confines } from "./profiles.ts";

export default defineControl({
  title: "Containers must run under a seccomp profile",
  description:
    "Without a profile every system call of the kernel is open to whoever breaks into the container, the old and rarely tested ones that exploits are built on among them. Unless the kubelet says otherwise, a pod that asks for none has none.",
  severity: "high",
  frameworks: {
    pss: ["seccompProfile_restricted"],
    cis: { "1.12": ["5.6.2", "4.2.14"] },
    nsa: { "1.2": ["pod/seccomp"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["H01", "W06", "P11"],
  },
  replaces: [{ control: "seccomp-unconfined" }],
  match: podBearing(),
  findings: {
    a: "The seccomp profile is neither RuntimeDefault nor Localhost",
    b: "A seccomp profile is set neither on the container nor, validly, on the pod",
  },

  check({ pod, deny }) {
    if (runsOnWindows(pod)) return;
    const podProfile = pod.spec?.securityContext?.seccompProfile;
    if (podProfile && !confines(podProfile)) {
      deny(pod, "spec.securityContext.seccompProfile.type", `the pod has the seccomp profile ${podProfile.type}; use RuntimeDefault or Localhost`, "a");
    }
    const covered = podProfile !== undefined && confines(podProfile);
    for (const container of allContainers(pod)) {
      const profile = container.securityContext?.seccompProfile;
      if (profile && !confines(profile)) {
        deny(container, "securityContext.seccompProfile.type", `container ${container.name} has the seccomp profile ${profile.type}; use RuntimeDefault or Localhost`, "a");
      }
      if (!profile && !covered) {
        deny(container, "securityContext.seccompProfile", `container ${container.name} has no seccomp profile; set RuntimeDefault on the pod`, "b");
      }
    }
  },

  remediation: "Set securityContext.seccompProfile.type to RuntimeDefault on the pod.",
  pass: [
    {
      name: "the pod's profile covers every container",
      object: workload("Deployment", {
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
        initContainers: [containerWith({ name: "setup" })],
        containers: [containerWith({ securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "profiles/web.json" } } })],
      }),
    },
    {
      name: "each container has its own",
      object: workload("Pod", { containers: [containerWith({ securityContext: { seccompProfile: { type: "RuntimeDefault" } } })] }),
    },
    { name: "a Windows pod, where seccomp does not exist", object: workload("Pod", { os: { name: "windows" }, containers: [containerWith({})] }) },
    {
      name: "a chart that turns profiles off on Windows too, where there are none",
      object: workload("Deployment", {
        os: { name: "windows" },
        securityContext: { seccompProfile: { type: "Unconfined" } },
        containers: [containerWith({ securityContext: { seccompProfile: { type: "Unconfined" } } })],
      }),
    },
    {
      name: "a profile of the node's for the whole pod",
      object: workload("StatefulSet", { securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "profiles/web.json" } }, containers: [containerWith({})] }),
    },
  ],
  fail: [
    {
      name: "none at all, in each container list",
      object: workload("Pod", {
        initContainers: [containerWith({ name: "setup" })],
        containers: [containerWith({ securityContext: {} })],
        ephemeralContainers: [containerWith({ name: "debugger" })],
      }),
      at: [
        { finding: "b", path: "spec.initContainers[0].securityContext.seccompProfile" },
        { finding: "b", path: "spec.containers[0].securityContext.seccompProfile" },
        { finding: "b", path: "spec.ephemeralContainers[0].securityContext.seccompProfile" },
      ],
    },
    {
      name: "a pod's Unconfined does not cover its silent container, so both are found",
      object: workload("CronJob", {
        securityContext: { seccompProfile: { type: "Unconfined" } },
        containers: [containerWith({}), containerWith({ name: "proxy", securityContext: { seccompProfile: { type: "RuntimeDefault" } } })],
      }),
      at: [
        { finding: "a", path: "spec.jobTemplate.spec.template.spec.securityContext.seccompProfile.type" },
        { finding: "b", path: "spec.jobTemplate.spec.template.spec.containers[0].securityContext.seccompProfile" },
      ],
    },
    {
      name: "a container turns the pod's profile off",
      object: workload("DaemonSet", {
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
        containers: [containerWith({ securityContext: { seccompProfile: { type: "Unconfined" } } })],
      }),
      at: [{ finding: "a", path: "spec.template.spec.containers[0].securityContext.seccompProfile.type" }],
    },
    {
      name: "an init and a debug container without one",
      object: workload("Pod", {
        securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "profiles/web.json" } },
        initContainers: [containerWith({ name: "setup", securityContext: { seccompProfile: { type: "Unconfined" } } })],
        containers: [containerWith({})],
        ephemeralContainers: [containerWith({ name: "debugger", securityContext: { seccompProfile: { type: "Unconfined" } } })],
      }),
      at: [
        { finding: "a", path: "spec.initContainers[0].securityContext.seccompProfile.type" },
        { finding: "a", path: "spec.ephemeralContainers[0].securityContext.seccompProfile.type" },
      ],
    },
  ],
});
