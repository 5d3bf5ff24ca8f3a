import { component, defineControl } from "portcullis";

export default defineControl({
  title: "The API server must not serve profiles",
  description:
    "Profiles show the paths of the code, and taking one costs the server time and memory. Whoever may read them learns what it does, and can slow it down.",
  severity: "low",
  frameworks: { cis: { "1.12": ["1.2.15"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kube-apiserver"),

  check({ component: server, deny }) {
    const profiling = server.flags["profiling"];
    if (profiling === undefined) deny(server, "", "--profiling is not set, which turns it on");
    else if (profiling.value !== "false") deny(profiling, "", `--profiling is ${profiling.value}`);
  },

  remediation: "Set --profiling=false.",
  pass: [
    {
      name: "a static Pod",
      object: { apiVersion: "v1", kind: "Pod", metadata: { name: "kube-apiserver-a", namespace: "kube-system" }, spec: { containers: [{ name: "kube-apiserver", command: ["kube-apiserver", "--profiling=false"] }] } },
    },
    {
      name: "kubeadm's older form, whose flags are a map",
      object: { apiVersion: "kubeadm.k8s.io/v1beta3", kind: "ClusterConfiguration", kubernetesVersion: "v1.30.4", apiServer: { extraArgs: { profiling: "false" } } },
    },
    {
      name: "the flags of another component",
      object: { apiVersion: "portcullis.dev/v1", kind: "ComponentFlags", component: "kube-scheduler", flags: ["--profiling=true"] },
    },
  ],
  fail: [
    {
      name: "no flag, which turns it on",
      object: { apiVersion: "v1", kind: "Pod", metadata: { name: "kube-apiserver-a", namespace: "kube-system" }, spec: { containers: [{ name: "kube-apiserver", command: ["kube-apiserver", "--secure-port=6443"] }] } },
      at: ["spec.containers[0].command"],
    },
    {
      name: "a boolean does not take the next word",
      object: { apiVersion: "portcullis.dev/v1", kind: "ComponentFlags", component: "kube-apiserver", flags: ["--secure-port", "6443", "--profiling", "false"] },
      at: ["flags[2]"],
    },
    {
      name: "kubeadm, told to turn it on",
      object: { apiVersion: "kubeadm.k8s.io/v1", kind: "ClusterConfiguration", apiServer: { extraArgs: [{ name: "profiling", value: "true" }] } },
      at: ["apiServer.extraArgs[0].value"],
    },
    {
      name: "kubeadm, which does not set it",
      object: { apiVersion: "kubeadm.k8s.io/v1beta4", kind: "ClusterConfiguration", apiServer: { extraArgs: [{ name: "audit-log-maxage", value: "30" }] } },
      at: ["apiServer.extraArgs"],
    },
  ],
});
