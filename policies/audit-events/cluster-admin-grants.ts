import { auditLog, defineDetection, isOneOf, strings } from "portcullis";
import { alice, apiServer, argoCd, bindingBody, clusterRoleBinding, group, mallory, requestBy, roleBinding, user } from "./fixtures.ts";
import { wroteBinding } from "./requests.ts";

export default defineDetection({
  title: "The cluster's highest role was granted",
  description: "Who holds cluster-admin holds every Secret, node and policy. An intruder who can write one binding makes sure of coming back, under a name that looks like an administrator's.",
  severity: "critical",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K03"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1098.006"],
  source: auditLog(),
  parameters: {
    roles: strings({ default: ["cluster-admin"], description: "Roles that count as the highest." }),
    // A patch that adds a subject does not name the role, so the bindings that give it are listed by name.
    bindings: strings({ default: ["cluster-admin", "kubeadm:cluster-admins"], description: "Names of bindings that give these roles: each change of one counts." }),
    // The API server creates the binding cluster-admin as a new cluster starts.
    allowedUsers: strings({ default: ["system:apiserver"], description: "Names of users who grant these roles as their work." }),
  },
  when: ({ event, parameters }) =>
    wroteBinding(event)
    && (isOneOf(event["ka.req.binding.role"], parameters.roles) || (isOneOf(event["ka.verb"], ["update", "patch"]) && isOneOf(event["ka.target.name"], parameters.bindings)))
    && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
  fields: ["ka.user.name", "ka.verb", "ka.target.resource", "ka.target.namespace", "ka.target.name", "ka.req.binding.role", "ka.req.binding.subjects", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Ask who decided it. If nobody knows of it, delete the binding, revoke the account that wrote it, and look for what its subjects did since.",
  fires: [
    { name: "kubectl create clusterrolebinding", event: requestBy(mallory, "create", clusterRoleBinding("helpdesk"), { body: bindingBody("helpdesk", "cluster-admin", user("mallory@example.com")) }) },
    { name: "the role in one namespace", event: requestBy(mallory, "create", roleBinding("kube-system", "helpdesk"), { body: bindingBody("helpdesk", "cluster-admin", user("mallory@example.com")) }) },
    { name: "a subject is patched into an old binding", event: requestBy(mallory, "patch", clusterRoleBinding("cluster-admin"), { body: { subjects: [group("system:masters"), user("mallory@example.com")] } }) },
    { name: "a JSON patch, which names neither role nor subjects", event: requestBy(mallory, "patch", clusterRoleBinding("kubeadm:cluster-admins"), { body: [{ op: "add", path: "/subjects/-", value: { kind: "User", name: "mallory@example.com" } }] }) },
    { name: "a server-side apply that creates a binding", event: requestBy(mallory, "patch", clusterRoleBinding("ops"), { query: "fieldManager=kubectl", body: bindingBody("ops", "cluster-admin", user("mallory@example.com")) }) },
  ],
  quiet: [
    { name: "the API server creates its own binding", event: requestBy(apiServer, "create", clusterRoleBinding("cluster-admin"), { body: bindingBody("cluster-admin", "cluster-admin", group("system:masters")) }) },
    { name: "Argo CD binds a small role", event: requestBy(argoCd, "create", roleBinding("shop", "viewers"), { body: bindingBody("viewers", "view", group("developers")) }) },
    { name: "a grant that was refused", event: requestBy(alice, "create", clusterRoleBinding("me"), { code: 403, body: bindingBody("me", "cluster-admin", user("alice@example.com")) }) },
    { name: "a dry run", event: requestBy(argoCd, "patch", clusterRoleBinding("ops"), { query: "dryRun=All&fieldManager=argocd-controller&force=true", body: bindingBody("ops", "cluster-admin", group("ops")) }) },
    { name: "a developer reads the binding", event: requestBy(alice, "get", clusterRoleBinding("cluster-admin")) },
  ],
});
