import { auditLog, defineDetection, isOneOf, strings } from "portcullis";
import { alice, argoCd, controller, flux, kubernetesAdmin, mallory, requestBy, type Target } from "./fixtures.ts";
import { changed } from "./requests.ts";

const policies = (group: string, resource: string, name?: string, version = "v1"): Target => ({ group, version, resource, namespace: "shop", ...(name === undefined ? {} : { name }) });
const networkPolicies = (name?: string): Target => policies("networking.k8s.io", "networkpolicies", name);

export default defineDetection({
  title: "A network policy was removed",
  description: "Without its policies every Pod of a namespace speaks with every other and with the world. To delete one is the step before moving on to the neighbours, or before sending out what was found.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K07"], "2025": ["K10", "K05"] }, seed: ["H07"] },
  techniques: ["T1562.007"],
  source: auditLog(),
  parameters: {
    // It deletes what a deleted namespace held.
    allowedUsers: strings({ default: ["system:serviceaccount:kube-system:namespace-controller"], description: "Names of users who delete policies as their work." }),
  },
  when: ({ event, parameters }) =>
    changed(event) && isOneOf(event["ka.verb"], ["delete", "deletecollection"]) && isOneOf(event["ka.target.resource"], ["networkpolicies", "ciliumnetworkpolicies", "authorizationpolicies"]) && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
  fields: ["ka.user.name", "ka.verb", "ka.target.resource", "ka.target.namespace", "ka.target.name", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Put the policy back from the repository, then ask who removed it, and look at what the namespace's Pods connected to since.",
  fires: [
    { name: "kubectl delete networkpolicy", event: requestBy(mallory, "delete", networkPolicies("default-deny")) },
    { name: "all policies of a namespace at once", event: requestBy(mallory, "deletecollection", networkPolicies()) },
    { name: "a policy of Cilium", event: requestBy(mallory, "delete", policies("cilium.io", "ciliumnetworkpolicies", "egress", "v2")) },
    { name: "a policy of the mesh, by the administrator", event: requestBy(kubernetesAdmin, "delete", policies("security.istio.io", "authorizationpolicies", "deny-all")) },
  ],
  quiet: [
    { name: "the namespace controller empties a namespace", event: requestBy(controller("namespace-controller"), "deletecollection", networkPolicies()) },
    { name: "Argo CD prunes, where it is allowed", event: requestBy(argoCd, "delete", networkPolicies("old")), parameters: { allowedUsers: ["system:serviceaccount:argocd:argocd-application-controller"] } },
    { name: "Flux writes a policy", event: requestBy(flux, "patch", networkPolicies("default-deny")) },
    { name: "a dry run", event: requestBy(alice, "delete", networkPolicies("default-deny"), { query: "dryRun=All" }) },
    { name: "a deletion that was refused", event: requestBy(alice, "delete", networkPolicies("default-deny"), { code: 403 }) },
    { name: "another object is deleted", event: requestBy(alice, "delete", { resource: "configmaps", namespace: "shop", name: "networkpolicies" }) },
  ],
});
