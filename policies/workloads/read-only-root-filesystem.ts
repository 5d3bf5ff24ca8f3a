import { allContainers, boolean, containerWith, defineControl, initAndMainContainers, podBearing, runsOnWindows, workload } from "portcullis";

export default defineControl({
  title: "Containers must have a read-only root filesystem",
  description:
    "Whoever breaks into a container first writes: tools that the image lacks, a web shell among the pages, a changed library that the next restart loads. With a root filesystem that is read-only there is nothing to write to but the volumes that the pod names.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["pod/immutable-fs"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["H01", "W05"],
  },
  match: podBearing(),
  parameters: {
    ephemeral: boolean({ default: false, description: "Whether debug containers must have one too." }),
    skipWindows: boolean({ default: true, description: "Whether pods that say they run on Windows pass: there the field cannot be set." }),
  },

  check({ pod, parameters, deny }) {
    if (parameters.skipWindows && runsOnWindows(pod)) return;
    for (const container of parameters.ephemeral ? allContainers(pod) : initAndMainContainers(pod)) {
      if (container.securityContext?.readOnlyRootFilesystem !== true) {
        deny(container, "securityContext.readOnlyRootFilesystem", `container ${container.name} can write to its root filesystem; set readOnlyRootFilesystem to true`);
      }
    }
  },

  remediation: "Set securityContext.readOnlyRootFilesystem to true, and mount an emptyDir volume wherever the program writes, such as on /tmp.",
  pass: [
    {
      name: "read-only, with a volume to write to",
      object: workload("Deployment", {
        volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
        initContainers: [containerWith({ name: "setup", securityContext: { readOnlyRootFilesystem: true } })],
        containers: [containerWith({ securityContext: { readOnlyRootFilesystem: true }, volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] })],
      }),
    },
    { name: "a Windows pod, where the field cannot be set", object: workload("Pod", { os: { name: "windows" }, containers: [containerWith({})] }) },
    {
      name: "a debug container, which is there to be written to",
      object: workload("Pod", { containers: [containerWith({ securityContext: { readOnlyRootFilesystem: true } })], ephemeralContainers: [containerWith({ name: "debugger" })] }),
    },
  ],
  fail: [
    { name: "nothing said", object: workload("Pod", { containers: [containerWith({})] }), at: ["spec.containers[0].securityContext.readOnlyRootFilesystem"] },
    {
      name: "false, and a context that says other things only",
      object: workload("StatefulSet", {
        os: { name: "linux" },
        containers: [
          containerWith({ securityContext: { readOnlyRootFilesystem: false } }),
          containerWith({ name: "proxy", securityContext: { runAsNonRoot: true } }),
          containerWith({ name: "log", securityContext: { readOnlyRootFilesystem: true } }),
        ],
      }),
      at: ["spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem", "spec.template.spec.containers[1].securityContext.readOnlyRootFilesystem"],
    },
    {
      name: "all that Pod Security's restricted level asks for is not enough",
      object: workload("CronJob", {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        initContainers: [containerWith({ name: "proxy", restartPolicy: "Always", securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } })],
        containers: [containerWith({ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true } })],
      }),
      at: ["spec.jobTemplate.spec.template.spec.initContainers[0].securityContext.readOnlyRootFilesystem"],
    },
    {
      name: "debug containers, where they count",
      parameters: { ephemeral: true },
      object: workload("Pod", {
        initContainers: [containerWith({ name: "setup" })],
        containers: [containerWith({ securityContext: { readOnlyRootFilesystem: true } })],
        ephemeralContainers: [containerWith({ name: "debugger" }), containerWith({ name: "viewer", securityContext: { readOnlyRootFilesystem: true } })],
      }),
      at: ["spec.ephemeralContainers[0].securityContext.readOnlyRootFilesystem", "spec.initContainers[0].securityContext.readOnlyRootFilesystem"],
    },
    {
      name: "Windows pods, where they count",
      parameters: { skipWindows: false },
      object: workload("Pod", { os: { name: "windows" }, containers: [containerWith({})] }),
      at: ["spec.containers[0].securityContext.readOnlyRootFilesystem"],
    },
  ],
});
