import { choices, defineControl, kinds, strings } from "portcullis";
import { clusterRole } from "./fixtures.ts";

const builtIn = ["admin", "edit", "view"] as const;

/** What every API server creates with these labels; see bootstrap-roles.ts. */
const bootstrapRoles = ["edit", "system:aggregate-to-admin", "system:aggregate-to-edit", "system:aggregate-to-view", "view"];

export default defineControl({
  title: "Built-in roles must not be widened by aggregation",
  description:
    "A ClusterRole with an aggregation label adds its rules to admin, edit or view, for everybody who holds them already, in every namespace: a chart that brings one hands out rights that nobody granted. An empty selector gathers every role of the cluster.",
  severity: "high",
  frameworks: {
    owasp: { "2022": ["K03"], "2025": ["K02"] },
  },
  match: kinds("rbac.authorization.k8s.io/v1/ClusterRole"),
  parameters: {
    allowedRoles: strings({ default: [], description: "ClusterRoles by name that may widen the built-in ones." }),
    targets: choices(builtIn, { default: builtIn, description: "Built-in ClusterRoles that nothing must widen." }),
  },
  findings: {
    a: "A ClusterRole adds its rules to a built-in one",
    b: "An aggregated ClusterRole gathers the rules of every other",
  },

  check({ object, parameters, deny }) {
    const name = object.metadata?.name ?? "";
    if (!parameters.allowedRoles.includes(name) && !bootstrapRoles.includes(name)) {
      for (const target of parameters.targets) {
        const label = `rbac.authorization.k8s.io/aggregate-to-${target}`;
        if (object.metadata?.labels?.[label] === "true") deny(object, ["metadata", "labels", label], `${name} adds its rules to ${target}; remove the label, and bind ${name} to those who need it`, "a");
      }
    }
    for (const [index, selector] of (object.aggregationRule?.clusterRoleSelectors ?? []).entries()) {
      if (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0) {
        deny(object, ["aggregationRule", "clusterRoleSelectors", index], `${name} gathers the rules of every ClusterRole; select by a label of your own`, "b");
      }
    }
  },

  remediation: "Remove the label rbac.authorization.k8s.io/aggregate-to-…, and bind the role itself; give each selector of an aggregationRule a label.",
  pass: [
    { name: "a role that adds to one of the team.s own", object: clusterRole("shop-reader", [{ apiGroups: ["shop.example.com"], resources: ["carts"], verbs: ["get"] }], { labels: { "rbac.example.com/aggregate-to-monitoring": "true" } }) },
    {
      name: "an aggregated role that selects by labels",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "monitoring" },
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { "rbac.example.com/aggregate-to-monitoring": "true" } }, { matchExpressions: [{ key: "team", operator: "Exists" }] }] },
      },
    },
    { name: "another value than true does nothing", object: clusterRole("shop-reader", [{ apiGroups: ["shop.example.com"], resources: ["carts"], verbs: ["get"] }], { labels: { "rbac.authorization.k8s.io/aggregate-to-view": "false" } }) },
    { name: "a part of the built-in roles", object: clusterRole("system:aggregate-to-view", [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }], { labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" } }) },
    { name: "a role that is allowed by name", parameters: { allowedRoles: ["carts-view"] }, object: clusterRole("carts-view", [{ apiGroups: ["shop.example.com"], resources: ["carts"], verbs: ["get"] }], { labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" } }) },
    { name: "a target that does not count", parameters: { targets: ["admin", "edit"] }, object: clusterRole("carts-view", [{ apiGroups: ["shop.example.com"], resources: ["carts"], verbs: ["get"] }], { labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" } }) },
  ],
  fail: [
    {
      name: "a chart that widens two of them",
      object: clusterRole("carts-admin", [{ apiGroups: ["shop.example.com"], resources: ["*"], verbs: ["*"] }], { labels: { "rbac.authorization.k8s.io/aggregate-to-admin": "true", "rbac.authorization.k8s.io/aggregate-to-edit": "true" } }),
      at: [
        { finding: "a", path: 'metadata.labels["rbac.authorization.k8s.io/aggregate-to-admin"]' },
        { finding: "a", path: 'metadata.labels["rbac.authorization.k8s.io/aggregate-to-edit"]' },
      ],
    },
    {
      name: "a name like those of the built-in parts",
      object: clusterRole("system:aggregate-to-view-secrets", [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }], { labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true", "kubernetes.io/bootstrapping": "rbac-defaults" } }),
      at: [{ finding: "a", path: 'metadata.labels["rbac.authorization.k8s.io/aggregate-to-view"]' }],
    },
    {
      name: "selectors that hold for every role",
      parameters: { allowedRoles: ["everything"] },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "everything" },
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { team: "shop" } }, {}, { matchLabels: {}, matchExpressions: [] }] },
      },
      at: [
        { finding: "b", path: "aggregationRule.clusterRoleSelectors[1]" },
        { finding: "b", path: "aggregationRule.clusterRoleSelectors[2]" },
      ],
    },
  ],
});
