import { boolean, containerWith, defineControl, initAndMainContainers, integer, podBearing, runsOnWindows, workload } from "portcullis";

export default defineControl({
  title: "Containers must run under user and group ids that are not root's",
  description:
    "Without an explicit user the image decides, and most images choose root; without an explicit group a process that is not root is still of group 0, which owns much of an image and of the node's files. Files that a flaw opens up then belong to the intruder.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["5.2.7"] },
    nsa: { "1.2": ["pod/no-root-group", "pod/non-root"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["H01", "W12", "O07"],
  },
  match: podBearing(),
  parameters: {
    minUid: integer({ default: 1, minimum: 0, description: "The lowest user id that a container may run under." }),
    minGid: integer({ default: 1, minimum: 0, description: "The lowest group id that a container may run under or belong to." }),
    requireExplicit: boolean({ default: true, description: "Whether ids must be written down. Set it to false where the cluster assigns them itself, as OpenShift does." }),
    skipWindows: boolean({ default: true, description: "Whether pods that say they run on Windows pass: there the ids cannot be set." }),
  },
  findings: {
    a: "The user id is missing or too low",
    b: "The group id is missing or too low",
    c: "A supplementary group id is too low",
  },

  check({ pod, parameters, deny }) {
    if (parameters.skipWindows && runsOnWindows(pod)) return;
    const context = pod.spec?.securityContext;
    for (const container of initAndMainContainers(pod)) {
      const user = container.securityContext?.runAsUser ?? context?.runAsUser;
      if (user === undefined && parameters.requireExplicit) {
        deny(container, "securityContext.runAsUser", `container ${container.name} leaves its user to the image; set runAsUser`, "a");
      }
      if (user !== undefined && user < parameters.minUid) {
        deny(container, "securityContext.runAsUser", `container ${container.name} runs as user ${user}; the lowest allowed is ${parameters.minUid}`, "a");
      }
      const group = container.securityContext?.runAsGroup ?? context?.runAsGroup;
      if (group === undefined && parameters.requireExplicit) {
        deny(container, "securityContext.runAsGroup", `container ${container.name} leaves its group to the image; set runAsGroup`, "b");
      }
      if (group !== undefined && group < parameters.minGid) {
        deny(container, "securityContext.runAsGroup", `container ${container.name} runs as group ${group}; the lowest allowed is ${parameters.minGid}`, "b");
      }
    }
    const fsGroup = context?.fsGroup;
    if (fsGroup !== undefined && fsGroup < parameters.minGid) {
      deny(pod, "spec.securityContext.fsGroup", `the pod's volumes belong to group ${fsGroup}; the lowest allowed is ${parameters.minGid}`, "c");
    }
    for (const [index, group] of (context?.supplementalGroups ?? []).entries()) {
      if (group < parameters.minGid) {
        deny(pod, ["spec", "securityContext", "supplementalGroups", index], `the pod's processes belong to group ${group}; the lowest allowed is ${parameters.minGid}`, "c");
      }
    }
  },

  remediation: "Set runAsUser and runAsGroup in the pod's securityContext to ids that the image's files allow, and take group 0 out of fsGroup and supplementalGroups.",
  pass: [
    {
      name: "ids of the pod hold for every container",
      object: workload("Deployment", {
        securityContext: { runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001, supplementalGroups: [20000] },
        initContainers: [containerWith({ name: "setup" })],
        containers: [containerWith({}), containerWith({ name: "proxy", securityContext: { runAsUser: 1337, runAsGroup: 1337 } })],
      }),
    },
    {
      name: "root on the pod, which all containers put right",
      object: workload("Pod", { securityContext: { runAsUser: 0, runAsGroup: 0 }, containers: [containerWith({ securityContext: { runAsUser: 1, runAsGroup: 1 } })] }),
    },
    { name: "a Windows pod", object: workload("Pod", { os: { name: "windows" }, securityContext: { windowsOptions: { runAsUserName: "ContainerUser" } }, containers: [containerWith({})] }) },
    {
      name: "a cluster that assigns ids itself",
      parameters: { requireExplicit: false },
      object: workload("StatefulSet", { containers: [containerWith({})] }),
    },
  ],
  fail: [
    {
      name: "nothing said",
      object: workload("Pod", { os: { name: "linux" }, containers: [containerWith({})] }),
      at: [{ finding: "a", path: "spec.containers[0].securityContext.runAsUser" }, { finding: "b", path: "spec.containers[0].securityContext.runAsGroup" }],
    },
    {
      name: "a user without a group is of root's group",
      object: workload("CronJob", { securityContext: { runAsNonRoot: true, runAsUser: 10001 }, initContainers: [containerWith({ name: "setup", securityContext: { runAsGroup: 10001 } })], containers: [containerWith({})] }),
      at: [{ finding: "b", path: "spec.jobTemplate.spec.template.spec.containers[0].securityContext.runAsGroup" }],
    },
    {
      name: "root on a container beats the pod's ids",
      object: workload("Deployment", {
        securityContext: { runAsUser: 10001, runAsGroup: 10001 },
        initContainers: [containerWith({ name: "chown", securityContext: { runAsUser: 0, runAsGroup: 0 } })],
        containers: [containerWith({})],
      }),
      at: [
        { finding: "a", path: "spec.template.spec.initContainers[0].securityContext.runAsUser" },
        { finding: "b", path: "spec.template.spec.initContainers[0].securityContext.runAsGroup" },
      ],
    },
    {
      name: "root's group by the side",
      object: workload("Job", {
        securityContext: { runAsUser: 10001, runAsGroup: 10001, fsGroup: 0, supplementalGroups: [2000, 0] },
        containers: [containerWith({})],
      }),
      at: [
        { finding: "c", path: "spec.template.spec.securityContext.fsGroup" },
        { finding: "c", path: "spec.template.spec.securityContext.supplementalGroups[1]" },
      ],
    },
    {
      name: "ids of the node's own users",
      parameters: { minUid: 10000, minGid: 10000, requireExplicit: false },
      object: workload("DaemonSet", { securityContext: { runAsUser: 1000, runAsGroup: 10000 }, containers: [containerWith({}), containerWith({ name: "proxy", securityContext: { runAsUser: 20000, runAsGroup: 999 } })] }),
      at: [
        { finding: "a", path: "spec.template.spec.containers[0].securityContext.runAsUser" },
        { finding: "b", path: "spec.template.spec.containers[1].securityContext.runAsGroup" },
      ],
    },
    {
      name: "Windows pods, where they count",
      parameters: { skipWindows: false },
      object: workload("Pod", { os: { name: "windows" }, containers: [containerWith({ securityContext: { runAsUser: 1000 } })] }),
      at: [{ finding: "b", path: "spec.containers[0].securityContext.runAsGroup" }],
    },
  ],
});
