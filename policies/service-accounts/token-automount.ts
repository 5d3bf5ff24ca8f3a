import { containerWith, defineControl, globs, isMirrorPod, matchesAnyGlob, podBearing, serviceAccountOf, workload } from "portcullis";

export default defineControl({
  title: "Pods must not be given a service account's token unasked",
  description:
    "The token lies as a file in every container, and whoever can read files there speaks to the API server as the pod's account. Most programs never call the API server; a flaw that lets one read a file becomes a foothold in the cluster for nothing.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["5.1.6"] },
    nsa: { "1.2": ["pod/sa-token"] },
    owasp: { "2022": ["K06"], "2025": ["K01", "K09"] },
    seed: ["L07", "W07", "P06"],
  },
  match: podBearing(),
  parameters: {
    allowedAccounts: globs({ default: [], description: "Service accounts, as namespace/name, whose pods may have the token: those of programs that call the API server." }),
  },

  check({ object, pod, parameters, deny }) {
    if (pod.spec?.automountServiceAccountToken === false || isMirrorPod(pod)) return;
    const account = `${object.metadata?.namespace ?? "default"}/${serviceAccountOf(pod)}`;
    if (!matchesAnyGlob(account, parameters.allowedAccounts)) {
      deny(pod, "spec.automountServiceAccountToken", `the pod may be given the token of ${account}; set automountServiceAccountToken to false`);
    }
  },

  remediation: "Set automountServiceAccountToken to false on the pod; where the program calls the API server, name its account under allowedAccounts.",
  pass: [
    { name: "turned off on the pod", object: workload("Deployment", { automountServiceAccountToken: false, containers: [containerWith({})] }) },
    {
      name: "an operator that calls the API server",
      parameters: { allowedAccounts: ["shop/*-operator"] },
      object: workload("StatefulSet", { serviceAccountName: "cache-operator", containers: [containerWith({})] }),
    },
    {
      name: "the account by the old name of its field",
      parameters: { allowedAccounts: ["shop/operator"] },
      object: workload("Pod", { serviceAccount: "operator", automountServiceAccountToken: true, containers: [containerWith({})] }),
    },
    {
      name: "the mirror of a static pod, which gets no token",
      object: workload("Pod", { nodeName: "control-plane-1", containers: [containerWith({})] }, { annotations: { "kubernetes.io/config.mirror": "5f1c" } }),
    },
  ],
  fail: [
    { name: "nothing said", object: workload("Pod", { containers: [containerWith({})] }), at: ["spec.automountServiceAccountToken"] },
    {
      name: "asked for, by an account that is allowed in another namespace only",
      parameters: { allowedAccounts: ["platform/operator", "shop/operator-*"] },
      object: workload("CronJob", { serviceAccountName: "operator", automountServiceAccountToken: true, containers: [containerWith({})] }),
      at: ["spec.jobTemplate.spec.template.spec.automountServiceAccountToken"],
    },
    {
      name: "the default account, though the field is left empty",
      parameters: { allowedAccounts: ["shop/operator"] },
      object: workload("DaemonSet", { serviceAccountName: "", serviceAccount: "", containers: [containerWith({})] }, { annotations: { "example.com/config.mirror": "5f1c" } }),
      at: ["spec.template.spec.automountServiceAccountToken"],
    },
  ],
});
