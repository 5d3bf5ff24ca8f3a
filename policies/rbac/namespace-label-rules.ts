import { defineControl, fullNameOf, grants, grantsSubresource, kinds, strings } from "portcullis";
import { isBootstrapRole } from "./bootstrap-roles.ts";
import { clusterRole } from "./fixtures.ts";

const bootstrapRoles = [
  "cluster-admin",
  "system:controller:generic-garbage-collector",
  "system:controller:namespace-controller",
  "system:controller:storage-version-migrator-controller",
];

export default defineControl({
  title: "Roles must not grant changes of namespaces",
  description:
    "Labels of a namespace decide which Pod Security level holds in it, whom its network policies let in and which webhooks see it: whoever changes them lowers the guard of the namespace, and then starts a privileged pod there. RBAC cannot keep a change to other fields.",
  severity: "high",
  frameworks: {
    owasp: { "2022": ["K03"], "2025": ["K02", "K04"] },
  },
  match: kinds("rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"),
  parameters: {
    allowedRoles: strings({ default: [], description: "Roles that may change namespaces: the name of a ClusterRole, or namespace/name of a Role." }),
  },

  check({ object, parameters, kubernetesMinor, deny }) {
    const name = fullNameOf(object);
    if (parameters.allowedRoles.includes(name) || isBootstrapRole(name, bootstrapRoles, kubernetesMinor)) return;

    for (const rule of object.rules ?? []) {
      if (grants(rule, ["update", "patch"], [""], ["namespaces"]) || grantsSubresource(rule, ["update", "patch"], "", "namespaces", ["status", "finalize"])) {
        deny(rule, "resources", `${name} grants changes of namespaces, their labels among them; let a controller create and label namespaces`);
      }
    }
  },

  remediation: "Leave update and patch of namespaces to the controller or the platform team that creates them, and guard the labels with protected-labels.",
  pass: [
    {
      name: "creating and reading",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "tenant" },
        rules: [{ apiGroups: [""], resources: ["namespaces"], verbs: ["get", "list", "create", "delete"] }],
      },
    },
    {
      name: "namespaces of another API group, and a subresource that is none of theirs",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "vault-admin" },
        rules: [
          { apiGroups: ["vault.example.com"], resources: ["namespaces"], verbs: ["*"] },
          { apiGroups: [""], resources: ["pods/status", "namespaces/*"], verbs: ["patch"] },
        ],
      },
    },
    {
      name: "a Role that is allowed by namespace and name, which could change its own namespace",
      parameters: { allowedRoles: ["shop/owner"] },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "owner", namespace: "shop" },
        rules: [{ apiGroups: [""], resources: ["namespaces"], verbs: ["get", "patch"] }],
      },
    },
    {
      name: "a role that every API server creates",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "system:controller:namespace-controller", labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } },
        rules: [{ apiGroups: [""], resources: ["namespaces/finalize", "namespaces/status"], verbs: ["update"] }],
      },
    },
    {
      name: "the role of a controller that API servers create from 1.37 on",
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
    },
  ],
  fail: [
    {
      name: "patch beside what self-service needs",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "tenant" },
        rules: [{ apiGroups: [""], resources: ["namespaces"], verbs: ["get", "list", "create", "patch"] }],
      },
      at: ["rules[0].resources"],
    },
    {
      name: "the subresources, which write labels as well, by name and by star",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "finalizer" },
        rules: [
          { apiGroups: [""], resources: ["namespaces/finalize"], verbs: ["update"] },
          { apiGroups: [""], resources: ["namespaces/status"], verbs: ["patch"] },
          { apiGroups: ["*"], resources: ["*/status"], verbs: ["update"] },
        ],
      },
      at: ["rules[0].resources", "rules[1].resources", "rules[2].resources"],
    },
    {
      name: "everything in the core group, in a Role",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "owner", namespace: "shop" },
        rules: [{ apiGroups: [""], resources: ["*"], verbs: ["*"] }],
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
