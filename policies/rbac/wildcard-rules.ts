import { boolean, defineControl, fullNameOf, kinds, strings } from "portcullis";
import { isBootstrapRole } from "./bootstrap-roles.ts";
import { clusterRole } from "./fixtures.ts";

const bootstrapRoles = [
  "cluster-admin",
  "system:controller:disruption-controller",
  "system:controller:generic-garbage-collector",
  "system:controller:horizontal-pod-autoscaler",
  "system:controller:namespace-controller",
  "system:controller:resourcequota-controller",
  "system:controller:storage-version-migrator-controller",
  "system:kube-controller-manager",
  "system:kubelet-api-admin",
];

export default defineControl({
  title: "Roles must not grant wildcards",
  description:
    "A wildcard grants what exists today and whatever is added tomorrow: verbs such as escalate and impersonate, or resources such as secrets, come along unseen, and who holds one such rule is often one step from the whole cluster.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["5.1.3"] },
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03"], "2025": ["K02"] },
    seed: ["H05", "L08", "P01", "P02", "P03"],
  },
  match: kinds("rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"),
  parameters: {
    allowedRoles: strings({
      default: [],
      description: "Roles that may grant wildcards: the name of a ClusterRole, or namespace/name of a Role. Whole names only, since whoever writes a role can choose its prefix and labels.",
    }),
    allowSubresourceWildcard: boolean({ default: false, description: "Whether a rule may name one subresource of every resource, such as */scale." }),
  },
  findings: {
    a: "A rule grants every verb",
    b: "A rule covers every resource",
    c: "A rule covers every API group",
    d: "A rule covers every path outside the API's resources",
  },

  check({ object, parameters, kubernetesMinor, deny }) {
    const name = fullNameOf(object);
    if (parameters.allowedRoles.includes(name) || isBootstrapRole(name, bootstrapRoles, kubernetesMinor)) return;

    for (const rule of object.rules ?? []) {
      for (const [index, verb] of (rule.verbs ?? []).entries()) {
        if (verb === "*") deny(rule, ["verbs", index], `${name} grants every verb; list the verbs`, "a");
      }
      for (const [index, resource] of (rule.resources ?? []).entries()) {
        if (resource === "*") deny(rule, ["resources", index], `${name} covers every resource of the groups that it names; list the resources`, "b");
        if (resource.startsWith("*/") && !parameters.allowSubresourceWildcard) {
          deny(rule, ["resources", index], `${name} covers ${resource} of every resource; list the resources`, "b");
        }
      }
      for (const [index, group] of (rule.apiGroups ?? []).entries()) {
        if (group === "*") deny(rule, ["apiGroups", index], `${name} covers every API group; list the groups`, "c");
      }
      for (const [index, url] of (rule.nonResourceURLs ?? []).entries()) {
        if (coversEveryPath(url)) deny(rule, ["nonResourceURLs", index], `${name} covers every path (${url}); list the paths`, "d");
      }
    }
  },

  remediation: "List the verbs, resources, API groups and paths that are needed.",
  pass: [
    {
      name: "a role that lists what it needs",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "deployer", namespace: "shop" },
        rules: [{ apiGroups: ["apps"], resources: ["deployments", "deployments/scale"], verbs: ["get", "list", "patch"] }],
      },
    },
    { name: "no rules", object: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "empty" }, rules: [] } },
    {
      name: "an aggregated role, whose rules a controller writes",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "monitoring" },
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { "rbac.example.com/aggregate-to-monitoring": "true" } }] },
      },
    },
    {
      name: "the paths under one prefix, and the empty name of the core group",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "health" },
        rules: [
          { nonResourceURLs: ["/healthz", "/healthz/*"], verbs: ["get"] },
          { apiGroups: [""], resources: ["nodes"], verbs: ["get"] },
        ],
      },
    },
    {
      name: "a role that is allowed by name, and one subresource of everything",
      parameters: { allowedRoles: ["gitops/deployer"] },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "deployer", namespace: "gitops" },
        rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
      },
    },
    {
      name: "a role that every API server creates",
      object: clusterRole("system:controller:generic-garbage-collector", [{ apiGroups: ["*"], resources: ["*"], verbs: ["delete", "get", "list", "patch", "update", "watch"] }]),
    },
    {
      name: "the scale of everything, where that is allowed",
      parameters: { allowSubresourceWildcard: true },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "autoscaler" },
        rules: [{ apiGroups: ["apps"], resources: ["*/scale"], verbs: ["get", "update"] }],
      },
    },
    {
      name: "the role of a controller that API servers create from 1.37 on",
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
    },
  ],
  fail: [
    {
      name: "the master key: system names and the bootstrap label excuse nothing",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "system:operator", labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } },
        rules: [
          { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
          { nonResourceURLs: ["*"], verbs: ["*"] },
        ],
      },
      at: [
        { finding: "a", path: "rules[0].verbs[0]" },
        { finding: "b", path: "rules[0].resources[0]" },
        { finding: "c", path: "rules[0].apiGroups[0]" },
        { finding: "a", path: "rules[1].verbs[0]" },
        { finding: "d", path: "rules[1].nonResourceURLs[0]" },
      ],
    },
    {
      name: "a wildcard behind listed words, in a later rule",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "deployer", namespace: "shop" },
        rules: [
          { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
          { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "*"] },
        ],
      },
      at: [{ finding: "a", path: "rules[1].verbs[1]" }],
    },
    {
      name: "one subresource of every resource",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "autoscaler" },
        rules: [{ apiGroups: ["apps"], resources: ["deployments", "*/scale"], verbs: ["get", "update"] }],
      },
      at: [{ finding: "b", path: "rules[0].resources[1]" }],
    },
    {
      name: "/* is every path as well",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "prober" },
        rules: [{ nonResourceURLs: ["/healthz", "/*"], verbs: ["get"] }],
      },
      at: [{ finding: "d", path: "rules[0].nonResourceURLs[1]" }],
    },
    {
      name: "a Role is not allowed by the name of a ClusterRole",
      parameters: { allowedRoles: ["deployer"] },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "deployer", namespace: "shop" },
        rules: [{ apiGroups: ["batch"], resources: ["*"], verbs: ["get"] }],
      },
      at: [{ finding: "b", path: "rules[0].resources[0]" }],
    },
    {
      name: "the role of a controller that API servers create from 1.37 on, in an older cluster",
      kubernetesMinor: 36,
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
      at: [{ finding: "b", path: "rules[0].resources[0]" }, { finding: "c", path: "rules[0].apiGroups[0]" }],
    },
  ],
});

/** Whether a path of a rule covers all paths: the stars at its end are dropped, and it then covers what starts with the rest. */
function coversEveryPath(url: string): boolean {
  return /^\/?\*+$/.test(url);
}
