import { type AuditEvent, auditLog, defineDetection, isOneOf, startsWithAny, strings } from "portcullis";
import { alice, apiServer, argoCd, clusterRole, controller, helmOperator, kubernetesAdmin, mallory, requestBy, role } from "./fixtures.ts";
import { changed } from "./requests.ts";

export default defineDetection({
  title: "A role of the cluster itself was changed",
  description: "The roles that come with Kubernetes are bound to nodes, controllers and users everywhere. One rule more in view or system:node reaches all of them, and nobody reads the built-in roles again.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K03"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1098.006"],
  source: auditLog(),
  parameters: {
    // metrics-server names its own roles system:…, and each upgrade of it patches them.
    exceptNames: strings({ default: ["system:coredns", "system:metrics-server", "system:aggregated-metrics-reader"], description: "Roles that others may change although they are called like those of the cluster." }),
    // The aggregation controller writes admin, edit and view anew whenever a role joins them.
    allowedUsers: strings({ default: ["system:apiserver", "system:serviceaccount:kube-system:clusterrole-aggregation-controller"], description: "Names of users who change these roles as their work." }),
  },
  // To delete all ClusterRoles names none of them, and takes those of the cluster along.
  when: ({ event, parameters }) =>
    changed(event) && (changesSystemRole(event) || deletesClusterRoles(event)) && !isOneOf(event["ka.target.name"], parameters.exceptNames) && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
  fields: ["ka.user.name", "ka.verb", "ka.target.resource", "ka.target.namespace", "ka.target.name", "jevt.value[/requestObject/rules]", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Compare the role with the one of a new cluster of that version, and put it back: the API server does so itself as it starts, but keeps rules that were added.",
  fires: [
    { name: "a rule is added to view", event: requestBy(mallory, "patch", clusterRole("view"), { body: [{ op: "add", path: "/rules/-", value: { apiGroups: [""], resources: ["secrets"], verbs: ["list"] } }] }) },
    { name: "the role of all nodes is replaced, logged without its body", event: requestBy(mallory, "update", clusterRole("system:node")) },
    { name: "a role of kube-system is deleted", event: requestBy(mallory, "delete", role("kube-system", "system:controller:bootstrap-signer")) },
    { name: "all ClusterRoles are deleted at once", event: requestBy(mallory, "deletecollection", { group: "rbac.authorization.k8s.io", resource: "clusterroles" }) },
    { name: "the administrator by hand", event: requestBy(kubernetesAdmin, "update", clusterRole("edit")) },
  ],
  quiet: [
    { name: "the API server puts its own roles right", event: requestBy(apiServer, "update", clusterRole("system:node")) },
    { name: "the aggregation controller rewrites admin", event: requestBy(controller("clusterrole-aggregation-controller"), "patch", clusterRole("admin"), { query: "fieldManager=clusterrole-aggregation-controller&force=true" }) },
    { name: "kubeadm upgrades CoreDNS", event: requestBy(kubernetesAdmin, "update", clusterRole("system:coredns")) },
    { name: "Helm upgrades metrics-server", event: requestBy(helmOperator, "patch", clusterRole("system:metrics-server")) },
    { name: "Argo CD changes a team's role", event: requestBy(argoCd, "patch", clusterRole("shop-viewer")) },
    { name: "the namespace controller empties a namespace", event: requestBy(controller("namespace-controller"), "deletecollection", { group: "rbac.authorization.k8s.io", resource: "roles", namespace: "shop" }) },
    { name: "a change that was refused", event: requestBy(alice, "patch", clusterRole("view"), { code: 403 }) },
    { name: "a developer reads the role", event: requestBy(alice, "get", clusterRole("cluster-admin")) },
  ],
});

const changesSystemRole = (event: AuditEvent): boolean =>
  isOneOf(event["ka.verb"], ["update", "patch", "delete"])
  && isOneOf(event["ka.target.resource"], ["roles", "clusterroles"])
  && (startsWithAny(event["ka.target.name"], ["system:"]) || isOneOf(event["ka.target.name"], ["admin", "edit", "view", "cluster-admin"]));

const deletesClusterRoles = (event: AuditEvent): boolean => event["ka.verb"] === "deletecollection" && event["ka.target.resource"] === "clusterroles";
