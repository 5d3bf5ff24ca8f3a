import { boolean, type ciliumv2, containerWith, defineControl, type istiosecurityv1, podBearing, string, strings, workload } from "portcullis";
import { namespaceWith, rootNamespace } from "./meshes.ts";

export default defineControl({
  title: "A service mesh must encrypt every connection, and take no other",
  description:
    "Where a mesh takes connections without a certificate as well, whoever is in the cluster's network talks to the service as nobody, reads along, and passes every rule that asks who is calling. A NetworkPolicy encrypts nothing. What the settings of a mesh as a whole are is not seen here, but for Istio's policy in its root namespace.",
  severity: "high",
  frameworks: {
    nsa: { "1.2": ["cp/encryption"] },
    owasp: { "2022": ["K07"], "2025": ["K05"] },
    seed: ["H03", "H31", "L10"],
  },
  match: podBearing(
    "v1/Namespace",
    "security.istio.io/v1/PeerAuthentication",
    "security.istio.io/v1beta1/PeerAuthentication",
    "networking.istio.io/v1/DestinationRule",
    "networking.istio.io/v1beta1/DestinationRule",
    "networking.istio.io/v1alpha3/DestinationRule",
    "cilium.io/v2/CiliumNetworkPolicy",
  ),
  parameters: {
    rootNamespace: string(rootNamespace),
    linkerdPolicies: strings({ default: ["all-authenticated", "cluster-authenticated", "deny"], description: "What Linkerd may let in by default, where a Namespace or a pod says so." }),
    ciliumAuth: boolean({ default: false, description: "Whether each rule of Cilium's policies has to ask for authentication. It encrypts nothing by itself." }),
  },
  findings: {
    a: "Istio takes connections without a certificate",
    b: "Istio makes connections without a certificate",
    c: "Linkerd takes or makes connections without a certificate",
    d: "Cilium does not ask who the other side is",
  },

  check({ object, pod, parameters, deny }) {
    if (object.kind === "PeerAuthentication") {
      const mode = object.spec?.mtls?.mode ?? "UNSET";
      if (mode === "DISABLE" || mode === "PERMISSIVE") deny(object, "spec.mtls.mode", `Istio takes connections without a certificate (${mode}); set STRICT`, "a");
      if (mode === "UNSET" && object.metadata?.namespace === parameters.rootNamespace && Object.keys(object.spec?.selector?.matchLabels ?? {}).length === 0) {
        deny(object, "spec.mtls.mode", "the policy of the whole mesh says nothing, which lets in connections without a certificate; set STRICT", "a");
      }
      for (const [port, settings] of Object.entries(object.spec?.portLevelMtls ?? {})) {
        const own = settings.mode ?? "UNSET";
        if (own === "DISABLE" || own === "PERMISSIVE") deny(object, ["spec", "portLevelMtls", port, "mode"], `Istio takes connections to port ${port} without a certificate (${own}); set STRICT`, "a");
      }
    }

    if (object.kind === "DestinationRule") {
      const host = object.spec?.host ?? "";
      if (object.spec?.trafficPolicy?.tls?.mode === "DISABLE") deny(object, "spec.trafficPolicy.tls.mode", `connections to ${host} are made without a certificate; set ISTIO_MUTUAL`, "b");
      for (const settings of object.spec?.trafficPolicy?.portLevelSettings ?? []) {
        if (settings.tls?.mode === "DISABLE") deny(settings, "tls.mode", `connections to a port of ${host} are made without a certificate; set ISTIO_MUTUAL`, "b");
      }
      for (const subset of object.spec?.subsets ?? []) {
        if (subset.trafficPolicy?.tls?.mode === "DISABLE") deny(subset, "trafficPolicy.tls.mode", `connections to ${subset.name} of ${host} are made without a certificate; set ISTIO_MUTUAL`, "b");
        for (const settings of subset.trafficPolicy?.portLevelSettings ?? []) {
          if (settings.tls?.mode === "DISABLE") deny(settings, "tls.mode", `connections to a port of ${subset.name} of ${host} are made without a certificate; set ISTIO_MUTUAL`, "b");
        }
      }
    }

    if (object.kind === "Namespace") {
      for (const [key, value] of Object.entries(object.metadata?.annotations ?? {})) {
        if (key === "config.linkerd.io/default-inbound-policy" && !parameters.linkerdPolicies.includes(value)) deny(object, ["metadata", "annotations", key], `Linkerd lets in what ${value} says, also without a certificate; set all-authenticated`, "c");
        if (isSkipped(key) && value !== "") deny(object, ["metadata", "annotations", key], `connections to the ports ${value} go past Linkerd, without a certificate; remove the annotation`, "c");
      }
    }
    if (pod !== undefined) {
      for (const [key, value] of Object.entries(pod.metadata?.annotations ?? {})) {
        if (key === "config.linkerd.io/default-inbound-policy" && !parameters.linkerdPolicies.includes(value)) deny(pod, ["metadata", "annotations", key], `Linkerd lets in what ${value} says, also without a certificate; set all-authenticated`, "c");
        if (isSkipped(key) && value !== "") deny(pod, ["metadata", "annotations", key], `connections to the ports ${value} go past Linkerd, without a certificate; remove the annotation`, "c");
      }
    }

    if (object.kind === "CiliumNetworkPolicy" && parameters.ciliumAuth) {
      for (const rule of [...(object.spec?.ingress ?? []), ...(object.spec?.egress ?? [])]) {
        if (rule.authentication?.mode !== "required") deny(rule, "authentication.mode", "the rule does not ask the other side who it is; set required", "d");
      }
      for (const each of object.specs ?? []) {
        for (const rule of [...(each.ingress ?? []), ...(each.egress ?? [])]) {
          if (rule.authentication?.mode !== "required") deny(rule, "authentication.mode", "the rule does not ask the other side who it is; set required", "d");
        }
      }
    }
  },

  remediation: "Put one PeerAuthentication with the mode STRICT into Istio's root namespace, leave tls out of DestinationRules, or set Linkerd's default policy to all-authenticated; then remove what makes exceptions.",
  pass: [
    { name: "one policy for the whole mesh", object: peer("istio-system", { mtls: { mode: "STRICT" } }) },
    { name: "a policy that says nothing, which takes what the mesh says", object: peer("shop", { mtls: { mode: "UNSET" }, portLevelMtls: { "8080": { mode: "UNSET" }, "8443": { mode: "STRICT" } } }) },
    { name: "a policy in the root namespace for some pods alone", object: { ...peer("istio-system", { selector: { matchLabels: { app: "istiod" } } }), apiVersion: "security.istio.io/v1beta1" } },
    {
      name: "a rule that leaves it to the mesh, and one that asks for certificates",
      object: {
        apiVersion: "networking.istio.io/v1",
        kind: "DestinationRule",
        metadata: { name: "web", namespace: "shop" },
        spec: { host: "web.shop.svc.cluster.local", trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" }, portLevelSettings: [{ port: { number: 8080 } }] }, subsets: [{ name: "v1", labels: { version: "v1" } }, { name: "v2", trafficPolicy: { portLevelSettings: [{ tls: { mode: "MUTUAL" } }] } }] },
      },
    },
    { name: "Linkerd, which lets in its own alone", object: namespaceWith("shop", {}, { "linkerd.io/inject": "enabled", "config.linkerd.io/default-inbound-policy": "all-authenticated", "config.linkerd.io/skip-inbound-ports": "" }) },
    { name: "pods that say so themselves", object: workload("Deployment", { containers: [containerWith({})] }, { annotations: { "config.linkerd.io/default-inbound-policy": "deny", "config.linkerd.io/proxy-cpu-request": "10m" } }) },
    { name: "a policy of Cilium, where that is not asked for", object: cilium({ ingress: [{ fromEndpoints: [{}] }] }) },
    { name: "rules of Cilium that ask", parameters: { ciliumAuth: true }, object: cilium({ ingress: [{ authentication: { mode: "required" } }], egress: [{ authentication: { mode: "required" } }] }) },
  ],
  fail: [
    { name: "a mesh that takes both, as it is at first", object: peer("istio-system", {}), at: [{ finding: "a", path: "spec.mtls.mode" }] },
    { name: "a mesh that says it takes both", object: peer("istio-system", { mtls: { mode: "PERMISSIVE" } }), at: [{ finding: "a", path: "spec.mtls.mode" }] },
    { name: "another root namespace", parameters: { rootNamespace: "mesh" }, object: { ...peer("mesh", { mtls: {} }), apiVersion: "security.istio.io/v1beta1" }, at: [{ finding: "a", path: "spec.mtls.mode" }] },
    {
      name: "an exception for some pods, and for a port",
      object: peer("shop", { selector: { matchLabels: { app: "db" } }, mtls: { mode: "DISABLE" }, portLevelMtls: { "9090": { mode: "PERMISSIVE" }, "8080": { mode: "DISABLE" } } }),
      at: [{ finding: "a", path: "spec.mtls.mode" }, { finding: "a", path: 'spec.portLevelMtls["9090"].mode' }, { finding: "a", path: 'spec.portLevelMtls["8080"].mode' }],
    },
    {
      name: "rules that turn it off, for a host, a port and a subset",
      object: {
        apiVersion: "networking.istio.io/v1alpha3",
        kind: "DestinationRule",
        metadata: { name: "db", namespace: "shop" },
        spec: {
          host: "db",
          trafficPolicy: { tls: { mode: "DISABLE" }, portLevelSettings: [{ port: { number: 8080 }, tls: { mode: "SIMPLE" } }, { port: { number: 5432 }, tls: { mode: "DISABLE" } }] },
          subsets: [{ name: "v1" }, { name: "v2", trafficPolicy: { tls: { mode: "DISABLE" }, portLevelSettings: [{ tls: { mode: "DISABLE" } }] } }],
        },
      },
      at: ["trafficPolicy.tls.mode", "trafficPolicy.portLevelSettings[1].tls.mode", "subsets[1].trafficPolicy.tls.mode", "subsets[1].trafficPolicy.portLevelSettings[0].tls.mode"].map((path) => ({ finding: "b", path: `spec.${path}` })),
    },
    { name: "an older rule", object: { apiVersion: "networking.istio.io/v1beta1", kind: "DestinationRule", metadata: { name: "db" }, spec: { host: "db", trafficPolicy: { tls: { mode: "DISABLE" } } } }, at: [{ finding: "b", path: "spec.trafficPolicy.tls.mode" }] },
    {
      name: "a Namespace of Linkerd that lets everybody in, past the proxy too",
      object: namespaceWith("shop", {}, { "linkerd.io/inject": "enabled", "config.linkerd.io/default-inbound-policy": "all-unauthenticated", "config.linkerd.io/skip-inbound-ports": "25,3306" }),
      at: [{ finding: "c", path: 'metadata.annotations["config.linkerd.io/default-inbound-policy"]' }, { finding: "c", path: 'metadata.annotations["config.linkerd.io/skip-inbound-ports"]' }],
    },
    {
      name: "pods that go past the proxy",
      object: workload("StatefulSet", { containers: [containerWith({})] }, { annotations: { "config.linkerd.io/skip-outbound-ports": "3306", "config.linkerd.io/default-inbound-policy": "cluster-unauthenticated" } }),
      at: ["skip-outbound-ports", "default-inbound-policy"].map((name) => ({ finding: "c", path: `spec.template.metadata.annotations["config.linkerd.io/${name}"]` })),
    },
    { name: "rules of Cilium that do not ask", parameters: { ciliumAuth: true }, object: cilium({ ingress: [{ authentication: { mode: "required" } }, {}], egress: [{ authentication: { mode: "disabled" } }] }), at: [{ finding: "d", path: "spec.ingress[1].authentication.mode" }, { finding: "d", path: "spec.egress[0].authentication.mode" }] },
    {
      name: "several rules in one policy of Cilium",
      parameters: { ciliumAuth: true },
      object: { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata: { name: "web", namespace: "shop" }, specs: [{ ingress: [{ authentication: { mode: "required" } }] }, { ingress: [{}], egress: [{}] }] },
      at: [{ finding: "d", path: "specs[1].ingress[0].authentication.mode" }, { finding: "d", path: "specs[1].egress[0].authentication.mode" }],
    },
  ],
});

/** Whether an annotation names ports whose connections go past Linkerd's proxy. */
const isSkipped = (key: string): boolean => key === "config.linkerd.io/skip-inbound-ports" || key === "config.linkerd.io/skip-outbound-ports";

function peer(namespace: string, spec: istiosecurityv1.PeerAuthenticationSpec): istiosecurityv1.PeerAuthentication {
  return { apiVersion: "security.istio.io/v1", kind: "PeerAuthentication", metadata: { name: "default", namespace }, spec };
}

function cilium(spec: ciliumv2.CiliumRule): ciliumv2.CiliumNetworkPolicy {
  return { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata: { name: "web", namespace: "shop" }, spec };
}
