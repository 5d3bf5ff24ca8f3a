import { boolean, defineControl, fullNameOf, grants, kinds, strings } from "portcullis";
import { isBootstrapRole } from "./bootstrap-roles.ts";
import { clusterRole } from "./fixtures.ts";

const bootstrapRoles = [
  "admin",
  "cluster-admin",
  "edit",
  "kube-system/system:controller:bootstrap-signer",
  "kube-system/system:controller:token-cleaner",
  "system:aggregate-to-edit",
  "system:controller:generic-garbage-collector",
  "system:controller:namespace-controller",
  "system:controller:resourcequota-controller",
  "system:controller:storage-version-migrator-controller",
  "system:kube-controller-manager",
  "system:node",
];

export default defineControl({
  title: "Roles must not grant reading of Secrets at large",
  description:
    "Whoever reads Secrets takes over what they open: databases, clouds, other clusters, and every service account that has a token in one. The verbs list and watch return the contents of all of them, not only their names.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["5.1.2"] },
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03", "K08"], "2025": ["K02", "K03"] },
    seed: ["P09"],
  },
  match: kinds("rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"),
  parameters: {
    allowedRoles: strings({ default: [], description: "Roles that may read Secrets: the name of a ClusterRole, or namespace/name of a Role." }),
    allowNamedGet: boolean({ default: true, description: "Whether a rule may grant get on Secrets that it names under resourceNames." }),
  },

  check({ object, parameters, kubernetesMinor, deny }) {
    const name = fullNameOf(object);
    if (parameters.allowedRoles.includes(name) || isBootstrapRole(name, bootstrapRoles, kubernetesMinor)) return;

    for (const rule of object.rules ?? []) {
      if (grants(rule, ["list", "watch"], [""], ["secrets"])) {
        deny(rule, "resources", `${name} grants list or watch on Secrets, which give all of their contents; grant get, and name the Secrets under resourceNames`);
      } else if (grants(rule, ["get"], [""], ["secrets"]) && !(parameters.allowNamedGet && (rule.resourceNames ?? []).length > 0)) {
        deny(rule, "resources", `${name} grants get on every Secret; name the Secrets under resourceNames`);
      }
    }
  },

  remediation: "Grant get alone, with the names of the Secrets under resourceNames, or mount the Secret into the pod that needs it.",
  pass: [
    {
      name: "one Secret by its name",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "web", namespace: "shop" },
        rules: [
          { apiGroups: [""], resources: ["secrets"], resourceNames: ["web-tls"], verbs: ["get"] },
          { apiGroups: [""], resources: ["configmaps", "services"], verbs: ["get", "list", "watch"] },
        ],
      },
    },
    {
      name: "writing without reading, and secrets of another API group",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "certificate-writer" },
        rules: [
          { apiGroups: [""], resources: ["secrets"], verbs: ["create", "update", "patch"] },
          { apiGroups: ["vault.example.com"], resources: ["secrets"], verbs: ["get", "list"] },
        ],
      },
    },
    {
      name: "the words are there, but no rule holds all three",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "split", namespace: "shop" },
        rules: [
          { apiGroups: [""], resources: ["configmaps"], verbs: ["list"] },
          { apiGroups: [""], resources: ["secrets"], verbs: ["delete"] },
          { apiGroups: ["apps"], resources: ["*"], verbs: ["get"] },
        ],
      },
    },
    {
      name: "a role that every API server creates",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "system:aggregate-to-edit", labels: { "kubernetes.io/bootstrapping": "rbac-defaults", "rbac.authorization.k8s.io/aggregate-to-edit": "true" } },
        rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"] }],
      },
    },
    {
      name: "an operator that is allowed by name",
      parameters: { allowedRoles: ["external-secrets"] },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "external-secrets" },
        rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["*"] }],
      },
    },
    {
      name: "the role of a controller that API servers create from 1.37 on",
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
    },
  ],
  fail: [
    {
      name: "all Secrets of a namespace",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "web", namespace: "shop" },
        rules: [{ apiGroups: [""], resources: ["configmaps", "secrets"], verbs: ["get"] }],
      },
      at: ["rules[0].resources"],
    },
    {
      name: "list and watch by name, which give the contents as well, and a star that holds them",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "reloader", namespace: "shop" },
        rules: [
          { apiGroups: [""], resources: ["secrets"], resourceNames: ["web-tls"], verbs: ["get", "list"] },
          { apiGroups: [""], resources: ["secrets"], resourceNames: ["web-tls"], verbs: ["watch"] },
          { apiGroups: [""], resources: ["secrets"], resourceNames: ["web-tls"], verbs: ["*"] },
        ],
      },
      at: ["rules[0].resources", "rules[1].resources", "rules[2].resources"],
    },
    {
      name: "wildcards of each kind, and an empty list of names, which names nothing",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "monitoring", labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } },
        rules: [
          { apiGroups: ["*"], resources: ["secrets"], verbs: ["list"] },
          { apiGroups: ["", "apps"], resources: ["*"], verbs: ["watch"] },
          { apiGroups: [""], resources: ["secrets"], resourceNames: [], verbs: ["*"] },
        ],
      },
      at: ["rules[0].resources", "rules[1].resources", "rules[2].resources"],
    },
    {
      name: "a Secret by its name, where even that is too much",
      parameters: { allowNamedGet: false, allowedRoles: ["web"] },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "web", namespace: "shop" },
        rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["web-tls"], verbs: ["get"] }],
      },
      at: ["rules[0].resources"],
    },
    {
      name: "the role of a controller that API servers create from 1.37 on, in an older cluster",
      kubernetesMinor: 36,
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
      at: ["rules[0].resources"],
    },
  ],
});
