import { defineControl, globs, type istiosecurityv1, kinds, matchesAnyGlob, string } from "portcullis";
import { hasSidecars, isAmbient, isInLinkerd, namespaceWith, rootNamespace } from "./meshes.ts";

/** The attributes of Istio that say who calls. */
const callers = ["source.principal", "source.namespace", "source.serviceAccount", "source.ip", "remote.ip", "request.auth.principal", "request.auth.presenter", "request.auth.claims"];

export default defineControl({
  title: "A service mesh must say who may call what",
  description:
    "A certificate proves who calls, and stops nobody: until a policy names the callers, each pod of the mesh may call each other one, so that whoever has one of them has a way to all. A rule without callers, or for all of them, reads like a policy and is none.",
  severity: "medium",
  frameworks: { owasp: { "2022": ["K07"], "2025": ["K05"] }, seed: ["H31"] },
  match: kinds("security.istio.io/v1/AuthorizationPolicy", "security.istio.io/v1beta1/AuthorizationPolicy", "policy.linkerd.io/v1alpha1/MeshTLSAuthentication", "v1/Namespace"),
  parameters: {
    exemptNamespaces: globs({ default: ["istio-system", "linkerd"], description: "Namespaces that need no policy: those of the mesh itself." }),
    rootNamespace: string(rootNamespace),
  },
  findings: {
    a: "A rule of Istio lets everybody call",
    b: "Linkerd takes any client of the mesh",
    c: "A namespace of a mesh has no policy that says who may call",
  },

  check({ object, parameters, lookup, deny }) {
    if (object.kind === "AuthorizationPolicy" && (object.spec?.action ?? "ALLOW") === "ALLOW") {
      for (const rule of object.spec?.rules ?? []) {
        const asks = (rule.when ?? []).some((condition) => asksForCaller(condition));
        const sources = rule.from ?? [];
        if (sources.length === 0 && !asks) deny(rule, "from", "the rule names no caller, and lets in everybody; name principals or namespaces", "a");
        if (!asks && sources.some(({ source }) => !names(source))) deny(rule, "from", "the rule lets in callers whoever they are; name principals or namespaces", "a");
      }
    }

    if (object.kind === "MeshTLSAuthentication" && (object.spec?.identities ?? []).includes("*")) {
      deny(object, "spec.identities", "any client of the mesh is taken; name the accounts that may call", "b");
    }

    if (object.kind === "Namespace") {
      const name = object.metadata?.name ?? "";
      const ofIstio = hasSidecars(object.metadata?.labels) || isAmbient(object.metadata?.labels);
      const isLimited =
        lookup("security.istio.io/v1/AuthorizationPolicy", name).length > 0 || lookup("security.istio.io/v1beta1/AuthorizationPolicy", name).length > 0 ||
        lookup("security.istio.io/v1/AuthorizationPolicy").some(({ metadata }) => metadata?.namespace === parameters.rootNamespace) ||
        lookup("security.istio.io/v1beta1/AuthorizationPolicy").some(({ metadata }) => metadata?.namespace === parameters.rootNamespace);
      if (ofIstio && !matchesAnyGlob(name, parameters.exemptNamespaces) && !isLimited) deny(object, "metadata.labels", `namespace ${name} is in Istio's mesh, and no AuthorizationPolicy says who may call its pods; add one that allows nothing, and those that name callers`, "c");
      if (isInLinkerd(object.metadata?.annotations) && !matchesAnyGlob(name, parameters.exemptNamespaces) && lookup("policy.linkerd.io/v1alpha1/AuthorizationPolicy", name).length === 0) {
        deny(object, "metadata.annotations", `namespace ${name} is in Linkerd's mesh, and no AuthorizationPolicy says who may call its pods; add one for the namespace`, "c");
      }
    }
  },

  remediation: "Put an AuthorizationPolicy without rules into each namespace of the mesh, and one for each service that names the principals of its callers. In Istio's ambient mode rules about requests need a waypoint.",
  pass: [
    { name: "nobody at all, and callers by name", object: policy({}) },
    { name: "callers by their principals", object: policy({ action: "ALLOW", rules: [{ from: [{ source: { principals: ["cluster.local/ns/shop/sa/web"] } }, { source: { namespaces: ["billing"] } }] }] }) },
    { name: "callers by addresses, tokens and accounts", object: { ...policy({ rules: [{ from: [{ source: { ipBlocks: ["10.0.0.0/8"] } }, { source: { remoteIpBlocks: ["10.0.0.0/8"] } }, { source: { requestPrincipals: ["https://login.example.com/*"] } }, { source: { serviceAccounts: ["web"] } }] }] }), apiVersion: "security.istio.io/v1beta1" } },
    { name: "callers by a condition", object: policy({ rules: [{ when: [{ key: "request.headers[x-team]", values: ["shop"] }, { key: "request.auth.claims[groups]", values: ["shop"] }] }] }) },
    { name: "a rule that denies, which needs no callers", object: policy({ action: "DENY", rules: [{ to: [{ operation: { paths: ["/admin"] } }] }] }) },
    { name: "clients of Linkerd by name", object: { apiVersion: "policy.linkerd.io/v1alpha1", kind: "MeshTLSAuthentication", metadata: { name: "web", namespace: "shop" }, spec: { identities: ["web.shop.serviceaccount.identity.linkerd.cluster.local", "*.shop.serviceaccount.identity.linkerd.cluster.local"] } } },
    { name: "a namespace with a policy", object: namespaceWith("shop", { "istio-injection": "enabled" }), others: [policy({})] },
    { name: "a namespace under the policy of the whole mesh", object: namespaceWith("shop", { "istio.io/dataplane-mode": "ambient" }), others: [{ ...policy({}), metadata: { name: "all", namespace: "istio-system" } }] },
    { name: "namespaces under older policies", object: namespaceWith("shop", { "istio.io/rev": "1-26" }), others: [{ ...policy({}), apiVersion: "security.istio.io/v1beta1" }] },
    { name: "an older policy of the whole mesh, elsewhere", parameters: { rootNamespace: "mesh" }, object: namespaceWith("shop", { "istio.io/rev": "1-26" }), others: [{ ...policy({}), apiVersion: "security.istio.io/v1beta1", metadata: { name: "all", namespace: "mesh" } }] },
    { name: "a namespace of Linkerd with a policy", object: namespaceWith("shop", {}, { "linkerd.io/inject": "ingress" }), others: [linkerdPolicy("shop")] },
    { name: "the mesh itself, and namespaces in none", object: namespaceWith("istio-system", { "istio-injection": "enabled" }) },
    { name: "a namespace that keeps out of the mesh", object: namespaceWith("shop", { "istio-injection": "disabled", "istio.io/rev": "default", "istio.io/dataplane-mode": "none" }, { "linkerd.io/inject": "disabled" }) },
    { name: "namespaces of Linkerd that a target lets off", parameters: { exemptNamespaces: ["shop-*"] }, object: namespaceWith("shop-test", { "istio-injection": "enabled" }, { "linkerd.io/inject": "enabled" }) },
  ],
  fail: [
    { name: "a rule for everybody, as a first try has it", object: policy({ rules: [{}] }), at: [{ finding: "a", path: "spec.rules[0].from" }] },
    { name: "what may be called, and not by whom", object: policy({ action: "ALLOW", rules: [{ from: [{ source: { namespaces: ["shop"] } }] }, { from: [], to: [{ operation: { methods: ["GET"] } }] }] }), at: [{ finding: "a", path: "spec.rules[1].from" }] },
    {
      name: "callers whoever they are",
      object: {
        ...policy({ rules: [{ from: [{ source: { principals: ["*"] } }] }, { from: [{ source: { namespaces: ["shop", "*"] } }] }, { from: [{ source: { principals: ["cluster.local/ns/shop/sa/web"] } }, { source: { notNamespaces: ["test"] } }] }, { from: [{}] }, { from: [{ source: { principals: ["cluster.local/*"] } }] }, { from: [{ source: { ipBlocks: ["10.0.0.0/8", "0.0.0.0/0"] } }] }, { from: [{ source: { remoteIpBlocks: ["::/0"] } }] }] }),
        apiVersion: "security.istio.io/v1beta1",
      },
      at: [0, 1, 2, 3, 4, 5, 6].map((index) => ({ finding: "a", path: `spec.rules[${index}].from` })),
    },
    { name: "conditions that ask for no caller", object: policy({ rules: [{ when: [{ key: "request.headers[x-team]", values: ["shop"] }] }, { when: [{ key: "source.principal", values: ["*"] }] }, { when: [{ key: "source.namespace", notValues: ["test"] }] }] }), at: [0, 1, 2].map((index) => ({ finding: "a", path: `spec.rules[${index}].from` })) },
    { name: "any client of Linkerd's mesh", object: { apiVersion: "policy.linkerd.io/v1alpha1", kind: "MeshTLSAuthentication", metadata: { name: "all", namespace: "shop" }, spec: { identities: ["*"] } }, at: [{ finding: "b", path: "spec.identities" }] },
    { name: "a namespace without a policy, beside one with it", object: namespaceWith("shop", { "istio-injection": "enabled" }), others: [{ ...policy({}), metadata: { name: "web", namespace: "billing" } }], at: [{ finding: "c", path: "metadata.labels" }] },
    { name: "a namespace of the ambient mode, with policies of Linkerd alone", object: namespaceWith("shop", { "istio.io/dataplane-mode": "ambient" }), others: [linkerdPolicy("shop"), { ...policy({}), apiVersion: "security.istio.io/v1beta1", metadata: { name: "web", namespace: "billing" } }], at: [{ finding: "c", path: "metadata.labels" }] },
    { name: "a namespace by its revision", object: namespaceWith("shop", { "istio.io/rev": "canary", "istio-injection": "" }), others: [linkerdPolicy("billing")], at: [{ finding: "c", path: "metadata.labels" }] },
    { name: "a namespace of Linkerd, with policies of Istio and of others", object: namespaceWith("shop", {}, { "linkerd.io/inject": "enabled" }), others: [policy({}), linkerdPolicy("billing")], at: [{ finding: "c", path: "metadata.annotations" }] },
  ],
});

/** Whether a condition asks who calls, and takes only some. */
function asksForCaller({ key, values }: { readonly key?: string | undefined; readonly values?: readonly string[] | undefined }): boolean {
  return callers.includes((key ?? "").split("[")[0] ?? "") && (values ?? []).length > 0 && !(values ?? []).includes("*");
}

/** What stands for every address. */
const everywhere = ["0.0.0.0/0", "::/0"];

/** Whether a principal stands for everybody, in all trust domains or in one. */
const isAnybody = (principal: string): boolean => /^[^/]*\/?\*$/u.test(principal);

/** Whether a source says who calls: by a list of those who may, with nothing in it that stands for all of them. */
function names(source: istiosecurityv1.AuthorizationPolicySpecRulesFromSource | undefined): boolean {
  const principals = source?.principals ?? [];
  const namespaces = source?.namespaces ?? [];
  const addresses = [...(source?.ipBlocks ?? []), ...(source?.remoteIpBlocks ?? [])];
  const takesAll = principals.some(isAnybody) || namespaces.includes("*") || addresses.some((address) => everywhere.includes(address));
  return !takesAll && (addresses.length > 0 || principals.length > 0 || namespaces.length > 0 || (source?.serviceAccounts ?? []).length > 0 || (source?.requestPrincipals ?? []).length > 0);
}

function policy(spec: istiosecurityv1.AuthorizationPolicySpec): istiosecurityv1.AuthorizationPolicy {
  return { apiVersion: "security.istio.io/v1", kind: "AuthorizationPolicy", metadata: { name: "web", namespace: "shop" }, spec };
}

function linkerdPolicy(namespace: string) {
  return { apiVersion: "policy.linkerd.io/v1alpha1", kind: "AuthorizationPolicy", metadata: { name: "web", namespace }, spec: { targetRef: { kind: "Namespace", name: namespace } } } as const;
}
