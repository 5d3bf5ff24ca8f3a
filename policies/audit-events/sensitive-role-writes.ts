import { type AuditEvent, auditLog, containsAny, defineDetection, isOneOf, sharesAny, strings } from "portcullis";
import { alice, apiServer, argoCd, clusterRole, controller, helmOperator, mallory, metricsServer, requestBy, role, roleBody } from "./fixtures.ts";
import { isJsonPatch, wroteRole } from "./requests.ts";

export default defineDetection({
  title: "A role over Secrets, sessions, tokens or nodes was written",
  description: "Reading Secrets, entering Pods, asking for tokens and speaking to kubelets are the steps by which one stolen account becomes many. The role is written before the step is taken.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K03"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1098.006"],
  source: auditLog(),
  parameters: {
    // The built-in roles admin and edit hold all of these, and the aggregation controller rewrites them.
    allowedUsers: strings({ default: ["system:apiserver", "system:serviceaccount:kube-system:clusterrole-aggregation-controller"], description: "Names of users who write such roles as their work." }),
  },
  rules: {
    a: {
      title: "A role that may read Secrets was written",
      // Verbs and resources come from all rules together, so they may stand in two: a finding to look at, not a proof.
      when: ({ event, parameters }) => wroteRole(event) && (readsSecrets(event) || patchesSecrets(event)) && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
      fields: ["ka.user.name", "ka.verb", "ka.target.resource", "ka.target.namespace", "ka.target.name", "jevt.value[/requestObject/rules]", "ka.useragent"],
    },
    b: {
      title: "A role over sessions, tokens, nodes or volumes was written",
      when: ({ event, parameters }) => wroteRole(event) && (reachesFurther(event) || patchesReach(event)) && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
      fields: ["ka.user.name", "ka.verb", "ka.target.resource", "ka.target.namespace", "ka.target.name", "jevt.value[/requestObject/rules]", "ka.useragent"],
    },
  },
  response: "Ask what the role is for and who holds it. Name the Secrets in resourceNames where reading is meant, and delete a role that nobody knows of.",
  fires: [
    { name: "a role that lists Secrets", event: requestBy(mallory, "create", role("shop", "helper"), { body: roleBody("helper", { apiGroups: [""], resources: ["configmaps", "secrets"], verbs: ["get", "list"] }) }), findings: ["a"] },
    { name: "Helm installs an operator that watches Secrets", event: requestBy(helmOperator, "create", clusterRole("operator"), { body: roleBody("operator", { apiGroups: [""], resources: ["secrets"], verbs: ["watch"] }) }), findings: ["a"] },
    { name: "a role that opens sessions", event: requestBy(mallory, "update", role("shop", "helper"), { body: roleBody("helper", { apiGroups: [""], resources: ["pods/exec"], verbs: ["create"] }) }), findings: ["b"] },
    { name: "a role that asks for tokens, by a patch of its rules", event: requestBy(mallory, "patch", clusterRole("helper"), { body: { rules: [{ apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] }] } }), findings: ["b"] },
    { name: "both in one role", event: requestBy(mallory, "create", clusterRole("helper"), { body: roleBody("helper", { apiGroups: [""], resources: ["secrets"], verbs: ["get"] }, { apiGroups: [""], resources: ["nodes/proxy"], verbs: ["get"] }) }), findings: ["a", "b"] },
    { name: "a JSON patch adds Secrets", event: requestBy(mallory, "patch", clusterRole("helper"), { body: [{ op: "add", path: "/rules/0/resources/-", value: "secrets" }] }), findings: ["a"] },
    { name: "a JSON patch adds sessions", event: requestBy(mallory, "patch", clusterRole("helper"), { body: [{ op: "add", path: "/rules/0/resources/-", value: "pods/attach" }] }), findings: ["b"] },
  ],
  quiet: [
    { name: "the API server puts its own roles right", event: requestBy(apiServer, "update", clusterRole("system:node"), { body: roleBody("system:node", { apiGroups: [""], resources: ["secrets", "serviceaccounts/token"], verbs: ["get", "create"] }) }) },
    { name: "the aggregation controller rewrites admin", event: requestBy(controller("clusterrole-aggregation-controller"), "patch", clusterRole("admin"), { body: roleBody("admin", { apiGroups: [""], resources: ["secrets", "pods/exec"], verbs: ["get", "create"] }) }) },
    { name: "a role that may write Secrets but not read them", event: requestBy(argoCd, "create", role("shop", "sealer"), { body: roleBody("sealer", { apiGroups: [""], resources: ["secrets"], verbs: ["create"] }) }) },
    { name: "a role that reads Pods and their logs", event: requestBy(argoCd, "create", role("shop", "reader"), { body: roleBody("reader", { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list", "watch"] }) }) },
    { name: "metrics-server reads roles", event: requestBy(metricsServer, "list", { group: "rbac.authorization.k8s.io", resource: "roles" }) },
    { name: "a role that was refused", event: requestBy(alice, "create", role("shop", "mine"), { code: 403, body: roleBody("mine", { apiGroups: [""], resources: ["secrets"], verbs: ["get"] }) }) },
  ],
});

const readsSecrets = (event: AuditEvent): boolean => sharesAny(event["ka.req.role.rules.resources"], ["secrets"]) && sharesAny(event["ka.req.role.rules.verbs"], ["get", "list", "watch"]);

const reachesFurther = (event: AuditEvent): boolean =>
  sharesAny(event["ka.req.role.rules.resources"], ["pods/exec", "pods/attach", "nodes/proxy", "serviceaccounts/token", "certificatesigningrequests/approval", "persistentvolumes"]);

/** A JSON patch need not name the verbs, which the role may have already. */
const patchesSecrets = (event: AuditEvent): boolean => isJsonPatch(event) && containsAny(event["jevt.value[/requestObject]"], ['"secrets"']);

const patchesReach = (event: AuditEvent): boolean =>
  isJsonPatch(event) && containsAny(event["jevt.value[/requestObject]"], ['"pods/exec"', '"pods/attach"', '"nodes/proxy"', '"serviceaccounts/token"', '"certificatesigningrequests/approval"', '"persistentvolumes"']);
