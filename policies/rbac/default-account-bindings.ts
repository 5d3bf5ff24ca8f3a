import { defineControl, kinds, strings } from "portcullis";
import { clusterRoleBinding, group, roleBinding, serviceAccount, user } from "./fixtures.ts";
import { subjectName } from "./subjects.ts";

export default defineControl({
  title: "Default service accounts must not be bound",
  description:
    "Every pod that names no service account runs as default. A role for it is a role for each of them, those that nobody thought of included: a shell in any pod of the namespace is enough to use it.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["5.1.5"] },
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03"], "2025": ["K02"] },
    seed: ["P05"],
  },
  match: kinds("rbac.authorization.k8s.io/v1/RoleBinding", "rbac.authorization.k8s.io/v1/ClusterRoleBinding"),
  parameters: {
    allowedNamespaces: strings({ default: [], description: "Namespaces whose default service account may be bound." }),
  },

  check({ object, parameters, deny }) {
    for (const [index, subject] of (object.subjects ?? []).entries()) {
      const name = subjectName(subject);
      if (name.startsWith("User/system:serviceaccount:") && name.endsWith(":default") && !parameters.allowedNamespaces.some((namespace) => name === `User/system:serviceaccount:${namespace}:default`)) {
        deny(object, ["subjects", index], `${name} is bound to ${object.roleRef.name}; bind an account that only the workload uses`);
      }
    }
  },

  remediation: "Create a service account for the workload, name it in the pod's serviceAccountName, and bind that one.",
  pass: [
    { name: "an account of the workload's own", object: roleBinding("web", "view", [serviceAccount("shop", "web")]) },
    { name: "users and groups that are called default, and an account with more in its name", object: clusterRoleBinding("readers", "view", [user("default"), group("default"), serviceAccount("shop", "default-deployer"), serviceAccount("shop", "my-default"), user("system:serviceaccount:default:web")]) },
    { name: "a namespace where that is allowed", parameters: { allowedNamespaces: ["legacy"] }, object: roleBinding("web", "view", [serviceAccount("legacy", "default"), user("system:serviceaccount:legacy:default")]) },
    { name: "no subjects", object: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "nobody" }, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" } } },
  ],
  fail: [
    { name: "the default account, to save the trouble of another", object: roleBinding("web", "edit", [serviceAccount("shop", "web"), serviceAccount("shop", "default")]), at: ["subjects[1]"] },
    { name: "in the whole cluster, and by the name that it logs in with", object: clusterRoleBinding("web", "view", [serviceAccount("default", "default"), user("system:serviceaccount:shop:default")]), at: ["subjects[0]", "subjects[1]"] },
    { name: "another namespace than the allowed one", parameters: { allowedNamespaces: ["legacy"] }, object: roleBinding("web", "view", [serviceAccount("legacy", "default"), serviceAccount("shop", "default")]), at: ["subjects[1]"] },
  ],
});
