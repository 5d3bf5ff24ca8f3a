import { type AuditEvent, auditLog, containsAny, defineDetection, isOneOf, sharesAny, strings } from "portcullis";
import { alice, apiServer, argoCd, clusterRole, controller, flux, mallory, requestBy, role, roleBody } from "./fixtures.ts";
import { isJsonPatch, wroteRole } from "./requests.ts";

export default defineDetection({
  title: "A role with a wildcard was written",
  description: "A star grants what exists today and whatever comes tomorrow: with it come escalate, impersonate and every Secret, unseen. An intruder's role reads * because nobody has to know what to ask for.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K03"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1098.006"],
  source: auditLog(),
  parameters: {
    // The aggregation controller writes into admin, edit and view what other roles give, and those roles are reported themselves.
    allowedUsers: strings({ default: ["system:apiserver", "system:serviceaccount:kube-system:clusterrole-aggregation-controller"], description: "Names of users who write such roles as their work." }),
  },
  when: ({ event, parameters }) => wroteRole(event) && (hasWildcard(event) || patchesWildcard(event)) && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
  fields: ["ka.user.name", "ka.verb", "ka.target.resource", "ka.target.namespace", "ka.target.name", "jevt.value[/requestObject/rules]", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Ask what the role is for, and have its rules listed one by one. If nobody knows of it, delete it with its bindings and revoke the account.",
  fires: [
    { name: "every verb on one resource", event: requestBy(mallory, "create", role("shop", "helper"), { body: roleBody("helper", { apiGroups: [""], resources: ["pods"], verbs: ["*"] }) }) },
    { name: "every resource, in the second rule", event: requestBy(mallory, "update", clusterRole("helper"), { body: roleBody("helper", { apiGroups: [""], resources: ["pods"], verbs: ["get"] }, { apiGroups: ["apps"], resources: ["deployments", "*"], verbs: ["get"] }) }) },
    { name: "every API group", event: requestBy(mallory, "create", clusterRole("helper"), { body: roleBody("helper", { apiGroups: ["*"], resources: ["pods"], verbs: ["get"] }) }) },
    { name: "kubectl apply patches the rules of an old role", event: requestBy(mallory, "patch", clusterRole("helper"), { body: { rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] } }) },
    { name: "a JSON patch adds a rule", event: requestBy(mallory, "patch", clusterRole("helper"), { body: [{ op: "add", path: "/rules/-", value: { apiGroups: ["*"], resources: ["*"], verbs: ["*"] } }] }) },
  ],
  quiet: [
    { name: "the API server puts its own roles right", event: requestBy(apiServer, "update", clusterRole("cluster-admin"), { body: roleBody("cluster-admin", { apiGroups: ["*"], resources: ["*"], verbs: ["*"] }) }) },
    { name: "the aggregation controller gathers an operator's rules", event: requestBy(controller("clusterrole-aggregation-controller"), "patch", clusterRole("admin"), { query: "fieldManager=clusterrole-aggregation-controller&force=true", body: roleBody("admin", { apiGroups: ["example.com"], resources: ["*"], verbs: ["*"] }) }) },
    { name: "a role that lists what it needs", event: requestBy(argoCd, "create", role("shop", "deployer"), { body: roleBody("deployer", { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "patch"] }) }) },
    { name: "a dry run of Flux", event: requestBy(flux, "patch", clusterRole("helper"), { query: "dryRun=All&fieldManager=kustomize-controller&force=true", body: roleBody("helper", { apiGroups: ["*"], resources: ["*"], verbs: ["*"] }) }) },
    { name: "a role that was refused", event: requestBy(alice, "create", clusterRole("mine"), { code: 403, body: roleBody("mine", { apiGroups: ["*"], resources: ["*"], verbs: ["*"] }) }) },
    { name: "a label with a star elsewhere", event: requestBy(flux, "patch", clusterRole("helper"), { body: { metadata: { annotations: { note: "*" } } } }) },
  ],
});

const hasWildcard = (event: AuditEvent): boolean => sharesAny(event["ka.req.role.rules.verbs"], ["*"]) || sharesAny(event["ka.req.role.rules.resources"], ["*"]) || sharesAny(event["ka.req.role.rules.apiGroups"], ["*"]);

const patchesWildcard = (event: AuditEvent): boolean => isJsonPatch(event) && containsAny(event["jevt.value[/requestObject]"], ['"*"']);
