import { containerWith, defineControl, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Pods must not share the node's namespaces",
  description:
    "In the node's process namespace a container reads the environment and memory of every other process; in its IPC namespace it reaches shared memory; in its network namespace it listens on the node's traffic, talks to services that trust localhost, and escapes network policies.",
  severity: "critical",
  frameworks: {
    pss: ["hostNamespaces"],
    cis: { "1.12": ["5.2.3(a)", "5.2.4(b)", "5.2.5(c)"] },
    nsa: { "1.2": ["pod/no-host-ns"] },
    owasp: { "2022": ["K01"], "2025": ["K01", "K05"] },
    seed: ["W10", "N12"],
  },
  match: podBearing(),
  findings: {
    a: "The pod is in the node's process namespace",
    b: "The pod is in the node's IPC namespace",
    c: "The pod is in the node's network namespace",
  },

  check({ pod, deny }) {
    if (pod.spec?.hostPID === true) deny(pod, "spec.hostPID", "the pod is in the node's process namespace", "a");
    if (pod.spec?.hostIPC === true) deny(pod, "spec.hostIPC", "the pod is in the node's IPC namespace", "b");
    if (pod.spec?.hostNetwork === true) deny(pod, "spec.hostNetwork", "the pod is in the node's network namespace", "c");
  },

  remediation: "Remove hostPID, hostIPC and hostNetwork.",
  pass: [
    { name: "all three absent", object: workload("Deployment", { containers: [containerWith({})] }) },
    { name: "all three false", object: workload("Pod", { hostPID: false, hostIPC: false, hostNetwork: false, containers: [containerWith({})] }) },
  ],
  fail: [
    {
      name: "a node agent that wants all three",
      object: workload("DaemonSet", { hostPID: true, hostIPC: true, hostNetwork: true, containers: [containerWith({ name: "agent" })] }),
      at: [
        { finding: "a", path: "spec.template.spec.hostPID" },
        { finding: "b", path: "spec.template.spec.hostIPC" },
        { finding: "c", path: "spec.template.spec.hostNetwork" },
      ],
    },
    {
      name: "one true among false ones",
      object: workload("Pod", { hostPID: false, hostIPC: false, hostNetwork: true, containers: [containerWith({})] }),
      at: [{ finding: "c", path: "spec.hostNetwork" }],
    },
    {
      object: workload("CronJob", { hostPID: true, containers: [containerWith({})] }),
      at: [{ finding: "a", path: "spec.jobTemplate.spec.template.spec.hostPID" }],
    },
  ],
});
