import { boolean, defineControl, kinds } from "portcullis";

/** The roles that users are given by name, which every cluster has. */
const builtInRoles = ["cluster-admin", "admin", "edit", "view"] as const;

/** The Roles that every API server creates in namespaces of its own. Source: the same as in bootstrap-roles.ts. */
const builtInNamespacedRoles = [
  "kube-public/system:controller:bootstrap-signer",
  "kube-system/extension-apiserver-authentication-reader",
  "kube-system/system::leader-locking-kube-controller-manager",
  "kube-system/system::leader-locking-kube-scheduler",
  "kube-system/system:controller:bootstrap-signer",
  "kube-system/system:controller:cloud-provider",
  "kube-system/system:controller:token-cleaner",
] as const;

export default defineControl({
  title: "Bindings must not name what does not exist",
  description:
    "A binding to a role that is gone, or for a service account that is gone, grants nothing today. Whoever may create that name tomorrow inherits the grant: a role under it says what it likes, and a service account under it holds the power at once.",
  severity: "low",
  frameworks: {
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03"], "2025": ["K02"] },
    seed: ["H05"],
  },
  match: kinds("rbac.authorization.k8s.io/v1/RoleBinding", "rbac.authorization.k8s.io/v1/ClusterRoleBinding"),
  parameters: {
    completeInventory: boolean({
      default: false,
      description: "Whether the objects are all of a cluster's. If not, what every cluster has by itself (the built-in roles, the service account default) need not be among them, and messages speak of what was read.",
    }),
  },
  findings: {
    a: "The role does not exist",
    b: "A service account does not exist",
  },

  check({ object, parameters, lookup, deny }) {
    const what = parameters.completeInventory ? "does not exist" : "is not among the objects that were read";
    const own = object.metadata?.namespace ?? "default";
    const role = object.roleRef.name;
    const isBuiltIn = !parameters.completeInventory && builtInNamespacedRoles.some((name) => name === `${own}/${role}`);
    if (object.roleRef.kind === "Role" && !isBuiltIn && !lookup("rbac.authorization.k8s.io/v1/Role", own).some((other) => other.metadata?.name === role)) {
      deny(object, "roleRef.name", `Role ${role} of namespace ${own} ${what}; delete the binding or create the role`, "a");
    }
    const isKnown = !parameters.completeInventory && (builtInRoles.some((name) => name === role) || role.startsWith("system:"));
    if (object.roleRef.kind === "ClusterRole" && !isKnown && !lookup("rbac.authorization.k8s.io/v1/ClusterRole").some((other) => other.metadata?.name === role)) {
      deny(object, "roleRef.name", `ClusterRole ${role} ${what}; delete the binding or create the role`, "a");
    }

    for (const subject of object.subjects ?? []) {
      if (subject.kind !== "ServiceAccount" || (!parameters.completeInventory && subject.name === "default")) continue;
      const namespace = subject.namespace ?? own;
      if (!lookup("v1/ServiceAccount", namespace).some((account) => account.metadata?.name === subject.name)) {
        deny(subject, "name", `ServiceAccount ${subject.name} of namespace ${namespace} ${what}; delete the subject or create the account`, "b");
      }
    }
  },

  remediation: "Delete the binding, or the subject; create the role or the service account first where it is meant to exist.",
  pass: [
    {
      name: "a role and a service account that exist",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "deployer", namespace: "shop" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "deployer" },
        subjects: [{ kind: "ServiceAccount", name: "deployer" }, { kind: "ServiceAccount", name: "pipeline", namespace: "ci" }],
      },
      others: [
        { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "deployer", namespace: "shop" }, rules: [] },
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "deployer", namespace: "shop" } },
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "pipeline", namespace: "ci" } },
      ],
    },
    {
      name: "users and groups, which are no objects, and a role that every cluster has",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "auditors" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
        subjects: [
          { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "auditors" },
          { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "alice" },
          { kind: "ServiceAccount", name: "default", namespace: "audit" },
        ],
      },
    },
    {
      name: "a Role of kube-system that every API server creates",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "metrics-auth", namespace: "kube-system" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "extension-apiserver-authentication-reader" },
        subjects: [{ kind: "ServiceAccount", name: "metrics", namespace: "monitoring" }],
      },
      others: [{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "metrics", namespace: "monitoring" } }],
    },
    {
      name: "all that a cluster has",
      parameters: { completeInventory: true },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "auditors" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
        subjects: [{ kind: "ServiceAccount", name: "default", namespace: "audit" }],
      },
      others: [
        { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "view" }, rules: [] },
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "audit" } },
      ],
    },
  ],
  fail: [
    {
      name: "an account in a namespace that none can be called",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "pipeline-view" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
        subjects: [{ kind: "ServiceAccount", name: "pipeline", namespace: "ci/build" }],
      },
      others: [{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "pipeline", namespace: "ci" } }],
      at: [{ finding: "b", path: "subjects[0].name" }],
    },
    {
      name: "a Role by the name of one that every API server creates, in another namespace",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "metrics-auth", namespace: "monitoring" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "extension-apiserver-authentication-reader" },
        subjects: [{ kind: "ServiceAccount", name: "metrics", namespace: "monitoring" }],
      },
      others: [{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "metrics", namespace: "monitoring" } }],
      at: [{ finding: "a", path: "roleRef.name" }],
    },
    {
      name: "a Role that every API server creates, in a whole cluster that lacks it",
      parameters: { completeInventory: true },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "metrics-auth", namespace: "kube-system" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "extension-apiserver-authentication-reader" },
        subjects: [{ kind: "ServiceAccount", name: "metrics", namespace: "monitoring" }],
      },
      others: [{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "metrics", namespace: "monitoring" } }],
      at: [{ finding: "a", path: "roleRef.name" }],
    },
    {
      name: "a role of that name in another namespace, and a ClusterRole of that name",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "deployer", namespace: "shop" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "deployer" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "alice" }],
      },
      others: [
        { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "deployer", namespace: "web" }, rules: [] },
        { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "deployer" }, rules: [] },
      ],
      at: [{ finding: "a", path: "roleRef.name" }],
    },
    {
      name: "a ClusterRole that is gone, and an account of another namespace",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "operator" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "operator" },
        subjects: [
          { kind: "ServiceAccount", name: "operator", namespace: "operators" },
          { kind: "ServiceAccount", name: "helper", namespace: "operators" },
        ],
      },
      others: [
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "operator", namespace: "shop" } },
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "helper", namespace: "operators" } },
      ],
      at: [
        { finding: "a", path: "roleRef.name" },
        { finding: "b", path: "subjects[0].name" },
      ],
    },
    {
      name: "a built-in role and the account default, which a whole cluster would have",
      parameters: { completeInventory: true },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "viewers", namespace: "gone" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
        subjects: [{ kind: "ServiceAccount", name: "default", namespace: "gone" }],
      },
      others: [{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "shop" } }],
      at: [
        { finding: "a", path: "roleRef.name" },
        { finding: "b", path: "subjects[0].name" },
      ],
    },
  ],
});
