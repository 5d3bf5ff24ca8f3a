import { containerWith, defineControl, globs, isMirrorPod, matchesAnyGlob, podBearing, serviceAccountOf, workload } from "portcullis";

export default defineControl({
  title: "Pods must not run as the default service account",
  description:
    "Every pod of a namespace that names no account shares the default one. What one program is granted there, all of them hold, and the audit log cannot tell which of them used it.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["5.1.5"] },
    nsa: { "1.2": ["pod/sa-token"] },
    owasp: { "2022": ["K06"], "2025": ["K09"] },
    seed: ["P05", "O04"],
  },
  match: podBearing(),
  parameters: {
    allowedNamespaces: globs({ default: [], description: "Namespaces whose pods may run as the default account." }),
  },

  check({ object, pod, parameters, deny }) {
    if (serviceAccountOf(pod) !== "default" || isMirrorPod(pod)) return;
    if (!matchesAnyGlob(object.metadata?.namespace ?? "default", parameters.allowedNamespaces)) {
      deny(pod, "spec.serviceAccountName", "the pod runs as the default service account of its namespace");
    }
  },

  remediation: "Create a service account for the program and name it in serviceAccountName.",
  pass: [
    { name: "an account of its own", object: workload("Deployment", { serviceAccountName: "web", containers: [containerWith({})] }) },
    { name: "an account by the old name of its field", object: workload("Pod", { serviceAccountName: "", serviceAccount: "web", containers: [containerWith({})] }) },
    {
      name: "a namespace where it does not matter",
      parameters: { allowedNamespaces: ["kube-*", "sh*p"] },
      object: workload("Job", { containers: [containerWith({})] }),
    },
    {
      name: "the mirror of a static pod, which has no account",
      object: workload("Pod", { nodeName: "control-plane-1", containers: [containerWith({})] }, { annotations: { "kubernetes.io/config.mirror": "5f1c" } }),
    },
  ],
  fail: [
    { name: "nothing said", object: workload("Pod", { containers: [containerWith({})] }), at: ["spec.serviceAccountName"] },
    {
      name: "by name, as live pods have it",
      parameters: { allowedNamespaces: ["shop-*"] },
      object: workload("Pod", { serviceAccountName: "default", serviceAccount: "default", containers: [containerWith({})] }),
      at: ["spec.serviceAccountName"],
    },
    { name: "by the old name of the field", object: workload("StatefulSet", { serviceAccount: "default", containers: [containerWith({})] }), at: ["spec.template.spec.serviceAccountName"] },
    { name: "empty, in a template", object: workload("CronJob", { serviceAccountName: "", containers: [containerWith({})] }), at: ["spec.jobTemplate.spec.template.spec.serviceAccountName"] },
  ],
});
