import { auditLog, defineDetection, isOneOf, startsWithAny, strings } from "portcullis";
import { alice, controllerManager, flux, kubelet, kubernetesAdmin, mallory, metricsServer, requestBy, serviceAccount, type Target } from "./fixtures.ts";
import { changed } from "./requests.ts";

const token = (namespace: string, name: string): Target => ({ resource: "serviceaccounts", namespace, name, subresource: "token" });

export default defineDetection({
  title: "A token of a ServiceAccount was issued to a person or an unlisted account",
  description: "A token makes its holder the ServiceAccount, from anywhere and for as long as was asked. Who may request tokens in a namespace is every account of that namespace, and keeps being it after their own account is closed.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K06"], "2025": ["K10", "K09"] }, seed: ["H07"] },
  techniques: ["T1528", "T1550.001"],
  source: auditLog(),
  parameters: {
    allowedUsers: strings({ default: ["system:kube-controller-manager"], description: "Names of users who request tokens as their work, such as a CSI driver or a secret store." }),
    // Kubelets do this for every Pod.
    allowedUserPrefixes: strings({ default: ["system:node:"], description: "What the names of such users start with, where they are many. system: is Kubernetes' own, so nobody else can take such a name." }),
  },
  // What was refused issued nothing; a dry run issues nothing either.
  when: ({ event, parameters }) =>
    changed(event)
    && event["ka.target.resource"] === "serviceaccounts"
    && event["ka.target.subresource"] === "token"
    && event["ka.verb"] === "create"
    && !isOneOf(event["ka.user.name"], parameters.allowedUsers)
    && !startsWithAny(event["ka.user.name"], parameters.allowedUserPrefixes),
  // The id of the token stands in what it is used for later.
  fields: ["ka.user.name", "ka.target.namespace", "ka.target.name", "jevt.value[/annotations/authentication.kubernetes.io~1issued-credential-id]", "jevt.value[/requestObject/spec/expirationSeconds]", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Ask the account's owner. If nobody knows of it, delete and recreate the ServiceAccount, which ends its tokens, and look for requests with the credential's id.",
  fires: [
    { name: "kubectl create token", event: requestBy(mallory, "create", token("kube-system", "clusterrole-aggregation-controller"), { body: { kind: "TokenRequest", apiVersion: "authentication.k8s.io/v1", metadata: {}, spec: { audiences: null, expirationSeconds: 315360000, boundObjectRef: null } }, annotations: { "authentication.kubernetes.io/issued-credential-id": "JTI=2b4f6a80-1c3d-4e5f-8a9b-0c1d2e3f4a5b" } }) },
    { name: "a workload's account", event: requestBy(serviceAccount("shop", "web", "Go-http-client/2.0"), "create", token("shop", "admin")) },
    { name: "the cluster's administrator", event: requestBy(kubernetesAdmin, "create", token("default", "default")) },
    { name: "a user whose name only begins like the controller manager's", event: requestBy({ ...mallory, username: "system:kube-controller-manager-2" }, "create", token("default", "default")) },
  ],
  quiet: [
    { name: "a kubelet requests the token of a Pod", event: requestBy(kubelet, "create", token("shop", "web"), { annotations: { "authentication.kubernetes.io/issued-credential-id": "JTI=7d2d7c10-30a1-4f5f-8b6b-0c5b6f4f6a52" } }) },
    { name: "the controller manager requests the tokens of its controllers", event: requestBy(controllerManager, "create", token("kube-system", "node-controller")) },
    { name: "Flux creates a ServiceAccount", event: requestBy(flux, "create", { resource: "serviceaccounts", namespace: "shop", name: "web" }) },
    { name: "metrics-server has a token reviewed", event: requestBy(metricsServer, "create", { group: "authentication.k8s.io", resource: "tokenreviews" }) },
    { name: "a request that was refused", event: requestBy(alice, "create", token("shop", "admin"), { code: 403 }) },
  ],
});
