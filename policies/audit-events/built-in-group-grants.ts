import { type AuditEvent, auditLog, containsAny, defineDetection, isOneOf, sharesAny, strings } from "portcullis";
import { alice, apiServer, bindingBody, clusterRoleBinding, flux, group, helmOperator, mallory, requestBy, roleBinding, user } from "./fixtures.ts";
import { isJsonPatch, wroteBinding } from "./requests.ts";

export default defineDetection({
  title: "A role was granted to everybody, or to a group that passes over RBAC",
  description: "What the group of all users or of all ServiceAccounts may do, any stolen token may do, and what system:unauthenticated may do, the whole network may. Such a binding is a back door that needs no account.",
  severity: "critical",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K03"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1098.006"],
  source: auditLog(),
  parameters: {
    groups: strings({ default: ["system:masters", "system:unauthenticated", "system:authenticated", "system:serviceaccounts"], description: "Groups to whom nothing may be granted. In the body of a JSON patch a longer name that holds one counts too." }),
    // The API server puts its own bindings right as it starts, those of system:authenticated among them.
    allowedUsers: strings({ default: ["system:apiserver"], description: "Names of users who write such bindings as their work." }),
  },
  // Patches count as well: one that names subjects holds all of them.
  when: ({ event, parameters }) =>
    wroteBinding(event)
    && (sharesAny(event["ka.req.binding.subjects.group_names"], parameters.groups)
      || sharesAny(event["ka.req.binding.subjects.user_names"], ["system:anonymous"])
      || (isJsonPatch(event) && containsAny(event["jevt.value[/requestObject]"], parameters.groups))
      || patchesAnonymous(event))
    && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
  fields: ["ka.user.name", "ka.verb", "ka.target.resource", "ka.target.namespace", "ka.target.name", "ka.req.binding.role", "ka.req.binding.subjects", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Delete the binding, then ask who wrote it and why. Look for requests that it let through since.",
  fires: [
    { name: "every ServiceAccount may edit", event: requestBy(mallory, "create", clusterRoleBinding("permissive"), { body: bindingBody("permissive", "edit", group("system:serviceaccounts")) }) },
    { name: "the anonymous user may view", event: requestBy(mallory, "create", roleBinding("shop", "open"), { body: bindingBody("open", "view", user("system:anonymous")) }) },
    { name: "a replaced binding gains the world among its subjects", event: requestBy(mallory, "update", clusterRoleBinding("viewers"), { body: bindingBody("viewers", "view", group("developers"), group("system:unauthenticated")) }) },
    { name: "a merge patch of the subjects", event: requestBy(mallory, "patch", clusterRoleBinding("viewers"), { body: { subjects: [group("system:authenticated")] } }) },
    { name: "a JSON patch adds a group", event: requestBy(mallory, "patch", clusterRoleBinding("viewers"), { body: [{ op: "add", path: "/subjects/-", value: group("system:masters") }] }) },
    { name: "a JSON patch adds the anonymous user", event: requestBy(mallory, "patch", clusterRoleBinding("viewers"), { body: [{ op: "add", path: "/subjects/-", value: user("system:anonymous") }] }) },
  ],
  quiet: [
    { name: "the API server creates its own binding", event: requestBy(apiServer, "create", clusterRoleBinding("system:discovery"), { body: bindingBody("system:discovery", "system:discovery", group("system:authenticated")) }) },
    { name: "Helm binds a chart's own ServiceAccount", event: requestBy(helmOperator, "create", clusterRoleBinding("ingress-nginx"), { body: bindingBody("ingress-nginx", "ingress-nginx", { kind: "ServiceAccount", name: "ingress-nginx", namespace: "ingress-nginx" }) }) },
    { name: "the ServiceAccounts of one namespace", event: requestBy(flux, "create", roleBinding("shop", "pullers"), { body: bindingBody("pullers", "view", group("system:serviceaccounts:shop")) }) },
    { name: "a ServiceAccount with a group's name", event: requestBy(flux, "create", roleBinding("shop", "odd"), { body: bindingBody("odd", "view", { kind: "ServiceAccount", name: "system:anonymous", namespace: "shop" }) }) },
    { name: "a grant that was refused", event: requestBy(alice, "create", clusterRoleBinding("all"), { code: 403, body: bindingBody("all", "view", group("system:authenticated")) }) },
  ],
});

const patchesAnonymous = (event: AuditEvent): boolean => isJsonPatch(event) && containsAny(event["jevt.value[/requestObject]"], ['"system:anonymous"']);
