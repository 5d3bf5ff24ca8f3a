import { type AuditEvent, auditLog, containsAny, defineDetection, isOneOf, sharesAny, strings } from "portcullis";
import { alice, apiServer, argoCd, clusterRole, controller, mallory, requestBy, role, roleBody } from "./fixtures.ts";
import { isJsonPatch, wroteRole } from "./requests.ts";

export default defineDetection({
  title: "A role that lets its holder rise was written",
  description: "With escalate or bind an account gives itself any role, with impersonate it acts as anybody, an administrator included. Such a role looks small and is worth as much as cluster-admin.",
  severity: "critical",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K03"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1098.006"],
  source: auditLog(),
  parameters: {
    // The built-in role edit holds impersonate on ServiceAccounts, and the aggregation controller rewrites it.
    allowedUsers: strings({ default: ["system:apiserver", "system:serviceaccount:kube-system:clusterrole-aggregation-controller"], description: "Names of users who write such roles as their work." }),
  },
  when: ({ event, parameters }) => wroteRole(event) && (givesEscalation(event) || patchesEscalation(event)) && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
  fields: ["ka.user.name", "ka.verb", "ka.target.resource", "ka.target.namespace", "ka.target.name", "jevt.value[/requestObject/rules]", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Ask what the role is for. If nobody knows of it, delete it with its bindings, revoke the account, and look for roles that its holders wrote since.",
  fires: [
    { name: "escalate on roles", event: requestBy(mallory, "create", clusterRole("helper"), { body: roleBody("helper", { apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["get", "escalate"] }) }) },
    { name: "bind, in the second rule", event: requestBy(mallory, "update", role("shop", "helper"), { body: roleBody("helper", { apiGroups: [""], resources: ["pods"], verbs: ["get"] }, { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["bind"] }) }) },
    { name: "impersonate, by kubectl apply over an old role", event: requestBy(mallory, "patch", clusterRole("helper"), { body: { rules: [{ apiGroups: [""], resources: ["users"], verbs: ["impersonate"] }] } }) },
    { name: "a verb of constrained impersonation", event: requestBy(mallory, "create", clusterRole("helper"), { body: roleBody("helper", { apiGroups: ["authentication.k8s.io"], resources: ["users"], verbs: ["impersonate:user-info"] }) }) },
    { name: "a JSON patch adds a rule", event: requestBy(mallory, "patch", clusterRole("helper"), { body: [{ op: "add", path: "/rules/0/verbs/-", value: "escalate" }] }) },
  ],
  quiet: [
    { name: "the API server puts its own roles right", event: requestBy(apiServer, "update", clusterRole("system:aggregate-to-edit"), { body: roleBody("system:aggregate-to-edit", { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["impersonate"] }) }) },
    { name: "the aggregation controller rewrites edit", event: requestBy(controller("clusterrole-aggregation-controller"), "patch", clusterRole("edit"), { query: "fieldManager=clusterrole-aggregation-controller&force=true", body: roleBody("edit", { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["impersonate"] }) }) },
    { name: "a resource that is called bind", event: requestBy(argoCd, "create", role("shop", "dns"), { body: roleBody("dns", { apiGroups: ["dns.example.com"], resources: ["bind"], resourceNames: ["impersonate"], verbs: ["get"] }) }) },
    { name: "a dry run", event: requestBy(argoCd, "create", clusterRole("helper"), { query: "dryRun=All", body: roleBody("helper", { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["bind"] }) }) },
    { name: "a role that was refused", event: requestBy(alice, "create", clusterRole("mine"), { code: 403, body: roleBody("mine", { apiGroups: [""], resources: ["users"], verbs: ["impersonate"] }) }) },
  ],
});

/** The verbs of constrained impersonation end in what they are for, so no list can hold them all. */
const givesEscalation = (event: AuditEvent): boolean =>
  sharesAny(event["ka.req.role.rules.verbs"], ["escalate", "bind", "impersonate"]) || containsAny(event["jevt.value[/requestObject/rules]"], ['"impersonate:', '"impersonate-on:']);

const patchesEscalation = (event: AuditEvent): boolean => isJsonPatch(event) && containsAny(event["jevt.value[/requestObject]"], ['"escalate"', '"bind"', '"impersonate"', '"impersonate:', '"impersonate-on:']);
