import { defineControl, kinds, strings } from "portcullis";
import { clusterRoleBinding, group, serviceAccount, user } from "./fixtures.ts";
import { subjectName } from "./subjects.ts";

export default defineControl({
  title: "Workloads and broad roles must be bound in namespaces",
  description:
    "A ClusterRoleBinding gives its role in every namespace, those of tomorrow included: a service account that needs one namespace then opens all of them to whoever gets into its pod, and admin, edit or view in the whole cluster reach every tenant.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03"], "2025": ["K02"] },
    seed: ["L06", "P10", "T05"],
  },
  match: kinds("rbac.authorization.k8s.io/v1/ClusterRoleBinding"),
  parameters: {
    allowedBindings: strings({ default: [], description: "ClusterRoleBindings by name, such as those of operators that watch every namespace." }),
    exemptNamespaces: strings({ default: ["kube-system"], description: "Namespaces whose service accounts may be bound in the whole cluster." }),
  },
  findings: {
    a: "A service account is bound in the whole cluster",
    b: "A broad role is bound in the whole cluster",
  },

  check({ object, parameters, deny }) {
    const name = object.metadata?.name ?? "";
    if (parameters.allowedBindings.includes(name)) return;

    const role = object.roleRef.name;
    for (const [index, subject] of (object.subjects ?? []).entries()) {
      const account = subjectName(subject);
      if (account.startsWith("User/system:serviceaccount:") && !parameters.exemptNamespaces.some((namespace) => account.startsWith(`User/system:serviceaccount:${namespace}:`))) {
        deny(object, ["subjects", index], `${account} holds ${role} in every namespace; write a RoleBinding in the namespace where it is needed`, "a");
      }
    }
    if (["admin", "edit", "view"].includes(role)) {
      deny(object, "roleRef.name", `${name} gives ${role} in every namespace; write a RoleBinding in the namespace where it is needed`, "b");
    }
  },

  remediation: "Write a RoleBinding to the same ClusterRole in each namespace where it is needed.",
  pass: [
    { name: "a group and a narrow role of the cluster", object: clusterRoleBinding("node-readers", "node-reader", [group("operators"), user("alice")]) },
    { name: "a controller of the cluster itself", object: clusterRoleBinding("system:coredns", "system:coredns", [serviceAccount("kube-system", "coredns")]) },
    { name: "an operator that watches every namespace, allowed by name", parameters: { allowedBindings: ["cert-manager"] }, object: clusterRoleBinding("cert-manager", "cert-manager", [serviceAccount("cert-manager", "cert-manager")]) },
  ],
  fail: [
    {
      name: "a ClusterRoleBinding where one namespace would do",
      object: clusterRoleBinding("web-config-reader", "config-reader", [serviceAccount("shop", "web"), serviceAccount("kube-system-tools", "reader")]),
      at: [
        { finding: "a", path: "subjects[0]" },
        { finding: "a", path: "subjects[1]" },
      ],
    },
    {
      name: "a broad role for people, and an account by the name that it logs in with",
      object: clusterRoleBinding("developers", "edit", [group("developers"), user("system:serviceaccount:shop:deployer"), serviceAccount("kube-system", "deployer")]),
      at: [
        { finding: "a", path: "subjects[1]" },
        { finding: "b", path: "roleRef.name" },
      ],
    },
    {
      name: "view, and no namespace that is exempt",
      parameters: { exemptNamespaces: [] },
      object: clusterRoleBinding("viewers", "view", [serviceAccount("kube-system", "dashboard")]),
      at: [
        { finding: "a", path: "subjects[0]" },
        { finding: "b", path: "roleRef.name" },
      ],
    },
    { name: "admin for a group", object: clusterRoleBinding("admins", "admin", [group("operators")]), at: [{ finding: "b", path: "roleRef.name" }] },
  ],
});
