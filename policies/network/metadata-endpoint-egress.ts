import { cidrContains, defineControl, kinds, type networkingv1, strings } from "portcullis";
import { limitsEgress } from "./network-policies.ts";

export default defineControl({
  title: "Pods must not reach the cloud's metadata service",
  description:
    "The metadata service of a cloud hands the node's credentials to whoever asks from the node, pods included: one request from a web shop that can be made to fetch an address is enough to act as the node, and often to read every bucket of the account.",
  severity: "high",
  frameworks: {
    nsa: { "1.2": ["cp/cloud-metadata"] },
    owasp: { "2022": ["K07"], "2025": ["K08", "K05"] },
  },
  match: kinds("networking.k8s.io/v1/NetworkPolicy", "v1/Namespace"),
  parameters: {
    addresses: strings({
      default: ["169.254.169.254/32", "169.254.170.2/32", "169.254.170.23/32", "fd00:ec2::254/128"],
      description: "Where metadata services answer, as CIDR blocks.",
    }),
  },
  findings: {
    a: "A rule lets pods reach a metadata service",
    b: "Nothing limits what the pods of a namespace reach",
  },

  check({ object, parameters, lookup, deny }) {
    const name = object.metadata?.name ?? "";
    if (object.kind === "Namespace") {
      if (!lookup("networking.k8s.io/v1/NetworkPolicy", name).some((policy) => limitsEgress(policy))) {
        deny(object, "metadata.name", `no NetworkPolicy limits egress in namespace ${name}, so its pods reach the metadata service; add one`, "b");
      }
      return;
    }

    // Policies add up, so that each has to spare the address by itself.
    if (!limitsEgress(object)) return;
    for (const rule of object.spec?.egress ?? []) {
      if (!coversHttp(rule)) continue;
      if ((rule.to ?? []).length === 0) deny(rule, "to", `NetworkPolicy ${name} lets pods reach every address, the metadata service among them; name the peers`, "a");
      for (const peer of rule.to ?? []) {
        for (const address of parameters.addresses) {
          const block = peer.ipBlock;
          if (block !== undefined && cidrContains(block.cidr, address) && !(block.except ?? []).some((except) => cidrContains(except, address))) {
            deny(peer, "ipBlock.cidr", `NetworkPolicy ${name} lets pods reach ${address} within ${block.cidr}; add it to except`, "a");
          }
        }
      }
    }
  },

  remediation: "Add the metadata addresses to except of every wide ipBlock, and limit egress in each namespace; require tokens with a hop limit of one from the metadata service as well.",
  pass: [
    {
      name: "the world, less the metadata services",
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "internet", namespace: "shop" },
        spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } }, { podSelector: {} }] }] },
      },
    },
    {
      name: "other ports than that of HTTP",
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "https", namespace: "shop" },
        spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{ ports: [{ port: 443 }, { port: 80, protocol: "UDP" }, { port: 8000, endPort: 8099 }, { port: "http" }] }] },
      },
    },
    {
      name: "a policy about ingress alone",
      object: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "web", namespace: "shop" }, spec: { podSelector: {}, policyTypes: ["Ingress"], egress: [{}] } },
    },
    {
      name: "a namespace in which egress is limited",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "default-deny", namespace: "shop" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } }],
    },
  ],
  fail: [
    {
      name: "every peer, on every port",
      object: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "open", namespace: "shop" }, spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{}] } },
      at: [{ finding: "a", path: "spec.egress[0].to" }],
    },
    {
      name: "a block with an exception that spares one address only, on a range of ports",
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "internet", namespace: "shop" },
        spec: { podSelector: {}, egress: [{ ports: [{ port: 53, protocol: "UDP" }], to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }, { ports: [{ port: 1, endPort: 1024 }], to: [{ ipBlock: { cidr: "169.254.169.0/24", except: ["169.254.169.253/32"] } }] }] },
      },
      at: [{ finding: "a", path: "spec.egress[1].to[0].ipBlock.cidr" }],
    },
    {
      name: "a namespace with a policy for ingress alone",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "deny-ingress", namespace: "shop" }, spec: { podSelector: {} } },
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "deny-egress", namespace: "web" }, spec: { podSelector: {}, policyTypes: ["Egress"] } },
      ],
      at: [{ finding: "b", path: "metadata.name" }],
    },
  ],
});

/** Whether a rule is about TCP port 80, where metadata services answer. Named ports are those of pods, and no pod is one. */
function coversHttp(rule: networkingv1.NetworkPolicyEgressRule): boolean {
  const ports = rule.ports ?? [];
  return ports.length === 0 || ports.some(isHttp);
}

/** Whether a port of a rule, or a range of ports, is or holds TCP port 80. */
function isHttp(port: networkingv1.NetworkPolicyPort): boolean {
  if ((port.protocol ?? "TCP") !== "TCP") return false;
  const first = port.port;
  if (first === undefined) return true;
  return typeof first === "number" && first <= 80 && (port.endPort ?? first) >= 80;
}
