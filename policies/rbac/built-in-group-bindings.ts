import { defineControl, fullNameOf, kinds, strings } from "portcullis";
import { clusterRoleBinding, group, roleBinding, serviceAccount, user } from "./fixtures.ts";

export default defineControl({
  title: "Built-in groups must not be bound",
  description:
    "Members of system:masters pass every check and cannot be stopped; system:unauthenticated is anybody who reaches the API server, and system:authenticated or system:serviceaccounts is everybody and every pod. A role for one of them is a role for the first intruder.",
  severity: "critical",
  frameworks: {
    cis: { "1.12": ["5.1.7(a)"] },
    nsa: { "1.2": ["auth/anonymous", "rbac/least"] },
    owasp: { "2022": ["K03", "K06"], "2025": ["K02", "K09"] },
    seed: ["H04"],
  },
  match: kinds("rbac.authorization.k8s.io/v1/RoleBinding", "rbac.authorization.k8s.io/v1/ClusterRoleBinding"),
  parameters: {
    allowedBindings: strings({
      default: [
        "cluster-admin",
        "system:basic-user",
        "system:discovery",
        "system:public-info-viewer",
        "system:service-account-issuer-discovery",
        "system:cluster-trust-bundle-discovery",
        "kube-public/kubeadm:bootstrap-signer-clusterinfo",
      ],
      description: "Bindings that may name these groups, while they bind the role that has their own name: the name of a ClusterRoleBinding, or namespace/name of a RoleBinding.",
    }),
  },
  findings: {
    a: "The group of those who may do everything is bound",
    b: "Anybody who is not logged in is bound",
    c: "Everybody who is logged in, or every service account, is bound",
  },

  check({ object, parameters, deny }) {
    const name = fullNameOf(object);
    // Name and role together: another role under a name that is excused is nobody's bootstrap binding.
    const isAllowed = parameters.allowedBindings.includes(name) && object.roleRef.name === object.metadata?.name;

    for (const [index, subject] of (object.subjects ?? []).entries()) {
      const isGroup = subject.kind === "Group";
      if (isGroup && subject.name === "system:masters" && !(isAllowed && name === "cluster-admin")) {
        deny(object, ["subjects", index], `${name} binds system:masters, whose members pass every check; bind a group of your own`, "a");
      }
      // What is right for discovery is wrong for the master key.
      if (isAllowed && name !== "cluster-admin") continue;
      if ((isGroup && subject.name === "system:unauthenticated") || (subject.kind === "User" && subject.name === "system:anonymous")) {
        deny(object, ["subjects", index], `${name} binds ${subject.name}, anybody who reaches the API server; bind a group of your own`, "b");
      }
      if (isGroup && (["system:authenticated", "system:serviceaccounts"].includes(subject.name) || subject.name.startsWith("system:serviceaccounts:"))) {
        deny(object, ["subjects", index], `${name} binds ${subject.name}, whoever that may be some day; bind a group or service account of your own`, "c");
      }
    }
  },

  remediation: "Bind groups of your identity provider, or single service accounts.",
  pass: [
    { name: "groups and accounts of one's own", object: roleBinding("readers", "view", [group("shop-developers"), serviceAccount("shop", "web"), user("alice")]) },
    { name: "what every API server creates", object: clusterRoleBinding("system:public-info-viewer", "system:public-info-viewer", [group("system:authenticated"), group("system:unauthenticated")]) },
    { name: "the binding of the administrators", object: clusterRoleBinding("cluster-admin", "cluster-admin", [group("system:masters")]) },
    {
      name: "what kubeadm creates",
      object: roleBinding("kubeadm:bootstrap-signer-clusterinfo", "kubeadm:bootstrap-signer-clusterinfo", [user("system:anonymous")], { namespace: "kube-public", kind: "Role" }),
    },
    { name: "names that only begin like those, and other kinds of subjects", object: roleBinding("readers", "view", [group("system:authenticated-users"), group("non-system:serviceaccounts:shop"), user("system:masters"), group("system:anonymous"), serviceAccount("shop", "system:authenticated")]) },
    { name: "a binding that is allowed by name", parameters: { allowedBindings: ["shop/view"] }, object: roleBinding("view", "view", [group("system:serviceaccounts:shop")]) },
  ],
  fail: [
    {
      name: "everybody, to make it work",
      object: clusterRoleBinding("permissive-binding", "cluster-admin", [group("system:masters"), group("system:unauthenticated"), user("system:anonymous"), group("system:authenticated"), group("system:serviceaccounts")]),
      at: [
        { finding: "a", path: "subjects[0]" },
        { finding: "b", path: "subjects[1]" },
        { finding: "b", path: "subjects[2]" },
        { finding: "c", path: "subjects[3]" },
        { finding: "c", path: "subjects[4]" },
      ],
    },
    {
      name: "every account of a namespace, for one role in it",
      object: roleBinding("readers", "view", [group("system:serviceaccounts:shop")]),
      at: [{ finding: "c", path: "subjects[0]" }],
    },
    {
      name: "a name that is excused, with another role",
      object: clusterRoleBinding("system:discovery", "view", [group("system:authenticated")]),
      at: [{ finding: "c", path: "subjects[0]" }],
    },
    {
      name: "a stranger in the binding of the administrators",
      object: clusterRoleBinding("cluster-admin", "cluster-admin", [group("system:masters"), group("system:unauthenticated")]),
      at: [{ finding: "b", path: "subjects[1]" }],
    },
    {
      name: "the administrators in another binding that is excused",
      object: clusterRoleBinding("system:basic-user", "system:basic-user", [group("system:authenticated"), group("system:masters")]),
      at: [{ finding: "a", path: "subjects[1]" }],
    },
  ],
});
