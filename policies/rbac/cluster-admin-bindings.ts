import { defineControl, kinds, type rbacv1, strings } from "portcullis";
import { clusterRoleBinding, group, roleBinding, serviceAccount, user } from "./fixtures.ts";
import { subjectName } from "./subjects.ts";

export default defineControl({
  title: "Nobody must be bound to cluster-admin",
  description:
    "Who holds cluster-admin holds everything, through every namespace and past every other control. A service account that holds it hands the cluster to whoever gets into one of its pods.",
  severity: "critical",
  frameworks: {
    cis: { "1.12": ["5.1.1"] },
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03"], "2025": ["K02"] },
    seed: ["H05", "P04"],
  },
  match: kinds("rbac.authorization.k8s.io/v1/RoleBinding", "rbac.authorization.k8s.io/v1/ClusterRoleBinding"),
  parameters: {
    roles: strings({ default: ["cluster-admin"], description: "ClusterRoles that nobody must be bound to." }),
    allowedSubjects: strings({ default: [], description: "Who may be bound to them: Group/operators, User/alice, User/system:serviceaccount:namespace:name." }),
  },
  findings: {
    a: "A service account holds the role",
    b: "Somebody holds the role who is not on the list",
  },

  check({ object, parameters, deny }) {
    const { roleRef } = object;
    if (roleRef.kind !== "ClusterRole" || !parameters.roles.includes(roleRef.name)) return;

    for (const [index, subject] of (object.subjects ?? []).entries()) {
      const name = subjectName(subject);
      if (parameters.allowedSubjects.includes(name)) continue;
      if (name.startsWith("User/system:serviceaccount:")) deny(object, ["subjects", index], `${name} is bound to ${roleRef.name}; bind it to a role that lists what it needs`, "a");
      else if (!isBootstrapBinding(object)) deny(object, ["subjects", index], `${name} is bound to ${roleRef.name}; bind a role that lists what is needed`, "b");
    }
  },

  remediation: "Bind a Role or ClusterRole that lists what is needed, in the namespaces where it is needed.",
  pass: [
    { name: "the binding that every API server creates", object: clusterRoleBinding("cluster-admin", "cluster-admin", [group("system:masters")]) },
    { name: "other roles", object: roleBinding("deployers", "edit", [group("shop-developers"), serviceAccount("shop", "deployer")]) },
    { name: "a Role that only has the name", object: roleBinding("owners", "cluster-admin", [group("shop-developers")], { kind: "Role" }) },
    { name: "a binding without subjects", object: clusterRoleBinding("nobody", "cluster-admin", []) },
    {
      name: "subjects that are allowed, by whichever name they are bound",
      parameters: { allowedSubjects: ["Group/platform-admins", "User/system:serviceaccount:gitops:controller"] },
      object: clusterRoleBinding("platform", "cluster-admin", [group("platform-admins"), serviceAccount("gitops", "controller"), user("system:serviceaccount:gitops:controller")]),
    },
    { name: "roles of one's own choice", parameters: { roles: ["platform-owner"] }, object: clusterRoleBinding("admins", "cluster-admin", [user("alice")]) },
  ],
  fail: [
    {
      name: "a workload with the master key, as guides for dashboards have it",
      object: clusterRoleBinding("dashboard", "cluster-admin", [serviceAccount("kubernetes-dashboard", "admin-user")]),
      at: [{ finding: "a", path: "subjects[0]" }],
    },
    {
      name: "in one namespace, by the name that it logs in with",
      object: roleBinding("deployer", "cluster-admin", [user("system:serviceaccount:shop:deployer"), group("shop-developers")]),
      at: [
        { finding: "a", path: "subjects[0]" },
        { finding: "b", path: "subjects[1]" },
      ],
    },
    {
      name: "a second subject in the binding that every API server creates",
      object: clusterRoleBinding("cluster-admin", "cluster-admin", [group("system:masters"), user("mallory")]),
      at: [
        { finding: "b", path: "subjects[0]" },
        { finding: "b", path: "subjects[1]" },
      ],
    },
    {
      name: "the name of that binding, in a namespace",
      object: roleBinding("cluster-admin", "cluster-admin", [group("system:masters")]),
      at: [{ finding: "b", path: "subjects[0]" }],
    },
    {
      name: "the name of that binding with another subject",
      object: clusterRoleBinding("cluster-admin", "cluster-admin", [user("system:masters")]),
      at: [{ finding: "b", path: "subjects[0]" }],
    },
    {
      name: "that subject under another name",
      object: clusterRoleBinding("admins", "cluster-admin", [group("system:masters")]),
      at: [{ finding: "b", path: "subjects[0]" }],
    },
  ],
});

/** Whether this is the binding that every API server creates, with nobody added to it. */
function isBootstrapBinding(binding: rbacv1.RoleBinding | rbacv1.ClusterRoleBinding): boolean {
  return (
    binding.kind === "ClusterRoleBinding" &&
    binding.metadata?.name === "cluster-admin" &&
    binding.roleRef.name === "cluster-admin" &&
    (binding.subjects ?? []).every((subject) => subject.kind === "Group" && subject.name === "system:masters")
  );
}
