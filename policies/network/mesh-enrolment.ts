import { choices, containerWith, type corev1, defineControl, isListed, type istiosecurityv1, type istiosecurityv1beta1, names, namespaceOf, podBearing, string, workload } from "portcullis";
import { hasSidecars, isAmbient, isInLinkerd, namespaceWith, rootNamespace } from "./meshes.ts";

/** Annotations of Istio that let connections of a pod go past its proxy. */
const ways = ["traffic.sidecar.istio.io/excludeInboundPorts", "traffic.sidecar.istio.io/excludeOutboundPorts", "traffic.sidecar.istio.io/excludeOutboundIPRanges"];

/** A workload that keeps out of every mesh in every way. */
const outOfMesh = workload(
  "DaemonSet",
  { containers: [containerWith({})] },
  { annotations: { "sidecar.istio.io/inject": "false", "linkerd.io/inject": "disabled", "traffic.sidecar.istio.io/excludeInboundPorts": "22" }, labels: { "sidecar.istio.io/inject": "false", "istio.io/dataplane-mode": "none" } },
);

export default defineControl({
  title: "Connections between pods must be encrypted, in every namespace",
  description:
    "Inside a cluster connections are in clear unless something encrypts them: whoever takes over a node, or a pod with the node's network, reads passwords and tokens that pass there. A mesh, or a network that encrypts between nodes, does it for all programs alike, but for those that keep out. Encryption between nodes proves no identities.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["cp/encryption"] },
    owasp: { "2022": ["K07"], "2025": ["K05"] },
    seed: ["H03", "H31", "L10"],
  },
  match: podBearing("v1/Namespace"),
  parameters: {
    accept: choices(["istio", "ambient", "linkerd", "cilium-wireguard", "cilium-ipsec"], { default: ["istio", "ambient", "linkerd", "cilium-wireguard", "cilium-ipsec"], description: "What may encrypt connections: sidecars of Istio, its ambient mode, Linkerd, or Cilium between nodes." }),
    exemptNamespaces: names({ default: ["kube-system", "kube-public", "kube-node-lease", "istio-system", "linkerd"], description: "Namespaces that need not be in a mesh, those of the mesh itself among them: names, or their start with a star behind it." }),
    rootNamespace: string(rootNamespace),
  },
  findings: {
    a: "Nothing encrypts the connections of a namespace",
    b: "A namespace of Istio takes connections without a certificate",
    c: "A pod keeps out of its mesh",
  },

  check({ object, pod, parameters, lookup, deny }) {
    const name = object.metadata?.name ?? "";
    if (isListed(object.kind === "Namespace" ? name : namespaceOf(object), parameters.exemptNamespaces)) return;
    if (object.kind === "Namespace") {
      const labels = object.metadata?.labels;
      const isMeshed =
        (parameters.accept.includes("istio") && hasSidecars(labels)) ||
        (parameters.accept.includes("ambient") && isAmbient(labels)) ||
        (parameters.accept.includes("linkerd") && isInLinkerd(object.metadata?.annotations));
      const isEncrypted = lookup("v1/ConfigMap", "kube-system").some(
        (map) => map.metadata?.name === "cilium-config" && ((parameters.accept.includes("cilium-wireguard") && map.data?.["enable-wireguard"] === "true") || (parameters.accept.includes("cilium-ipsec") && map.data?.["enable-ipsec"] === "true")),
      );
      if (!isMeshed && !isEncrypted) deny(object, "metadata.labels", `nothing encrypts the connections of namespace ${name}; put it into a mesh`, "a");

      const isOpen = lookup("security.istio.io/v1/PeerAuthentication", name).some((policy) => opens(policy)) || lookup("security.istio.io/v1beta1/PeerAuthentication", name).some((policy) => opens(policy));
      const isStrict = lookup("security.istio.io/v1/PeerAuthentication", name).some((policy) => isStrictFor(policy)) || lookup("security.istio.io/v1beta1/PeerAuthentication", name).some((policy) => isStrictFor(policy));
      const isStrictAbove =
        lookup("security.istio.io/v1/PeerAuthentication").some((policy) => policy.metadata?.namespace === parameters.rootNamespace && isStrictFor(policy)) ||
        lookup("security.istio.io/v1beta1/PeerAuthentication").some((policy) => policy.metadata?.namespace === parameters.rootNamespace && isStrictFor(policy));
      const ofIstio = hasSidecars(labels) || isAmbient(labels);
      // Of two policies for one namespace Istio takes the older, which no object tells: one that lets in anybody may be it.
      if (ofIstio && (isOpen || (!isStrict && !isStrictAbove))) {
        deny(object, "metadata.labels", `namespace ${name} is in Istio's mesh, and no PeerAuthentication with the mode STRICT holds there; add one, or one for the whole mesh`, "b");
      }
    }

    if (pod !== undefined) {
      const annotations = pod.metadata?.annotations;
      const labels = pod.metadata?.labels;
      if (annotations?.["sidecar.istio.io/inject"] === "false") deny(pod, ["metadata", "annotations", "sidecar.istio.io/inject"], "the pod keeps out of its mesh, so that its connections are in clear; remove the annotation", "c");
      if (annotations?.["linkerd.io/inject"] === "disabled") deny(pod, ["metadata", "annotations", "linkerd.io/inject"], "the pod keeps out of its mesh, so that its connections are in clear; remove the annotation", "c");
      for (const key of ways) {
        const places = annotations?.[key] ?? "";
        if (places !== "") deny(pod, ["metadata", "annotations", key], `connections to ${places} go past the mesh, in clear; remove the annotation`, "c");
      }
      if (labels?.["sidecar.istio.io/inject"] === "false") deny(pod, ["metadata", "labels", "sidecar.istio.io/inject"], "the pod keeps out of its mesh, so that its connections are in clear; remove the label", "c");
      if (labels?.["istio.io/dataplane-mode"] === "none") deny(pod, ["metadata", "labels", "istio.io/dataplane-mode"], "the pod keeps out of its mesh, so that its connections are in clear; remove the label", "c");
    }
  },

  remediation: "Label the namespace for the mesh (istio-injection: enabled, istio.io/dataplane-mode: ambient, or Linkerd's annotation), start its pods anew, and set PeerAuthentication to STRICT; or turn on WireGuard in Cilium.",
  pass: [
    { name: "a namespace of Istio, with its own policy", object: namespaceWith("shop", { "istio-injection": "enabled" }), others: [peer("shop", "STRICT")] },
    { name: "a namespace of the ambient mode, under the policy of the mesh", object: namespaceWith("shop", { "istio.io/dataplane-mode": "ambient" }), others: [peer("istio-system", "STRICT"), peer("shop", "UNSET")] },
    { name: "a namespace under an older policy", object: namespaceWith("shop", { "istio.io/rev": "1-26" }), others: [{ ...peer("shop", "STRICT"), apiVersion: "security.istio.io/v1beta1" }] },
    { name: "a namespace under the older policy of a mesh elsewhere", parameters: { rootNamespace: "mesh" }, object: namespaceWith("shop", { "istio.io/rev": "1-26" }), others: [{ ...peer("mesh", "STRICT"), apiVersion: "security.istio.io/v1beta1" }] },
    { name: "a namespace of Linkerd", object: namespaceWith("shop", {}, { "linkerd.io/inject": "enabled" }) },
    { name: "nodes that encrypt, by WireGuard", object: namespaceWith("shop"), others: [settings({ "enable-wireguard": "true" })] },
    { name: "nodes that encrypt, by IPsec", object: namespaceWith("shop"), others: [settings({ "enable-ipsec": "true", "enable-wireguard": "false" })] },
    { name: "the cluster's own namespaces, and their pods", object: namespaceWith("kube-system") },
    { name: "a pod of theirs", object: { ...workload("DaemonSet", { containers: [containerWith({})] }, { annotations: { "sidecar.istio.io/inject": "false" } }), metadata: { name: "agent", namespace: "kube-system" } } },
    { name: "namespaces that a target lets off, by how their names begin", parameters: { exemptNamespaces: ["billing", "team-*"] }, object: namespaceWith("team-a") },
    { name: "one of them in a mesh that takes anybody", parameters: { exemptNamespaces: ["billing", "team-*"] }, object: namespaceWith("team-a", { "istio-injection": "enabled" }), others: [peer("team-a", "PERMISSIVE")] },
    { name: "a pod in one of them", parameters: { exemptNamespaces: ["billing", "team-*"] }, object: { ...outOfMesh, metadata: { name: "agent", namespace: "team-a" } } },
    { name: "a policy of the mesh, with an exception for some pods", object: namespaceWith("shop", { "istio-injection": "enabled" }), others: [peer("istio-system", "STRICT"), { ...peer("shop", "PERMISSIVE"), spec: { mtls: { mode: "PERMISSIVE" }, selector: { matchLabels: { app: "web" } } } }] },
    { name: "a pod that says it is in the mesh, and takes no way past it", object: workload("Pod", { containers: [containerWith({})] }, { labels: { "sidecar.istio.io/inject": "true", "istio.io/dataplane-mode": "ambient" }, annotations: { "linkerd.io/inject": "enabled", "traffic.sidecar.istio.io/excludeInboundPorts": "" } }) },
  ],
  fail: [
    { name: "a namespace that nothing encrypts", object: namespaceWith("shop"), others: [settings({ "enable-wireguard": "false" }), { ...settings({ "enable-wireguard": "true" }), metadata: { name: "other", namespace: "kube-system" } }], at: [{ finding: "a", path: "metadata.labels" }] },
    { name: "a namespace beside those that are let off", parameters: { exemptNamespaces: ["team-*"] }, object: namespaceWith("shop-team-a", { "istio-injection": "enabled" }), others: [peer("shop", "STRICT")], at: [{ finding: "b", path: "metadata.labels" }] },
    { name: "a namespace in nothing beside them", parameters: { exemptNamespaces: ["team-*"] }, object: namespaceWith("shop"), at: [{ finding: "a", path: "metadata.labels" }] },
    {
      name: "a pod beside those that are let off, which keeps out in every way",
      parameters: { exemptNamespaces: ["team-*", "billing"] },
      object: outOfMesh,
      at: [
        ...["sidecar.istio.io/inject", "linkerd.io/inject", "traffic.sidecar.istio.io/excludeInboundPorts"].map((key) => ({ finding: "c", path: `spec.template.metadata.annotations["${key}"]` })),
        ...["sidecar.istio.io/inject", "istio.io/dataplane-mode"].map((key) => ({ finding: "c", path: `spec.template.metadata.labels["${key}"]` })),
      ],
    },
    { name: "a mesh that is not accepted", parameters: { accept: ["linkerd"] }, object: namespaceWith("shop", { "istio.io/dataplane-mode": "ambient" }), others: [peer("shop", "STRICT"), settings({ "enable-wireguard": "true", "enable-ipsec": "true" })], at: [{ finding: "a", path: "metadata.labels" }] },
    { name: "sidecars and Linkerd that are not accepted", parameters: { accept: ["ambient"] }, object: namespaceWith("shop", { "istio-injection": "enabled" }, { "linkerd.io/inject": "enabled" }), others: [peer("shop", "STRICT")], at: [{ finding: "a", path: "metadata.labels" }] },
    { name: "a namespace of Istio without any policy", object: namespaceWith("shop", { "istio-injection": "enabled" }), others: [peer("billing", "STRICT")], at: [{ finding: "b", path: "metadata.labels" }] },
    { name: "a namespace that makes an exception of itself", object: namespaceWith("shop", { "istio-injection": "enabled" }), others: [peer("shop", "PERMISSIVE"), peer("istio-system", "STRICT")], at: [{ finding: "b", path: "metadata.labels" }] },
    {
      name: "two policies for one namespace, of which one lets in anybody",
      object: namespaceWith("shop", { "istio-injection": "enabled" }),
      others: [peer("shop", "STRICT"), { ...peer("shop", "PERMISSIVE"), metadata: { name: "second", namespace: "shop" } }],
      at: [{ finding: "b", path: "metadata.labels" }],
    },
    {
      name: "an older exception, and a policy for some pods alone",
      object: namespaceWith("shop", { "istio.io/dataplane-mode": "ambient" }),
      others: [{ ...peer("shop", "DISABLE"), apiVersion: "security.istio.io/v1beta1" }, peer("istio-system", "STRICT"), { ...peer("shop", "STRICT"), metadata: { name: "web", namespace: "shop" }, spec: { mtls: { mode: "STRICT" }, selector: { matchLabels: { app: "web" } } } }],
      at: [{ finding: "b", path: "metadata.labels" }],
    },
    {
      name: "pods that keep out, by annotations",
      object: workload("Deployment", { containers: [containerWith({})] }, { annotations: { "sidecar.istio.io/inject": "false", "linkerd.io/inject": "disabled", "traffic.sidecar.istio.io/excludeOutboundPorts": "5432" } }),
      at: ["sidecar.istio.io/inject", "linkerd.io/inject", "traffic.sidecar.istio.io/excludeOutboundPorts"].map((key) => ({ finding: "c", path: `spec.template.metadata.annotations["${key}"]` })),
    },
    {
      name: "a job that keeps out, by labels",
      object: workload("CronJob", { containers: [containerWith({})] }, { labels: { "sidecar.istio.io/inject": "false", "istio.io/dataplane-mode": "none" } }),
      at: ["sidecar.istio.io/inject", "istio.io/dataplane-mode"].map((key) => ({ finding: "c", path: `spec.jobTemplate.spec.template.metadata.labels["${key}"]` })),
    },
    { name: "a pod without a namespace", object: workload("Pod", { containers: [containerWith({})] }, { annotations: { "traffic.sidecar.istio.io/excludeOutboundIPRanges": "0.0.0.0/0" } }), at: [{ finding: "c", path: 'metadata.annotations["traffic.sidecar.istio.io/excludeOutboundIPRanges"]' }] },
  ],
});

/** A policy of Istio, of either version: what is asked here is the same in both. */
type PeerAuthentication = istiosecurityv1.PeerAuthentication | istiosecurityv1beta1.PeerAuthentication;

/** Whether a policy is for a whole namespace, or a whole mesh. */
const isForAll = (policy: PeerAuthentication): boolean => Object.keys(policy.spec?.selector?.matchLabels ?? {}).length === 0;

/** Whether a policy takes connections with certificates alone, for all that it holds for. */
const isStrictFor = (policy: PeerAuthentication): boolean => isForAll(policy) && policy.spec?.mtls?.mode === "STRICT";

/** Whether a policy says for a whole namespace that it takes others too. */
const opens = (policy: PeerAuthentication): boolean => isForAll(policy) && (policy.spec?.mtls?.mode === "PERMISSIVE" || policy.spec?.mtls?.mode === "DISABLE");

function peer(namespace: string, mode: "STRICT" | "PERMISSIVE" | "DISABLE" | "UNSET"): istiosecurityv1.PeerAuthentication {
  return { apiVersion: "security.istio.io/v1", kind: "PeerAuthentication", metadata: { name: "default", namespace }, spec: { mtls: { mode } } };
}

function settings(data: Readonly<Record<string, string>>): corev1.ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cilium-config", namespace: "kube-system" }, data };
}
