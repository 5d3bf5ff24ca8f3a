import { addressInsideAny, defineControl, kinds, type networkingv1, string, strings } from "portcullis";
import { block, namespace, networkPolicy, pods } from "./fixtures.ts";

const dns = { ...namespace("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } };
const port53 = [{ protocol: "UDP", port: 53 }, { protocol: "TCP", port: 53 }] as const;

export default defineControl({
  title: "DNS must go to the cluster's resolvers",
  description:
    "Port 53 that is open to more than the cluster's DNS is the way out that stolen data takes: in the names of lookups, or in anything else that speaks over that port to a server of one's own.",
  severity: "medium",
  frameworks: {
    owasp: { "2022": ["K07"], "2025": ["K05"] },
    seed: ["H32", "N03", "T04"],
  },
  match: kinds("networking.k8s.io/v1/NetworkPolicy"),
  parameters: {
    dnsNamespace: string({ default: "kube-system", description: "The namespace of the cluster's DNS." }),
    dnsLabels: strings({ default: ["k8s-app=kube-dns"], description: "The labels of its pods, each as key=value." }),
    dnsAddresses: strings({ default: ["169.254.20.10"], description: "Addresses and blocks of resolvers that no selector can name, such as that of NodeLocal DNSCache." }),
  },
  findings: {
    a: "Port 53 is open to others than the cluster's DNS",
  },

  check({ object, parameters, deny }) {
    // The cluster's DNS itself asks resolvers outside.
    if (object.metadata?.namespace === parameters.dnsNamespace && hasLabels(object.spec?.podSelector?.matchLabels ?? {}, parameters.dnsLabels)) return;

    for (const rule of object.spec?.egress ?? []) {
      const ports = rule.ports ?? [];
      if (ports.length > 0 && !ports.some(coversDns)) continue;
      if ((rule.to ?? []).length === 0) deny(rule, "to", "port 53 is open to every peer", "a");
      for (const peer of rule.to ?? []) {
        const cidr = peer.ipBlock?.cidr;
        const isResolver =
          cidr === undefined
            ? isIn(peer, object.metadata?.namespace ?? "default", parameters.dnsNamespace) && hasLabels(peer.podSelector?.matchLabels ?? {}, parameters.dnsLabels)
            : addressInsideAny(cidr, parameters.dnsAddresses);
        if (!isResolver) deny(peer, "", "port 53 is open to others than the cluster's DNS; name the ports that they need", "a");
      }
    }
  },

  remediation: "Allow UDP and TCP 53 to the pods of the cluster's DNS in one rule, and name other ports in every rule for other peers.",
  pass: [
    { name: "the cluster's DNS over both protocols, and others on their own ports", object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [dns], ports: port53 }, { to: [pods("database")], ports: [{ protocol: "TCP", port: 5432 }] }] }) },
    { name: "no egress", object: networkPolicy("deny-all", { podSelector: {}, policyTypes: ["Ingress", "Egress"], egress: [] }) },
    {
      name: "ranges beside it, named ports, and another protocol",
      object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ ports: [{ port: 54, endPort: 60000 }, { port: 1, endPort: 52 }, { port: "https" }, { protocol: "SCTP", port: 53 }] }] }),
    },
    { name: "NodeLocal DNSCache, whose address no selector names", object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [dns, block("169.254.20.10/32")], ports: port53 }] }) },
    {
      name: "the namespace by an expression, more labels than asked for, and all ports",
      object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [{ namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["kube-system"] }] }, podSelector: { matchLabels: { "k8s-app": "kube-dns", tier: "dns" } } }] }] }),
    },
    {
      name: "the cluster's DNS itself asks resolvers outside",
      object: networkPolicy("dns", { podSelector: { matchLabels: { "k8s-app": "kube-dns" } }, policyTypes: ["Egress"], egress: [{ to: [block("203.0.113.53/32")], ports: port53 }] }, { namespace: "kube-system" }),
    },
    { name: "a policy of the DNS' own namespace, which needs to name none", object: networkPolicy("metrics", { egress: [{ to: [{ podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }], ports: port53 }] }, { namespace: "kube-system" }) },
    {
      name: "a DNS of other names",
      parameters: { dnsNamespace: "openshift-dns", dnsLabels: ["dns.operator.openshift.io/daemonset-dns=default"], dnsAddresses: ["10.96.0.0/24"] },
      object: networkPolicy("web", { egress: [{ to: [{ ...namespace("openshift-dns"), podSelector: { matchLabels: { "dns.operator.openshift.io/daemonset-dns": "default" } } }, block("10.96.0.10/32")], ports: [{ port: 53 }] }] }),
    },
  ],
  fail: [
    {
      name: "to everyone, and without ports, which are all ports",
      object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ ports: port53 }, { to: [], ports: [{ protocol: "TCP", port: 53 }] }, {}] }),
      at: [
        { finding: "a", path: "spec.egress[0].to" },
        { finding: "a", path: "spec.egress[1].to" },
        { finding: "a", path: "spec.egress[2].to" },
      ],
    },
    {
      name: "a resolver outside beside the cluster's, and the whole of kube-system",
      object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [dns, block("8.8.8.8/32"), namespace("kube-system")], ports: port53 }] }),
      at: [
        { finding: "a", path: "spec.egress[0].to[1]" },
        { finding: "a", path: "spec.egress[0].to[2]" },
      ],
    },
    {
      name: "ranges that hold 53, a port without a number, and peers without ports",
      object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [pods("proxy")], ports: [{ port: 443 }, { protocol: "TCP", port: 50, endPort: 60 }] }, { to: [pods("proxy")], ports: [{ protocol: "UDP" }] }, { to: [pods("database")] }] }),
      at: [
        { finding: "a", path: "spec.egress[0].to[0]" },
        { finding: "a", path: "spec.egress[1].to[0]" },
        { finding: "a", path: "spec.egress[2].to[0]" },
      ],
    },
    {
      name: "pods that bear the label in another namespace, in any namespace, or are chosen by expressions",
      object: networkPolicy("web", {
        egress: [
          {
            to: [
              { podSelector: { matchLabels: { "k8s-app": "kube-dns" } } },
              { namespaceSelector: {}, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } },
              { namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["kube-system", "shop"] }] }, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } },
              { ...namespace("kube-system"), podSelector: { matchExpressions: [{ key: "k8s-app", operator: "Exists" }] } },
            ],
            ports: port53,
          },
        ],
      }),
      at: [0, 1, 2, 3].map((index) => ({ finding: "a" as const, path: `spec.egress[0].to[${index}]` })),
    },
    {
      name: "a policy for other pods of the DNS' namespace",
      object: networkPolicy("proxy", { egress: [{ to: [block("203.0.113.53/32")], ports: port53 }] }, { namespace: "kube-system" }),
      at: [{ finding: "a", path: "spec.egress[0].to[0]" }],
    },
  ],
});

/** Whether a port of a rule lets DNS through; one without a number is every port. */
function coversDns(entry: networkingv1.NetworkPolicyPort): boolean {
  if (entry.protocol === "SCTP") return false;
  if (entry.port === undefined) return true;
  return typeof entry.port === "number" && entry.port <= 53 && (entry.endPort ?? entry.port) >= 53;
}

/** Whether a peer's pods are all in one namespace: by its label, or as the policy's own where the peer says nothing. */
function isIn(peer: networkingv1.NetworkPolicyPeer, own: string, namespace: string): boolean {
  const selector = peer.namespaceSelector;
  if (selector === undefined) return own === namespace;
  return (
    selector.matchLabels?.["kubernetes.io/metadata.name"] === namespace ||
    (selector.matchExpressions ?? []).some(({ key, operator, values }) => key === "kubernetes.io/metadata.name" && operator === "In" && (values ?? []).length > 0 && (values ?? []).every((value) => value === namespace))
  );
}

/** Whether labels hold all of the pairs; no pairs are none. */
const hasLabels = (labels: { readonly [key: string]: string }, pairs: readonly string[]): boolean => pairs.length > 0 && pairs.every((pair) => Object.entries(labels).some(([key, value]) => `${key}=${value}` === pair));
