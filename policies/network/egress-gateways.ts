import { boolean, type ciliumv2, defineControl, type istionetworkingv1, kinds, selectorMatches, string, strings } from "portcullis";
import { namespaceWith, rootNamespace } from "./meshes.ts";

export default defineControl({
  title: "What leaves the cluster must go to known hosts, by known ways",
  description:
    "A pod that was taken over calls home, and carries data out, wherever the network lets it. A mesh that passes on only what is registered makes the list of hosts one that somebody reads. It is no wall by itself: a program can go past its sidecar, so that NetworkPolicies have to stay.",
  severity: "medium",
  frameworks: { owasp: { "2022": ["K07"], "2025": ["K05", "K08"] }, seed: ["H33"] },
  match: kinds(
    "v1/ConfigMap",
    "networking.istio.io/v1/Sidecar",
    "networking.istio.io/v1beta1/Sidecar",
    "networking.istio.io/v1alpha3/Sidecar",
    "networking.istio.io/v1/ServiceEntry",
    "networking.istio.io/v1beta1/ServiceEntry",
    "networking.istio.io/v1alpha3/ServiceEntry",
    "v1/Namespace",
  ),
  parameters: {
    allowedHosts: strings({ default: [], description: "Hosts outside the cluster that may be registered, each whole or all below one, with *. before it: *.example.com, which covers that wildcard too." }),
    cilium: boolean({ default: false, description: "Whether an egress gateway of Cilium has to be there for each namespace." }),
    rootNamespace: string(rootNamespace),
  },
  findings: {
    a: "Istio passes on connections to hosts that nobody registered",
    b: "A host outside is registered that is not allowed",
    c: "No egress gateway of Cilium takes the connections of a namespace",
  },

  check({ object, parameters, lookup, deny }) {
    if (object.kind === "ConfigMap" && object.metadata?.namespace === parameters.rootNamespace) {
      const name = object.metadata?.name ?? "";
      const mesh = object.data?.["mesh"];
      if ((name === "istio" || name.startsWith("istio-")) && mesh !== undefined && !takesRegisteredOnly(mesh)) {
        deny(object, "data.mesh", "Istio passes on connections to hosts that nobody registered; set outboundTrafficPolicy.mode to REGISTRY_ONLY", "a");
      }
    }

    if (object.kind === "Sidecar") {
      const policy = object.spec?.outboundTrafficPolicy;
      if (policy !== undefined && policy.mode !== "REGISTRY_ONLY") deny(object, "spec.outboundTrafficPolicy.mode", "the sidecar passes on connections to hosts that nobody registered; set REGISTRY_ONLY", "a");
    }

    if (object.kind === "ServiceEntry" && object.spec?.location !== "MESH_INTERNAL") {
      for (const [index, host] of (object.spec?.hosts ?? []).entries()) {
        if (!parameters.allowedHosts.some((allowed) => covers(allowed, host))) deny(object, ["spec", "hosts", index], `${host} is outside the cluster and not among the allowed hosts; list it, or remove it`, "b");
      }
    }

    if (object.kind === "Namespace") {
      const name = object.metadata?.name ?? "";
      const labels = object.metadata?.labels;
      const isTaken = lookup("cilium.io/v2/CiliumEgressGatewayPolicy").some((policy) =>
        (policy.spec?.selectors ?? []).some(({ namespaceSelector, podSelector }) => {
          const named = podSelector?.matchLabels?.["io.kubernetes.pod.namespace"] ?? name;
          return named === name && (selectorMatches(namespaceSelector ?? {}, labels) || namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"] === name);
        }),
      );
      if (parameters.cilium && !isTaken) deny(object, "metadata.labels", `no CiliumEgressGatewayPolicy takes the connections of namespace ${name}; add one that selects it`, "c");
    }
  },

  remediation: "Set outboundTrafficPolicy.mode to REGISTRY_ONLY in Istio's settings, register the hosts that are needed by ServiceEntry, each by name, and keep NetworkPolicies that deny other egress.",
  pass: [
    { name: "a mesh that passes on what is registered", object: mesh("accessLogFile: /dev/stdout\noutboundTrafficPolicy:\n  mode: REGISTRY_ONLY\n") },
    { name: "the same in one line, of a revision", object: { ...mesh("{\"enableTracing\":true,\"outboundTrafficPolicy\": {\"mode\":\"REGISTRY_ONLY\"}}"), metadata: { name: "istio-canary", namespace: "istio-system" } } },
    { name: "other settings beside it", object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "istio-ca-root-cert", namespace: "istio-system" }, data: { "root-cert.pem": "-----BEGIN CERTIFICATE-----" } } },
    { name: "a map of the same name elsewhere, and another one there", object: { ...mesh("{}"), metadata: { name: "istio", namespace: "shop" } } },
    { name: "settings of something else, which only has the word in its name", object: { ...mesh("{}"), metadata: { name: "not-istio-canary", namespace: "istio-system" } } },
    { name: "what is no setting of Istio's", parameters: { rootNamespace: "mesh" }, object: { ...mesh("{}"), metadata: { name: "web", namespace: "mesh" } } },
    { name: "sidecars that take what the mesh says, or say it", object: sidecar({ egress: [{ hosts: ["./*"] }] }) },
    { name: "a sidecar of an older version", object: { ...sidecar({ outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } }), apiVersion: "networking.istio.io/v1alpha3" } },
    { name: "hosts that are allowed, a wildcard among them", parameters: { allowedHosts: ["api.example.com", "*.example.org"] }, object: entry({ hosts: ["api.example.com", "*.example.org", "www.example.org"], location: "MESH_EXTERNAL" }) },
    { name: "a host inside", object: { ...entry({ hosts: ["db.internal"], location: "MESH_INTERNAL" }), apiVersion: "networking.istio.io/v1beta1" } },
    { name: "a namespace, where Cilium is not asked for", object: namespaceWith("shop") },
    { name: "a gateway by the labels of a namespace", parameters: { cilium: true }, object: namespaceWith("shop", { team: "shop" }), others: [gateway({ namespaceSelector: { matchLabels: { team: "shop" } } })] },
    {
      name: "a gateway by expressions",
      parameters: { cilium: true },
      object: namespaceWith("shop", { team: "shop" }),
      others: [gateway({ namespaceSelector: { matchExpressions: [{ key: "team", operator: "In", values: ["billing", "shop"] }, { key: "team", operator: "Exists" }, { key: "stage", operator: "NotIn", values: ["test"] }, { key: "legacy", operator: "DoesNotExist" }] } })],
    },
    { name: "gateways by the name of a namespace", parameters: { cilium: true }, object: namespaceWith("shop"), others: [gateway({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } })] },
    { name: "a gateway by a label of pods that says their namespace", parameters: { cilium: true }, object: namespaceWith("shop"), others: [gateway({ podSelector: { matchLabels: { "io.kubernetes.pod.namespace": "shop" } } })] },
  ],
  fail: [
    { name: "a mesh as it is installed", object: mesh("accessLogFile: /dev/stdout\n"), at: [{ finding: "a", path: "data.mesh" }] },
    { name: "a mesh that says so, with the other in a comment", object: mesh("# outboundTrafficPolicy: { mode: REGISTRY_ONLY }\noutboundTrafficPolicy:\n  mode: ALLOW_ANY\n"), at: [{ finding: "a", path: "data.mesh" }] },
    { name: "a mesh elsewhere", parameters: { rootNamespace: "mesh" }, object: { ...mesh("{}"), metadata: { name: "istio-1-26", namespace: "mesh" } }, at: [{ finding: "a", path: "data.mesh" }] },
    { name: "a sidecar that passes on everything", object: sidecar({ outboundTrafficPolicy: { mode: "ALLOW_ANY" } }), at: [{ finding: "a", path: "spec.outboundTrafficPolicy.mode" }] },
    { name: "a sidecar that leaves open what it means", object: { ...sidecar({ outboundTrafficPolicy: {} }), apiVersion: "networking.istio.io/v1beta1" }, at: [{ finding: "a", path: "spec.outboundTrafficPolicy.mode" }] },
    { name: "a host that nobody allowed, without a location", object: entry({ hosts: ["paste.example.com"] }), at: [{ finding: "b", path: "spec.hosts[0]" }] },
    { name: "a wildcard that is wider than what is allowed", parameters: { allowedHosts: ["*.api.example.com", "www.example.com", "example.com"] }, object: { ...entry({ hosts: ["www.example.com", "*.example.com", "evil.example.com", "apiexample.com"], location: "MESH_EXTERNAL" }), apiVersion: "networking.istio.io/v1alpha3" }, at: [1, 2, 3].map((index) => ({ finding: "b", path: `spec.hosts[${index}]` })) },
    {
      name: "gateways whose expressions choose others",
      parameters: { cilium: true },
      object: namespaceWith("shop", { team: "shop", stage: "test" }),
      others: ([{ key: "team", operator: "In", values: ["billing"] }, { key: "legacy", operator: "In", values: ["billing"] }, { key: "legacy", operator: "Exists" }, { key: "stage", operator: "NotIn", values: ["test"] }, { key: "team", operator: "DoesNotExist" }] as const).map((expression, index) => ({ ...gateway({ namespaceSelector: { matchExpressions: [expression] } }), metadata: { name: `gateway-${index}` } })),
      at: [{ finding: "c", path: "metadata.labels" }],
    },
    {
      name: "gateways for others",
      parameters: { cilium: true },
      object: namespaceWith("shop", { team: "shop" }),
      others: [gateway({ namespaceSelector: { matchLabels: { team: "billing" } } }), { ...gateway({ podSelector: { matchLabels: { "io.kubernetes.pod.namespace": "billing" } } }), metadata: { name: "second" } }],
      at: [{ finding: "c", path: "metadata.labels" }],
    },
  ],
});

/** Whether the settings of a mesh, in YAML or JSON, say that it passes on what is registered alone. */
const takesRegisteredOnly = (text: string): boolean => /(^|[\n{,])[ \t]*["']?outboundTrafficPolicy["']?[ \t]*:\s*[{]?\s*["']?mode["']?[ \t]*:[ \t]*["']?REGISTRY_ONLY/.test(text);

/** Whether an allowed host stands for another: itself, or what lies below it where it begins with a star. */
const covers = (allowed: string, host: string): boolean => allowed === host || (allowed.startsWith("*.") && host.endsWith(allowed.split("*")[1] ?? ""));

function mesh(text: string) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "istio", namespace: "istio-system" }, data: { mesh: text } } as const;
}

function sidecar(spec: istionetworkingv1.SidecarSpec): istionetworkingv1.Sidecar {
  return { apiVersion: "networking.istio.io/v1", kind: "Sidecar", metadata: { name: "default", namespace: "shop" }, spec };
}

function entry(spec: istionetworkingv1.ServiceEntrySpec): istionetworkingv1.ServiceEntry {
  return { apiVersion: "networking.istio.io/v1", kind: "ServiceEntry", metadata: { name: "outside", namespace: "shop" }, spec };
}

function gateway(selector: ciliumv2.CiliumEgressGatewayPolicySpecSelectors): ciliumv2.CiliumEgressGatewayPolicy {
  return { apiVersion: "cilium.io/v2", kind: "CiliumEgressGatewayPolicy", metadata: { name: "out" }, spec: { selectors: [selector], destinationCIDRs: ["0.0.0.0/0"] } };
}
