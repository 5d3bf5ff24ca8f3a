import { defineControl, fullNameOf, grantsSubresource, kinds, strings } from "portcullis";
import { clusterRole, role } from "./fixtures.ts";

/** What every API server creates and holds these by design; see bootstrap-roles.ts. */
const bootstrapRoles = ["admin", "cluster-admin", "edit", "system:aggregate-to-edit", "system:kube-controller-manager", "system:node"];

export default defineControl({
  title: "Roles must not grant tokens of any service account",
  description:
    "Whoever may create tokens of service accounts becomes any of them in the namespace, or in the cluster, for as long as the token lasts. Such tokens are stored nowhere: only the audit log shows them.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["5.1.13"] },
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03", "K06"], "2025": ["K02", "K09"] },
  },
  match: kinds("rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"),
  parameters: {
    allowedRoles: strings({ default: [], description: "Roles that may create tokens: the name of a ClusterRole, or namespace/name of a Role." }),
  },
  findings: {
    a: "A rule lets its holder create tokens of every service account",
    b: "A rule lets its holder create tokens of the service accounts that it names, which weighs less",
  },

  check({ object, parameters, deny }) {
    const name = fullNameOf(object);
    if (parameters.allowedRoles.includes(name) || bootstrapRoles.includes(name)) return;

    for (const rule of object.rules ?? []) {
      if (!grantsSubresource(rule, ["create"], "", "serviceaccounts", ["token"])) continue;
      if ((rule.resourceNames ?? []).length === 0) deny(rule, "resources", `${name} grants tokens of every service account; name the accounts under resourceNames`, "a");
      else deny(rule, "resources", `${name} grants tokens of service accounts; mount a projected token into the pod that needs one`, "b");
    }
  },

  remediation: "Mount projected tokens into the pods that need them; where a token must be asked for, name the service account under resourceNames and the role under allowedRoles.",
  pass: [
    {
      name: "service accounts themselves, and reviews of tokens",
      object: clusterRole("developer", [
        { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["get", "list", "create"] },
        { apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] },
      ]),
    },
    {
      name: "entries that RBAC does not read as the subresource, and other verbs on it",
      object: role("developer", [
        { apiGroups: [""], resources: ["serviceaccounts/*", "serviceaccounts"], verbs: ["create"] },
        { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["get"] },
      ]),
    },
    {
      name: "a role that every API server creates",
      object: clusterRole("system:node", [{ apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] }]),
    },
    {
      name: "a pipeline that is allowed by namespace and name",
      parameters: { allowedRoles: ["shop/vault"] },
      object: role("vault", [{ apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames: ["deployer"], verbs: ["create"] }]),
    },
  ],
  fail: [
    {
      name: "every account, by name of the resource and by stars, with an empty list of names",
      object: clusterRole("secrets-broker", [
        { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] },
        { apiGroups: ["*"], resources: ["*/token"], resourceNames: [], verbs: ["create"] },
        { apiGroups: [""], resources: ["*"], verbs: ["*"] },
      ]),
      at: [
        { finding: "a", path: "rules[0].resources" },
        { finding: "a", path: "rules[1].resources" },
        { finding: "a", path: "rules[2].resources" },
      ],
    },
    {
      name: "accounts that are named",
      object: role("secrets-broker", [{ apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames: ["deployer"], verbs: ["create"] }]),
      at: [{ finding: "b", path: "rules[0].resources" }],
    },
  ],
});
