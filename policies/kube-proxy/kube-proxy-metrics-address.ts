import { component, type corev1, defineControl, type kubeproxyv1alpha1, strings } from "portcullis";
import { commandLine, staticPod } from "../components/command-lines.ts";

const loopback = /^(127\.[0-9]+\.[0-9]+\.[0-9]+(:[0-9]+)?|\[::1\]:[0-9]+|::1)$/;

export default defineControl({
  title: "Metrics of kube-proxy must be served on loopback only",
  description:
    "The port asks nobody who they are. Beside metrics it shows how the proxy is set up, and which Services the node forwards: a map of the cluster for any Pod that reaches the node.",
  severity: "low",
  frameworks: { cis: { "1.12": ["4.3.1"] }, owasp: { "2022": ["K09"], "2025": ["K06", "K07"] } },
  match: component("kube-proxy", "kubeproxy.config.k8s.io/v1alpha1/KubeProxyConfiguration", "v1/ConfigMap"),
  parameters: { allow: strings({ default: [], description: "Addresses beside those of loopback at which metrics may be served, as they are written: 0.0.0.0:10249." }) },

  check({ object, component: proxy, parameters, deny }) {
    const flag = proxy?.flags["metrics-bind-address"];
    // With a file the file decides, and the flag does not count.
    if (flag && proxy?.flags["config"] === undefined && !loopback.test(flag.value) && !parameters.allow.includes(flag.value)) deny(flag, "", `metrics are served at ${flag.value}`);

    if (object.kind === "KubeProxyConfiguration") {
      const address = object.metricsBindAddress ?? "";
      if (address !== "" && !loopback.test(address) && !parameters.allow.includes(address)) deny(object, "metricsBindAddress", `metrics are served at ${address}`);
    }
    if (object.kind === "ConfigMap" && object.metadata?.namespace === "kube-system" && object.metadata.name === "kube-proxy") {
      for (const line of (object.data?.["config.conf"] ?? "").split("\n")) {
        if (/^metricsBindAddress:/.test(line) && !isHarmless(line) && !parameters.allow.some((address) => line.includes(address))) deny(object, ["data", "config.conf"], `metrics are not served on loopback: ${line}`);
      }
    }
  },

  remediation: "Remove metricsBindAddress from kube-proxy's configuration, which means 127.0.0.1:10249.",
  pass: [
    { name: "a file that says nothing", object: file({}) },
    { name: "an empty address, which is loopback", object: file({ metricsBindAddress: "" }) },
    { name: "loopback of both families", object: file({ metricsBindAddress: "[::1]:10249" }) },
    { name: "all addresses, where a proxy stands before them", parameters: { allow: ["0.0.0.0:10249"] }, object: file({ metricsBindAddress: "0.0.0.0:10249" }) },
    { name: "the flag", object: commandLine("kube-proxy", ["--metrics-bind-address", "127.0.0.1:10249"]) },
    { name: "the flag of a proxy with a file, which does not count", object: commandLine("kube-proxy", ["--config=/var/lib/kube-proxy/config.conf", "--metrics-bind-address=0.0.0.0:10249"]) },
    { name: "the flag, where a proxy stands before it", parameters: { allow: ["0.0.0.0:10249"] }, object: commandLine("kube-proxy", ["--metrics-bind-address=0.0.0.0:10249"]) },
    { name: "the ConfigMap of kubeadm", object: configMap("kube-proxy", "kube-system", 'metricsBindAddress: ""') },
    { name: "loopback in the ConfigMap, with a comment", object: configMap("kube-proxy", "kube-system", "metricsBindAddress: 127.0.0.1:10249 # 0.0.0.0") },
    { name: "all addresses in the ConfigMap, where a proxy stands before them", parameters: { allow: ["0.0.0.0:10249"] }, object: configMap("kube-proxy", "kube-system", "metricsBindAddress: 0.0.0.0:10249") },
    { name: "a ConfigMap of somebody else", object: configMap("kube-proxy", "shop", "metricsBindAddress: 0.0.0.0:10249") },
    { name: "another ConfigMap of kube-system", object: configMap("kube-proxy-old", "kube-system", "metricsBindAddress: 0.0.0.0:10249") },
    { name: "a ConfigMap without the file", object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kube-proxy", namespace: "kube-system" } } },
    { name: "another component", object: staticPod("kube-scheduler", ["--metrics-bind-address=0.0.0.0:10249"]) },
  ],
  fail: [
    { name: "a file that names all addresses", object: file({ metricsBindAddress: "0.0.0.0:10249" }), at: ["metricsBindAddress"] },
    { name: "the node's own address of IPv6", object: file({ metricsBindAddress: "[2001:db8::11]:10249" }), at: ["metricsBindAddress"] },
    { name: "the flag", object: commandLine("kube-proxy", ["--metrics-bind-address=0.0.0.0"]), at: ["flags[0]"] },
    { name: "the ConfigMap, changed for a collector of metrics", object: configMap("kube-proxy", "kube-system", 'metricsBindAddress: "0.0.0.0:10249"'), at: ['data["config.conf"]'] },
    { name: "the ConfigMap, with a name that only begins like loopback", object: configMap("kube-proxy", "kube-system", "metricsBindAddress: 127.0.0.1.example.com:10249"), at: ['data["config.conf"]'] },
  ],
});

/** Whether a line of the file names loopback, or nothing. */
function isHarmless(line: string): boolean {
  return /^metricsBindAddress: *["']?(|~|null|127\.[0-9]+\.[0-9]+\.[0-9]+(:[0-9]+)?|\[::1\]:[0-9]+|::1)["']? *(#.*)?$/u.test(line);
}

function file(settings: Partial<kubeproxyv1alpha1.KubeProxyConfiguration>): kubeproxyv1alpha1.KubeProxyConfiguration {
  return { apiVersion: "kubeproxy.config.k8s.io/v1alpha1", kind: "KubeProxyConfiguration", mode: "nftables", clusterCIDR: "10.244.0.0/16", clientConnection: { kubeconfig: "/var/lib/kube-proxy/kubeconfig.conf" }, ...settings };
}

function configMap(name: string, namespace: string, line: string): corev1.ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace, labels: { app: "kube-proxy" } },
    data: { "config.conf": `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: 10.244.0.0/16\n${line}\nmode: nftables\n` },
  };
}
