import { boolean, defineControl, kinds, strings } from "portcullis";

export default defineControl({
  title: "The cluster's network must enforce NetworkPolicies",
  description:
    "NetworkPolicies are only asked for: a network plug-in that does not know them accepts them without a word, every test of the manifests passes, and no connection is ever refused.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["5.3.1"] },
    nsa: { "1.2": ["net/cni"] },
    owasp: { "2022": ["K07"], "2025": ["K05"] },
  },
  match: kinds("v1/Namespace"),
  parameters: {
    enforcers: strings({
      default: ["calico-node", "canal", "cilium", "antrea-agent", "kube-router", "weave-net", "ovnkube-node", "azure-npm"],
      description: "DaemonSets of network plug-ins that enforce NetworkPolicies, by name.",
    }),
    agents: strings({ default: ["aws-network-policy-agent", "aws-eks-nodeagent"], description: "Containers of DaemonSets that enforce NetworkPolicies beside a plug-in that does not, by name." }),
    nonEnforcers: strings({ default: ["kube-flannel-ds", "kindnet"], description: "DaemonSets of network plug-ins that enforce none, by name." }),
    managed: boolean({ default: false, description: "Whether the provider enforces NetworkPolicies outside the cluster, where no DaemonSet shows it." }),
  },

  check({ object, parameters, lookup, deny }) {
    // The finding is the cluster's; it is told once, of the namespace that every cluster has.
    if (object.metadata?.name !== "kube-system" || parameters.managed) return;
    const enforced = lookup("apps/v1/DaemonSet").some((set) => parameters.enforcers.includes(set.metadata?.name ?? "") || (set.spec?.template.spec?.containers ?? []).some((container) => parameters.agents.includes(container.name)));
    const known = lookup("apps/v1/DaemonSet").some((set) => parameters.nonEnforcers.includes(set.metadata?.name ?? ""));
    if (!enforced) deny(object, "metadata.name", known ? "the cluster's network plug-in enforces no NetworkPolicies; install one that does" : "no DaemonSet is known to enforce NetworkPolicies; install a network plug-in that does, or name it in enforcers");
  },

  remediation: "Install a network plug-in that enforces NetworkPolicies, or the policy agent beside the one that runs.",
  pass: [
    {
      name: "a plug-in that enforces",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } },
      others: [
        {
          apiVersion: "apps/v1",
          kind: "DaemonSet",
          metadata: { name: "cilium", namespace: "kube-system" },
          spec: { selector: { matchLabels: { "k8s-app": "cilium" } }, template: { metadata: { labels: { "k8s-app": "cilium" } }, spec: { containers: [{ name: "cilium-agent", image: "quay.io/cilium/cilium:v1.18.3" }] } } },
        },
      ],
    },
    {
      name: "an agent beside a plug-in that does not",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } },
      others: [
        {
          apiVersion: "apps/v1",
          kind: "DaemonSet",
          metadata: { name: "aws-node", namespace: "kube-system" },
          spec: {
            selector: { matchLabels: { "k8s-app": "aws-node" } },
            template: { metadata: { labels: { "k8s-app": "aws-node" } }, spec: { containers: [{ name: "aws-node", image: "registry.example.com/amazon-k8s-cni:v1.20" }, { name: "aws-network-policy-agent", image: "registry.example.com/aws-network-policy-agent:v1.2" }] } },
          },
        },
      ],
    },
    { name: "any other namespace", object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } } },
    { name: "a provider that enforces outside the cluster", parameters: { managed: true }, object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } } },
  ],
  fail: [
    { name: "no network plug-in that is known", object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } }, at: ["metadata.name"] },
    {
      name: "a plug-in that is known not to enforce",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } },
      others: [
        {
          apiVersion: "apps/v1",
          kind: "DaemonSet",
          metadata: { name: "kube-flannel-ds", namespace: "kube-flannel" },
          spec: { selector: { matchLabels: { app: "flannel" } }, template: { metadata: { labels: { app: "flannel" } }, spec: { containers: [{ name: "kube-flannel", image: "ghcr.io/flannel-io/flannel:v0.27.4" }] } } },
        },
      ],
      at: ["metadata.name"],
    },
  ],
});
