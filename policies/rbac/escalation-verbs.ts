import { defineControl, fullNameOf, grants, kinds, namesAny, type rbacv1, strings } from "portcullis";
import { clusterRole, role } from "./fixtures.ts";

/** What every API server creates and holds these by design; see bootstrap-roles.ts. */
const bootstrapRoles = ["admin", "cluster-admin", "edit", "system:aggregate-to-edit", "system:controller:clusterrole-aggregation-controller"];

export default defineControl({
  title: "Roles must not grant escalate, bind or impersonate",
  description:
    "RBAC keeps people from granting what they do not hold, but for these verbs: escalate writes any rule into a role, bind gives any role to anybody, and impersonate acts as any user or group, the cluster's administrators among them.",
  severity: "critical",
  frameworks: {
    cis: { "1.12": ["5.1.8"] },
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03"], "2025": ["K02"] },
  },
  match: kinds("rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"),
  parameters: {
    allowedRoles: strings({ default: [], description: "Roles that may grant these verbs: the name of a ClusterRole, or namespace/name of a Role." }),
  },
  findings: {
    a: "A rule lets its holder grant more than it holds itself",
    b: "A rule lets its holder act as somebody else",
  },

  check({ object, parameters, deny }) {
    const name = fullNameOf(object);
    if (parameters.allowedRoles.includes(name) || bootstrapRoles.includes(name)) return;

    for (const rule of object.rules ?? []) {
      if (grants(rule, ["escalate", "bind"], ["rbac.authorization.k8s.io"], ["roles", "clusterroles"])) {
        deny(rule, "verbs", `${name} grants escalate or bind on roles; grant the verbs that are needed by name, without these`, "a");
      }
      if (impersonates(rule)) {
        deny(rule, "verbs", `${name} grants impersonation; let its holders act under their own names`, "b");
      }
    }
  },

  remediation: "Remove escalate, bind and impersonate, and list verbs and resources instead of stars.",
  pass: [
    {
      name: "writing of roles, within what the writer holds",
      object: clusterRole("role-manager", [
        { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles", "rolebindings"], verbs: ["get", "list", "create", "update", "patch"] },
        { apiGroups: [""], resources: ["users"], verbs: ["get"] },
      ]),
    },
    {
      name: "the verbs where they mean nothing",
      object: role("binder", [
        { apiGroups: ["scheduling.example.com"], resources: ["roles"], verbs: ["bind"] },
        { apiGroups: ["rbac.authorization.k8s.io"], resources: ["rolebindings"], verbs: ["bind", "*"] },
        { apiGroups: [""], resources: ["pods", "userextras"], verbs: ["impersonate"] },
        { apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews", "old-userextras/scopes"], verbs: ["*"] },
        { apiGroups: ["authentication.k8s.io"], resources: ["uids"], verbs: ["get", "no-impersonate:user-info"] },
      ]),
    },
    {
      name: "a role that every API server creates",
      object: clusterRole("system:controller:clusterrole-aggregation-controller", [{ apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["escalate", "get", "list", "patch", "update", "watch"] }]),
    },
    {
      name: "an identity proxy that is allowed by name",
      parameters: { allowedRoles: ["login-proxy"] },
      object: clusterRole("login-proxy", [{ apiGroups: [""], resources: ["users", "groups"], verbs: ["impersonate"] }]),
    },
  ],
  fail: [
    {
      name: "escalate and bind, with names too, and every verb on roles",
      object: clusterRole("role-manager", [
        { apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["create", "escalate"] },
        { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], resourceNames: ["reader"], verbs: ["bind"] },
        { apiGroups: ["rbac.authorization.k8s.io"], resources: ["*"], verbs: ["*"] },
      ]),
      at: [
        { finding: "a", path: "rules[0].verbs" },
        { finding: "a", path: "rules[1].verbs" },
        { finding: "a", path: "rules[2].verbs" },
      ],
    },
    {
      name: "impersonation of each kind of identity, in the group that serves it",
      object: clusterRole("support", [
        { apiGroups: [""], resources: ["users", "groups"], verbs: ["impersonate"] },
        { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["get", "impersonate"] },
        { apiGroups: ["authentication.k8s.io"], resources: ["uids"], verbs: ["impersonate"] },
        { apiGroups: ["authentication.k8s.io"], resources: ["userextras/scopes"], verbs: ["impersonate"] },
        { apiGroups: ["authentication.k8s.io"], resources: ["userextras"], verbs: ["*"] },
        { apiGroups: ["authentication.k8s.io"], resources: ["*/scopes"], verbs: ["impersonate"] },
      ]),
      at: [0, 1, 2, 3, 4, 5].map((index) => ({ finding: "b" as const, path: `rules[${index}].verbs` })),
    },
    {
      name: "the verbs of constrained impersonation, on whatever they are granted",
      object: role("support", [
        { apiGroups: ["authentication.k8s.io"], resources: ["users"], verbs: ["impersonate:user-info"] },
        { apiGroups: [""], resources: ["pods"], verbs: ["get", "impersonate-on:user-info:list"] },
      ]),
      at: [
        { finding: "b", path: "rules[0].verbs" },
        { finding: "b", path: "rules[1].verbs" },
      ],
    },
    {
      name: "the master key",
      object: clusterRole("operator", [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]),
      at: [
        { finding: "a", path: "rules[0].verbs" },
        { finding: "b", path: "rules[0].verbs" },
      ],
    },
  ],
});

/** Whether a rule lets its holder act as somebody else; the verbs with a prefix are those of constrained impersonation. */
function impersonates(rule: rbacv1.PolicyRule): boolean {
  return (
    grants(rule, ["impersonate"], [""], ["users", "groups", "serviceaccounts"]) ||
    (namesAny(rule.verbs, ["impersonate"]) && namesAny(rule.apiGroups, ["authentication.k8s.io"]) && (rule.resources ?? []).some(isIdentityData)) ||
    (rule.verbs ?? []).some((verb) => verb.startsWith("impersonate:") || verb.startsWith("impersonate-on:"))
  );
}

/** Whether a resource stands for uids or for extra data of users, which is a resource for each key, such as userextras/scopes. */
function isIdentityData(resource: string): boolean {
  return resource === "*" || resource === "uids" || resource === "userextras" || resource.startsWith("userextras/") || resource.startsWith("*/");
}
