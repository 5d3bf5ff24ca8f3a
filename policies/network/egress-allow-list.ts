import { addressInsideAny, defineControl, kinds, strings } from "portcullis";
import { block, networkPolicy, pods } from "./fixtures.ts";

export default defineControl({
  title: "Egress must stay inside allowed address blocks",
  description:
    "What a pod may connect to is where stolen data can be sent and where tools are fetched from. A block of addresses that is wider than the destination lets whoever holds the pod use any other host in it.",
  severity: "medium",
  frameworks: {
    owasp: { "2022": ["K07"], "2025": ["K05", "K08"] },
    seed: ["H33"],
  },
  match: kinds("networking.k8s.io/v1/NetworkPolicy"),
  parameters: {
    allowedCidrs: strings({ default: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"], description: "Blocks of addresses that egress rules may name, or name a part of; private ones where nothing is said." }),
  },

  check({ object, parameters, deny }) {
    for (const rule of object.spec?.egress ?? []) {
      for (const peer of rule.to ?? []) {
        const cidr = peer.ipBlock?.cidr;
        if (cidr !== undefined && !addressInsideAny(cidr, parameters.allowedCidrs)) {
          deny(peer, "ipBlock.cidr", `pods may connect to ${cidr}, which is in no allowed block`);
        }
      }
    }
  },

  remediation: "Narrow the block to the addresses that are needed, or add those to allowedCidrs; send what goes to the internet through an egress gateway.",
  pass: [
    { name: "peers by labels, and no peers at all", object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [pods("database")] }, {}] }) },
    {
      name: "blocks inside private ones, whole ones, and lone addresses",
      object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [block("10.20.0.0/16"), block("172.16.0.0/12", "172.16.1.0/24")] }, { to: [block("192.168.7.9/32"), block("fd12:3456::/48")] }] }),
    },
    {
      name: "addresses outside that are allowed, of both families",
      parameters: { allowedCidrs: ["203.0.113.0/24", "198.51.100.7", "2001:db8::/32"] },
      object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [block("203.0.113.128/25"), block("198.51.100.7/32"), block("2001:db8:1::/64")] }] }),
    },
    { name: "blocks of ingress are another control's", object: networkPolicy("gateway", { policyTypes: ["Ingress"], ingress: [{ from: [block("203.0.113.0/24")] }] }) },
  ],
  fail: [
    {
      name: "the world, less the private blocks",
      object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [block("0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")] }] }),
      at: ["spec.egress[0].to[0].ipBlock.cidr"],
    },
    {
      name: "wider than an allowed block, beside one, and in the other family",
      object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [block("10.0.0.0/7"), block("10.0.0.0/8"), block("172.32.0.0/16")] }, { to: [block("::/0"), block("fe80::/10")] }] }),
      at: ["spec.egress[0].to[0].ipBlock.cidr", "spec.egress[0].to[2].ipBlock.cidr", "spec.egress[1].to[0].ipBlock.cidr", "spec.egress[1].to[1].ipBlock.cidr"],
    },
    {
      name: "what is no block is inside none: leading zeros, too many bits, words",
      object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [block("010.0.0.0/8"), block("10.0.0.0/33"), block("database.example.com"), block("")] }] }),
      at: ["spec.egress[0].to[0].ipBlock.cidr", "spec.egress[0].to[1].ipBlock.cidr", "spec.egress[0].to[2].ipBlock.cidr", "spec.egress[0].to[3].ipBlock.cidr"],
    },
    {
      name: "all addresses of one family allow none of the other",
      parameters: { allowedCidrs: ["::/0"] },
      object: networkPolicy("web", { policyTypes: ["Egress"], egress: [{ to: [block("10.1.2.3/32"), block("2001:db8::7/128")] }] }),
      at: ["spec.egress[0].to[0].ipBlock.cidr"],
    },
  ],
});
