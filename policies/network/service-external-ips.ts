import { addressInsideAny, defineControl, kinds, strings } from "portcullis";

export default defineControl({
  title: "Services must not claim foreign addresses",
  description:
    "Every node sends traffic for an address in externalIPs to the Service, whoever the address belongs to (CVE-2020-8554): a tenant who may create Services reads what the rest of the cluster sends to a database or an API outside it.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["1.2.3"] },
    owasp: { "2022": ["K07"], "2025": ["K05"] },
  },
  match: kinds("v1/Service"),
  parameters: {
    allowedIps: strings({ default: [], description: "Addresses and CIDR blocks that Services may claim." }),
  },

  check({ object, parameters, deny }) {
    for (const [index, address] of (object.spec?.externalIPs ?? []).entries()) {
      if (!addressInsideAny(address, parameters.allowedIps)) {
        deny(object, ["spec", "externalIPs", index], `the Service claims the address ${address}`);
      }
    }
  },

  remediation: "Remove externalIPs, and publish the Service with type LoadBalancer or through a gateway.",
  pass: [
    {
      name: "no external addresses",
      object: { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "shop" }, spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }] } },
    },
    {
      name: "an empty list, on a Service without pods",
      object: { apiVersion: "v1", kind: "Service", metadata: { name: "database", namespace: "shop" }, spec: { type: "ExternalName", externalName: "db.example.com", externalIPs: [] } },
    },
    {
      name: "addresses that are allowed, alone and in a block, of both families",
      parameters: { allowedIps: ["203.0.113.7", "198.51.100.0/24", "2001:db8::/64"] },
      object: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web", namespace: "shop" },
        spec: { selector: { app: "web" }, ports: [{ port: 443 }], externalIPs: ["203.0.113.7", "198.51.100.20", "2001:db8::7"] },
      },
    },
  ],
  fail: [
    {
      name: "the address of someone else",
      object: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "trap", namespace: "tenant" },
        spec: { selector: { app: "trap" }, ports: [{ port: 443 }], externalIPs: ["8.8.8.8"] },
      },
      at: ["spec.externalIPs[0]"],
    },
    {
      name: "one foreign address among allowed ones, on a load balancer",
      parameters: { allowedIps: ["198.51.100.0/24"] },
      object: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web", namespace: "shop" },
        spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 443 }], externalIPs: ["198.51.100.20", "198.51.101.20"] },
      },
      at: ["spec.externalIPs[1]"],
    },
  ],
});
