import { expect, it } from "vitest";
import { boundPolicies } from "../../src/backends/kubernetes/bound-policies.ts";
import { bindingOf } from "../../src/backends/kubernetes/policy.ts";
import type { MatchRule } from "../../src/ir/control.ts";

const pods: MatchRule = { form: "pod-bearing", kinds: [{ apiVersion: "v1", kind: "Pod" }] };
const roles: MatchRule = { form: "kinds", kinds: [{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role" }, { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" }] };
const namespaces: MatchRule = { form: "kinds", kinds: [{ apiVersion: "v1", kind: "Namespace" }] };
const exemption = (...globs: readonly string[]) => ({ namespaces: globs, reason: "a reason" });

it("binds one policy for all placements that name namespaces, and selects them by the label that the API server keeps", () => {
  const bound = boundPolicies("host-ports", pods, { placements: [{ stage: "audit" }, { stage: "enforce", namespaces: ["shop", "team-a"] }], exemptions: [exemption("kube-system")] });
  const notExempt = { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system"] };
  expect(bound).toEqual([
    {
      name: "host-ports.portcullis.dev",
      conditions: [],
      bindings: [
        { name: "host-ports.portcullis.dev", stage: "audit", matchResources: { namespaceSelector: { matchExpressions: [notExempt] } } },
        { name: "host-ports.enforce.portcullis.dev", stage: "enforce", matchResources: { namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["shop", "team-a"] }, notExempt] } } },
      ],
    },
  ]);
});

it("asks for globs in the conditions of a policy, which a placement by globs has for itself", () => {
  const bound = boundPolicies("host-ports", pods, { placements: [{ stage: "audit" }, { stage: "enforce", namespaces: ["team-*", "shop", "*-dev"] }], exemptions: [exemption("kube-*")] });
  const notExempt = { name: "namespace-not-exempt", expression: "!request.?namespace.orValue('').startsWith('kube-')" };
  expect(bound.map(({ bindings, ...policy }) => ({ ...policy, bindings: bindings.map(({ name }) => name) }))).toEqual([
    { name: "host-ports.portcullis.dev", conditions: [notExempt], bindings: ["host-ports.portcullis.dev"] },
    {
      name: "host-ports.enforce.portcullis.dev",
      conditions: [{ name: "namespace-in-force", expression: "request.?namespace.orValue('') in ['shop']\n|| request.?namespace.orValue('').startsWith('team-')\n|| request.?namespace.orValue('').endsWith('-dev')" }, notExempt],
      bindings: ["host-ports.enforce.portcullis.dev"],
    },
  ]);
});

it("leaves what has no namespace out of placements in namespaces, which selectors would not", () => {
  const excludeResourceRules = [{ apiGroups: ["rbac.authorization.k8s.io"], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["clusterroles"] }];
  const bound = boundPolicies("wildcard-rules", roles, { placements: [{ stage: "audit" }, { stage: "enforce", namespaces: ["*"] }], exemptions: [] });
  expect(bound.flatMap(({ bindings }) => bindings.map(({ matchResources }) => matchResources))).toEqual([undefined, { excludeResourceRules }]);
  expect(boundPolicies("roles", { form: "kinds", kinds: roles.kinds.slice(1) }, { placements: [{ stage: "enforce", namespaces: ["shop"] }], exemptions: [] })).toEqual([]);
});

it("asks a Namespace for its own name", () => {
  const [policy] = boundPolicies("pod-security-labels", namespaces, { placements: [{ stage: "enforce", namespaces: ["team-*"] }], exemptions: [] });
  expect(policy?.conditions).toEqual([{ name: "namespace-in-force", expression: "object.metadata.name.startsWith('team-')" }]);
});

it("writes who is exempt and why beside each binding, each on one line", () => {
  const exemptions = [{ namespaces: ["kube-system", "node-*"], reason: "node agents\nread host logs", owner: "platform@example.com", ticket: "PLAT-123", expires: "2027-03-31" }, exemption("shop")];
  const { metadata } = bindingOf("host-ports", "host-ports.portcullis.dev", { name: "host-ports.portcullis.dev", stage: "enforce" }, exemptions) as { readonly metadata: { readonly annotations: unknown } };
  expect(metadata.annotations).toEqual({
    "portcullis.dev/control": "host-ports",
    "portcullis.dev/exemption-1": "kube-system, node-*: node agents read host logs (owner platform@example.com, ticket PLAT-123, until 2027-03-31)",
    "portcullis.dev/exemption-2": "shop: a reason",
  });
});
