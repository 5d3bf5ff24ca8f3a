import { allContainers, containerWith, defineControl, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Windows containers must not be processes of the node",
  description:
    "A host process container runs on the Windows node itself, with its file system and network, often as SYSTEM: it is a program on the node that happens to be delivered as an image.",
  severity: "critical",
  frameworks: {
    pss: ["windowsHostProcess"],
    cis: { "1.12": ["5.2.10"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  match: podBearing(),

  check({ pod, deny }) {
    if (pod.spec?.securityContext?.windowsOptions?.hostProcess === true) {
      deny(pod, "spec.securityContext.windowsOptions.hostProcess", "the pod runs as processes of the node");
    }
    for (const container of allContainers(pod)) {
      if (container.securityContext?.windowsOptions?.hostProcess === true) {
        deny(container, "securityContext.windowsOptions.hostProcess", `container ${container.name} runs as a process of the node`);
      }
    }
  },

  remediation: "Remove windowsOptions.hostProcess, or set it to false.",
  pass: [
    { name: "nothing said", object: workload("Pod", { os: { name: "windows" }, containers: [containerWith({})] }) },
    {
      name: "hostProcess is false",
      object: workload("Deployment", {
        os: { name: "windows" },
        securityContext: { windowsOptions: { hostProcess: false, runAsUserName: "ContainerUser" } },
        containers: [containerWith({ securityContext: { windowsOptions: {} } })],
      }),
    },
  ],
  fail: [
    {
      name: "an agent on Windows nodes: being a Windows pod is no excuse",
      object: workload("DaemonSet", {
        os: { name: "windows" },
        hostNetwork: true,
        securityContext: { windowsOptions: { hostProcess: true, runAsUserName: "NT AUTHORITY\\SYSTEM" } },
        containers: [containerWith({ name: "agent" })],
      }),
      at: ["spec.template.spec.securityContext.windowsOptions.hostProcess"],
    },
    {
      name: "an init container",
      object: workload("CronJob", {
        initContainers: [containerWith({ name: "setup", securityContext: { windowsOptions: { hostProcess: true } } })],
        containers: [containerWith({ securityContext: { windowsOptions: { hostProcess: false } } })],
      }),
      at: ["spec.jobTemplate.spec.template.spec.initContainers[0].securityContext.windowsOptions.hostProcess"],
    },
    {
      name: "a container, and one that joins to debug it",
      object: workload("Pod", {
        os: { name: "windows" },
        containers: [containerWith({ securityContext: { windowsOptions: { hostProcess: true } } })],
        ephemeralContainers: [containerWith({ name: "debugger", securityContext: { windowsOptions: { hostProcess: true } } })],
      }),
      at: ["spec.containers[0].securityContext.windowsOptions.hostProcess", "spec.ephemeralContainers[0].securityContext.windowsOptions.hostProcess"],
    },
  ],
});
