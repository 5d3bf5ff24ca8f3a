import { allContainers, containerWith, defineControl, podBearing, workload } from "portcullis";

/** What container runtimes grant without being asked, less NET_RAW. */
const defaultCapabilities: readonly string[] = [
  "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
];

export default defineControl({
  title: "Containers must not add capabilities beyond the default set",
  description:
    "A capability is a piece of root's power. With SYS_ADMIN, SYS_PTRACE or SYS_MODULE a process in the container takes the node; with NET_RAW it forges packets and intercepts its neighbours' traffic.",
  severity: "high",
  frameworks: {
    pss: ["capabilities_baseline"],
    cis: { "1.12": ["5.2.9"] },
    nsa: { "1.2": ["pod/caps"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  match: podBearing(),

  check({ pod, deny }) {
    for (const container of allContainers(pod)) {
      for (const [index, capability] of (container.securityContext?.capabilities?.add ?? []).entries()) {
        if (!defaultCapabilities.includes(capability)) {
          deny(container, ["securityContext", "capabilities", "add", index], `container ${container.name} adds the capability ${capability}`);
        }
      }
    }
  },

  remediation: "Remove the capability from securityContext.capabilities.add.",
  pass: [
    { name: "no capabilities", object: workload("Pod", { containers: [containerWith({})] }) },
    { name: "an empty list", object: workload("Job", { containers: [containerWith({ securityContext: { capabilities: { add: [], drop: ["ALL"] } } })] }) },
    {
      name: "every capability of the default set",
      object: workload("Deployment", { containers: [containerWith({ securityContext: { capabilities: { add: [...defaultCapabilities] } } })] }),
    },
  ],
  fail: [
    {
      name: "one bad capability among good ones",
      object: workload("DaemonSet", { containers: [containerWith({ securityContext: { capabilities: { add: ["NET_BIND_SERVICE", "SYS_ADMIN", "CHOWN"] } } })] }),
      at: ["spec.template.spec.containers[0].securityContext.capabilities.add[1]"],
    },
    {
      name: "NET_RAW is not in the set",
      object: workload("Pod", {
        containers: [containerWith({})],
        ephemeralContainers: [containerWith({ name: "debugger", securityContext: { capabilities: { add: ["NET_RAW"] } } })],
      }),
      at: ["spec.ephemeralContainers[0].securityContext.capabilities.add[0]"],
    },
    {
      name: "names are exact: no prefix, no lower case, no ALL",
      object: workload("CronJob", {
        initContainers: [containerWith({ name: "setup", securityContext: { capabilities: { add: ["CAP_CHOWN", "chown", "ALL"] } } })],
        containers: [containerWith({})],
      }),
      at: [
        "spec.jobTemplate.spec.template.spec.initContainers[0].securityContext.capabilities.add[0]",
        "spec.jobTemplate.spec.template.spec.initContainers[0].securityContext.capabilities.add[1]",
        "spec.jobTemplate.spec.template.spec.initContainers[0].securityContext.capabilities.add[2]",
      ],
    },
  ],
});
