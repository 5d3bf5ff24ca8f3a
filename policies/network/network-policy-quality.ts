import { boolean, defineControl, kinds, type metav1, namespacedName, type networkingv1, strings } from "portcullis";
import { block, namespace, networkPolicy, pods } from "./fixtures.ts";

export default defineControl({
  title: "NetworkPolicies must name their peers",
  description:
    "A rule without peers, or with the whole world or every namespace as its peer, looks like a restriction and is none: whoever gets into one pod still reaches, or is reached from, wherever they like. Peers that stand one under the other add up: a namespace and pods that were meant together open the whole namespace.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["net/netpol-quality"] },
    owasp: { "2022": ["K07"], "2025": ["K05"] },
    seed: ["N02", "N11"],
  },
  match: kinds("networking.k8s.io/v1/NetworkPolicy"),
  parameters: {
    requireBothTypes: boolean({ default: false, description: "Whether each policy must name Egress among its policyTypes, instead of leaving it to another policy." }),
    allowExternalIngress: strings({ default: [], description: "Policies whose pods may be reached from anywhere, such as those of a gateway: namespace/name." }),
  },
  findings: {
    a: "A rule has no peers and so allows them all",
    b: "A block of addresses is the whole world",
    c: "A peer is every namespace",
    d: "The policy leaves egress open",
    e: "A namespace and pods stand as two peers, and may have been meant as one",
  },

  check({ object, parameters, deny }) {
    const open = parameters.allowExternalIngress.includes(namespacedName(object.metadata));

    for (const rule of object.spec?.ingress ?? []) {
      if (!open && (rule.from ?? []).length === 0) deny(rule, "from", "an ingress rule names no peers, so everything may connect", "a");
      if (isSplit(rule.from ?? [])) deny(rule, "from", "a namespace and pods are two peers, which add up; for these pods in that namespace, write both selectors into one", "e");
      if (open) continue;
      for (const peer of rule.from ?? []) {
        const cidr = peer.ipBlock?.cidr ?? "";
        if (isWholeWorld(cidr)) deny(peer, "ipBlock.cidr", `ingress is open to ${cidr}, which except does not make narrow`, "b");
        if (isEveryNamespace(peer)) deny(peer, "namespaceSelector", "ingress is open to the pods of every namespace", "c");
      }
    }
    for (const rule of object.spec?.egress ?? []) {
      if ((rule.to ?? []).length === 0) deny(rule, "to", "an egress rule names no peers, so pods may connect anywhere", "a");
      if (isSplit(rule.to ?? [])) deny(rule, "to", "a namespace and pods are two peers, which add up; for these pods in that namespace, write both selectors into one", "e");
      for (const peer of rule.to ?? []) {
        const cidr = peer.ipBlock?.cidr ?? "";
        if (isWholeWorld(cidr)) deny(peer, "ipBlock.cidr", `egress is open to ${cidr}, which except does not make narrow`, "b");
        if (isEveryNamespace(peer)) deny(peer, "namespaceSelector", "egress is open to the pods of every namespace", "c");
      }
    }

    // Without policyTypes, egress is restricted only as long as it holds a rule.
    if (parameters.requireBothTypes && !(object.spec?.policyTypes ?? []).includes("Egress")) {
      deny(object, "spec.policyTypes", "the policy does not name Egress among its policyTypes", "d");
    }
  },

  remediation: "Name peers by labels of namespaces and pods, both in one entry where both must hold, and keep ipBlock for addresses outside the cluster.",
  pass: [
    {
      name: "a namespace and pods in one peer, and pods of the own namespace",
      object: networkPolicy("web", {
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: [{ ...namespace("ingress"), ...pods("gateway") }], ports: [{ protocol: "TCP", port: 8080 }] }],
        egress: [{ to: [pods("database")], ports: [{ protocol: "TCP", port: 5432 }] }],
      }),
    },
    { name: "deny all: no rules are not a rule without peers", object: networkPolicy("deny-all", { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] }) },
    { name: "blocks of addresses outside the cluster", object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [block("203.0.113.0/24"), block("198.51.100.7/32"), block("2001:db8::/32")] }] }) },
    { name: "pods by name in namespaces by any name", object: networkPolicy("metrics", { ingress: [{ from: [{ namespaceSelector: {}, ...pods("prometheus") }] }] }) },
    {
      name: "namespaces by expression, and two namespaces one under the other",
      object: networkPolicy("web", { ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: "team", operator: "In", values: ["shop", "billing"] }] } }, namespace("monitoring")] }] }),
    },
    {
      name: "a gateway that the world may reach",
      parameters: { allowExternalIngress: ["shop/gateway"] },
      object: networkPolicy("gateway", { podSelector: { matchLabels: { app: "gateway" } }, ingress: [{ ports: [{ protocol: "TCP", port: 443 }] }, { from: [block("0.0.0.0/0"), block("::/0"), { namespaceSelector: {} }] }] }),
    },
    {
      name: "Egress among the types, where that is asked for",
      parameters: { requireBothTypes: true },
      object: networkPolicy("web", { policyTypes: ["Ingress", "Egress"], ingress: [{ from: [pods("gateway")] }] }),
    },
  ],
  fail: [
    {
      name: "rules without peers, and with an empty list of them",
      object: networkPolicy("allow-all", { policyTypes: ["Ingress", "Egress"], ingress: [{}, { from: [], ports: [{ port: 80 }] }], egress: [{}, { ports: [{ protocol: "UDP", port: 53 }] }] }),
      at: [
        { finding: "a", path: "spec.ingress[0].from" },
        { finding: "a", path: "spec.ingress[1].from" },
        { finding: "a", path: "spec.egress[0].to" },
        { finding: "a", path: "spec.egress[1].to" },
      ],
    },
    {
      name: "the whole world, in each family, less some, and spelt in other ways",
      object: networkPolicy("web", {
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: [block("0.0.0.0/0"), block("0:0:0:0:0:0:0:0/0")] }],
        egress: [{ to: [pods("database"), block("0.0.0.0/0", "10.0.0.0/8"), block("::/0"), block("10.0.0.0/00")] }],
      }),
      at: [
        { finding: "b", path: "spec.ingress[0].from[0].ipBlock.cidr" },
        { finding: "b", path: "spec.ingress[0].from[1].ipBlock.cidr" },
        { finding: "b", path: "spec.egress[0].to[1].ipBlock.cidr" },
        { finding: "b", path: "spec.egress[0].to[2].ipBlock.cidr" },
        { finding: "b", path: "spec.egress[0].to[3].ipBlock.cidr" },
      ],
    },
    {
      name: "every namespace, with all its pods by word as well",
      object: networkPolicy("web", { ingress: [{ from: [{ namespaceSelector: {} }] }], egress: [{ to: [{ namespaceSelector: { matchLabels: {}, matchExpressions: [] }, podSelector: {} }] }] }),
      at: [
        { finding: "c", path: "spec.ingress[0].from[0].namespaceSelector" },
        { finding: "c", path: "spec.egress[0].to[0].namespaceSelector" },
      ],
    },
    {
      name: "types that are left out, or lack Egress, where both are asked for",
      parameters: { requireBothTypes: true },
      object: networkPolicy("web", { ingress: [{ from: [pods("gateway")] }], egress: [{ to: [pods("database")] }] }),
      at: [{ finding: "d", path: "spec.policyTypes" }],
    },
    {
      name: "Ingress alone, where both are asked for",
      parameters: { requireBothTypes: true },
      object: networkPolicy("web", { policyTypes: ["Ingress"], ingress: [{ from: [pods("gateway")] }] }),
      at: [{ finding: "d", path: "spec.policyTypes" }],
    },
    {
      name: "a dash too many: all pods of a namespace, or pods of the own one; in either order",
      object: networkPolicy("web", {
        ingress: [{ from: [namespace("monitoring"), pods("prometheus")] }],
        egress: [{ to: [block("203.0.113.7/32"), pods("collector"), namespace("monitoring")] }],
      }),
      at: [
        { finding: "e", path: "spec.ingress[0].from" },
        { finding: "e", path: "spec.egress[0].to" },
      ],
    },
    {
      name: "the world reaches pods of another policy than the one that is allowed, and egress is never allowed by it",
      parameters: { allowExternalIngress: ["billing/web", "shop/gateway"] },
      object: networkPolicy("gateway", { ingress: [{}], egress: [{ to: [block("0.0.0.0/0")] }] }),
      at: [{ finding: "b", path: "spec.egress[0].to[0].ipBlock.cidr" }],
    },
  ],
});

/** Whether a block holds all addresses of its family, however its address is written. */
const isWholeWorld = (cidr: string): boolean => /\/0+$/.test(cidr);

/** Whether a selector selects all that there is. */
const isEmpty = (selector: metav1.LabelSelector): boolean => Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;

function isEveryNamespace({ namespaceSelector, podSelector }: networkingv1.NetworkPolicyPeer): boolean {
  return namespaceSelector !== undefined && isEmpty(namespaceSelector) && (podSelector === undefined || isEmpty(podSelector));
}

/** Whether of the peers of one rule some name only namespaces and others only pods. */
const isSplit = (peers: readonly networkingv1.NetworkPolicyPeer[]): boolean =>
  peers.some(({ namespaceSelector, podSelector }) => namespaceSelector !== undefined && podSelector === undefined) && peers.some(({ namespaceSelector, podSelector }) => namespaceSelector === undefined && podSelector !== undefined);
