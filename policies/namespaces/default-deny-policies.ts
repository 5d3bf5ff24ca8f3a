import { choices, defineControl, kinds, selectsAll, strings } from "portcullis";
import { deniesEgress, deniesIngress, directions } from "../network/network-policies.ts";

export default defineControl({
  title: "Namespaces must deny traffic by default",
  description:
    "Pods that no NetworkPolicy selects take part in all traffic: a single pod that is taken over scans and reaches the whole cluster, and sends what it finds wherever it likes. A policy that selects every pod and has no rules turns each further policy into the list of what is allowed.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["5.3.2"] },
    nsa: { "1.2": ["net/default-deny"] },
    owasp: { "2022": ["K07"], "2025": ["K05"] },
    seed: ["H02", "H13", "N01", "T03"],
  },
  match: kinds("v1/Namespace"),
  parameters: {
    directions: choices(directions, { default: ["Ingress", "Egress"], description: "The directions that have to be denied." }),
    exemptNamespaces: strings({ default: ["kube-system", "kube-public", "kube-node-lease"], description: "Namespaces that need no such policy, by name." }),
  },
  findings: {
    a: "No NetworkPolicy denies what reaches the pods",
    b: "No NetworkPolicy denies what the pods send",
  },

  check({ object, parameters, lookup, deny }) {
    const name = object.metadata?.name ?? "";
    if (parameters.exemptNamespaces.includes(name)) return;

    const everyPod = lookup("networking.k8s.io/v1/NetworkPolicy", name).filter((policy) => selectsAll(policy.spec?.podSelector ?? {}));
    if (parameters.directions.includes("Ingress") && !everyPod.some((policy) => deniesIngress(policy))) {
      deny(object, "metadata.name", `namespace ${name} has no NetworkPolicy that denies all ingress; add one with an empty podSelector and no ingress rules`, "a");
    }
    if (parameters.directions.includes("Egress") && !everyPod.some((policy) => deniesEgress(policy))) {
      deny(object, "metadata.name", `namespace ${name} has no NetworkPolicy that denies all egress; add one with an empty podSelector, policyTypes Egress and no egress rules`, "b");
    }
  },

  remediation: "Add a NetworkPolicy with an empty podSelector, policyTypes Ingress and Egress, and no rules; then allow what is needed by further policies.",
  pass: [
    {
      name: "one policy that denies both ways",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "default-deny", namespace: "shop" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } }],
    },
    {
      name: "two policies, one for each direction, with empty lists of rules",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "deny-ingress", namespace: "shop" }, spec: { podSelector: {}, ingress: [] } },
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "deny-egress", namespace: "shop" }, spec: { podSelector: { matchLabels: {} }, policyTypes: ["Egress"], egress: [] } },
      ],
    },
    { name: "a namespace of the system", object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } } },
    {
      name: "ingress alone, where no more is asked for",
      parameters: { directions: ["Ingress"] },
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "deny-ingress", namespace: "shop" }, spec: { podSelector: {} } }],
    },
  ],
  fail: [
    {
      name: "no policy at all",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      at: [
        { finding: "a", path: "metadata.name" },
        { finding: "b", path: "metadata.name" },
      ],
    },
    {
      name: "a policy in another namespace, and one for some pods only",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "default-deny", namespace: "web" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "deny-db", namespace: "shop" }, spec: { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress", "Egress"] } },
      ],
      at: [
        { finding: "a", path: "metadata.name" },
        { finding: "b", path: "metadata.name" },
      ],
    },
    {
      name: "a policy that says no types is about ingress alone, even with an empty list for egress",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "default-deny", namespace: "shop" }, spec: { podSelector: {}, egress: [] } }],
      at: [{ finding: "b", path: "metadata.name" }],
    },
    {
      name: "an empty rule lets everything in",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "allow-all", namespace: "shop" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}] } },
      ],
      at: [{ finding: "a", path: "metadata.name" }],
    },
  ],
});
