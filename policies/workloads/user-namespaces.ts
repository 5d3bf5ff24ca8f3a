import { containerWith, defineControl, hasUserNamespace, integer, podBearing, runsOnWindows, workload } from "portcullis";

export default defineControl({
  title: "Pods must run in a user namespace of their own",
  description:
    "Root in the container is then an unprivileged user of the node: a process that breaks out of the container finds that it owns nothing there, and flaws of the runtime that need root on the node come to nothing.",
  severity: "low",
  frameworks: {
    nsa: { "1.2": ["pod/rootless"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  match: podBearing(),
  parameters: {
    minMinor: integer({ default: 33, minimum: 25, description: "The minor version of Kubernetes from which on pods are judged: 33 for 1.33, the first that has user namespaces without a feature gate." }),
  },

  check({ pod, parameters, kubernetesMinor, deny }) {
    if (kubernetesMinor < parameters.minMinor || hasUserNamespace(pod) || runsOnWindows(pod)) return;
    // The API server refuses pods that have both a user namespace and one of the node's namespaces.
    if (pod.spec?.hostNetwork === true || pod.spec?.hostPID === true || pod.spec?.hostIPC === true) return;
    deny(pod, "spec.hostUsers", "the pod shares the users of its node; set hostUsers to false");
  },

  remediation: "Set hostUsers to false; nodes need a kernel with idmapped mounts, such as Linux 6.3.",
  pass: [
    { name: "false, which is the safe value", object: workload("Deployment", { hostUsers: false, containers: [containerWith({})] }) },
    { name: "pods that share another namespace of the node", object: workload("DaemonSet", { hostNetwork: true, containers: [containerWith({})] }) },
    { name: "pods that see the node's processes", object: workload("Pod", { hostPID: true, hostUsers: true, containers: [containerWith({})] }) },
    { name: "pods that share the node's memory", object: workload("Pod", { hostIPC: true, containers: [containerWith({})] }) },
    { name: "a Windows pod", object: workload("Pod", { os: { name: "windows" }, containers: [containerWith({})] }) },
    { name: "before 1.33", kubernetesMinor: 32, object: workload("Pod", { containers: [containerWith({})] }) },
    { name: "a cluster that asks for it later", kubernetesMinor: 35, parameters: { minMinor: 36 }, object: workload("StatefulSet", { containers: [containerWith({})] }) },
  ],
  fail: [
    { name: "nothing said, from 1.33 on", kubernetesMinor: 33, object: workload("Pod", { os: { name: "linux" }, containers: [containerWith({})] }), at: ["spec.hostUsers"] },
    { name: "true", object: workload("CronJob", { hostUsers: true, hostNetwork: false, containers: [containerWith({})] }), at: ["spec.jobTemplate.spec.template.spec.hostUsers"] },
    {
      name: "labels that a tenant chose, which excuse nothing",
      object: workload("Deployment", { containers: [containerWith({})] }, { labels: { "example.com/user-namespace": "exempt", app: "web" } }),
      at: ["spec.template.spec.hostUsers"],
    },
  ],
});
