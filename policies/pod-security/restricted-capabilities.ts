import { allContainers, containerWith, defineControl, podBearing, runsOnWindows, workload } from "portcullis";

export default defineControl({
  title: "Containers must drop all capabilities",
  description:
    "What a runtime grants by default still lets an attacker change owners of files, act as any user and make device nodes. Hardly a service needs more than to listen on a low port.",
  severity: "high",
  frameworks: {
    pss: ["capabilities_restricted"],
    cis: { "1.12": ["5.2.8(a)", "5.2.9(b)"] },
    nsa: { "1.2": ["pod/caps"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["H01", "W04", "P11"],
  },
  replaces: [{ control: "baseline-capabilities" }],
  match: podBearing(),
  findings: {
    a: "A container does not drop ALL capabilities",
    b: "A container adds a capability other than NET_BIND_SERVICE",
  },

  check({ pod, deny }) {
    if (runsOnWindows(pod)) return;
    for (const container of allContainers(pod)) {
      const capabilities = container.securityContext?.capabilities;
      if (!(capabilities?.drop ?? []).includes("ALL")) {
        deny(container, "securityContext.capabilities.drop", `container ${container.name} keeps capabilities; set drop to ["ALL"]`, "a");
      }
      for (const [index, capability] of (capabilities?.add ?? []).entries()) {
        if (capability !== "NET_BIND_SERVICE") {
          deny(container, ["securityContext", "capabilities", "add", index], `container ${container.name} adds the capability ${capability}`, "b");
        }
      }
    }
  },

  remediation: 'Set securityContext.capabilities.drop to ["ALL"] on every container, and add at most NET_BIND_SERVICE.',
  pass: [
    {
      name: "all dropped, one added back",
      object: workload("Deployment", {
        initContainers: [containerWith({ name: "setup", securityContext: { capabilities: { drop: ["ALL"] } } })],
        containers: [containerWith({ securityContext: { capabilities: { drop: ["NET_RAW", "ALL"], add: ["NET_BIND_SERVICE"] } } })],
      }),
    },
    { name: "a Windows pod, where capabilities cannot be set", object: workload("Pod", { os: { name: "windows" }, containers: [containerWith({})] }) },
    {
      name: "a chart that adds a capability on Windows too, where it does nothing",
      object: workload("DaemonSet", { os: { name: "windows" }, containers: [containerWith({ securityContext: { capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } } })] }),
    },
  ],
  fail: [
    {
      name: "no security context, and no capabilities in one",
      object: workload("Pod", { containers: [containerWith({}), containerWith({ name: "proxy", securityContext: { runAsNonRoot: true } })] }),
      at: [
        { finding: "a", path: "spec.containers[0].securityContext.capabilities.drop" },
        { finding: "a", path: "spec.containers[1].securityContext.capabilities.drop" },
      ],
    },
    {
      name: "dropping single capabilities, or all in lower case, is not dropping ALL",
      object: workload("DaemonSet", {
        containers: [
          containerWith({ securityContext: { capabilities: { drop: ["NET_RAW", "SYS_ADMIN"] } } }),
          containerWith({ name: "proxy", securityContext: { capabilities: { drop: ["all"] } } }),
        ],
      }),
      at: [
        { finding: "a", path: "spec.template.spec.containers[0].securityContext.capabilities.drop" },
        { finding: "a", path: "spec.template.spec.containers[1].securityContext.capabilities.drop" },
      ],
    },
    {
      name: "adding more than NET_BIND_SERVICE, in a debug container too",
      object: workload("Pod", {
        containers: [containerWith({ securityContext: { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE", "CHOWN"] } } })],
        ephemeralContainers: [containerWith({ name: "debugger", securityContext: { capabilities: { add: ["SYS_PTRACE"] } } })],
      }),
      at: [
        { finding: "b", path: "spec.containers[0].securityContext.capabilities.add[1]" },
        { finding: "a", path: "spec.ephemeralContainers[0].securityContext.capabilities.drop" },
        { finding: "b", path: "spec.ephemeralContainers[0].securityContext.capabilities.add[0]" },
      ],
    },
    {
      name: "an init container that sets the owner of files",
      object: workload("StatefulSet", {
        initContainers: [containerWith({ name: "chown", securityContext: { capabilities: { drop: ["ALL"], add: ["CHOWN"] } } }), containerWith({ name: "setup" })],
        containers: [containerWith({ securityContext: { capabilities: { drop: ["ALL"] } } })],
      }),
      at: [
        { finding: "b", path: "spec.template.spec.initContainers[0].securityContext.capabilities.add[0]" },
        { finding: "a", path: "spec.template.spec.initContainers[1].securityContext.capabilities.drop" },
      ],
    },
  ],
});
