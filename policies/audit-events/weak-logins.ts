import { type AuditEvent, auditLog, defineDetection, isOneOf, startsWithAny, strings } from "portcullis";
import { alice, argoCd, clusterAutoscaler, controllerManager, kubelet, kubernetesAdmin, mallory, pods, requestBy, type Sender, serviceAccount } from "./fixtures.ts";
import { isComplete } from "./requests.ts";

const certificate = { "authentication.kubernetes.io/credential-id": ["X509SHA256=1f0c6c1a2de3fc6a0f2f2a7b5a3ba2a6b9d0e7e4c52e5f2ee3a0c8d1c95be0f7"] };
const bootstrap: Sender = { username: "system:bootstrap:abcdef", groups: ["system:bootstrappers", "system:bootstrappers:kubeadm:default-node-token"], agent: "kubeadm/v1.37.2 (linux/amd64) kubernetes/1234567", address: "10.0.0.12" };

export default defineDetection({
  title: "Somebody logged in with a credential that is not meant for it",
  description: "A client certificate cannot be revoked, a ServiceAccount's token names no person, and a bootstrap token is for joining nodes. Who uses one of them as a login has found it lying about, or wants to stay when accounts are closed.",
  severity: "medium",
  frameworks: { cis: { "1.12": ["3.1.1(a)", "3.1.2(b)", "3.1.3(c)"] }, nsa: { "1.2": ["log/alerts", "auth/users"] }, owasp: { "2022": ["K05", "K06"], "2025": ["K10", "K09"] }, seed: ["H04", "H07"] },
  techniques: ["T1078"],
  source: auditLog(),
  parameters: {
    allowedUsers: strings({ default: ["kubernetes-admin"], description: "Names of users who may log in so; none for the strict reading. CI that runs kubectl in a Pod belongs here." }),
  },
  // Refused requests count too: the login itself was good, and what it tries next is worth knowing.
  rules: {
    a: {
      title: "A person logged in with a client certificate",
      when: ({ event, parameters }) =>
        isComplete(event)
        && startsWithAny(event["jevt.value[/user/extra/authentication.kubernetes.io~1credential-id/0]"], ["X509SHA256="])
        && !startsWithAny(event["ka.user.name"], ["system:"])
        && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
      fields: ["ka.user.name", "ka.user.groups", "ka.verb", "ka.uri", "jevt.value[/user/extra/authentication.kubernetes.io~1credential-id/0]", "ka.useragent", "jevt.value[/sourceIPs/0]"],
    },
    b: {
      title: "A ServiceAccount's token was used with kubectl",
      when: ({ event, parameters }) =>
        isComplete(event) && startsWithAny(event["ka.user.name"], ["system:serviceaccount:"]) && startsWithAny(event["ka.useragent"], ["kubectl"]) && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
      fields: ["ka.user.name", "ka.verb", "ka.uri", "ka.response.code", "ka.useragent", "jevt.value[/user/extra/authentication.kubernetes.io~1credential-id/0]", "jevt.value[/sourceIPs/0]"],
    },
    c: {
      title: "A bootstrap token was used for something other than joining",
      when: ({ event, parameters }) =>
        isComplete(event)
        && startsWithAny(event["ka.user.name"], ["system:bootstrap:"])
        && event["ka.target.resource"] !== undefined
        && event["ka.target.resource"] !== "certificatesigningrequests"
        && !isPartOfJoining(event)
        && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
      fields: ["ka.user.name", "ka.verb", "ka.uri", "ka.response.code", "ka.useragent", "jevt.value[/sourceIPs/0]"],
    },
  },
  response: "Ask who holds the credential and give them a login of their own. Take the certificate's user out of all bindings, or delete the token.",
  fires: [
    { name: "a person with a certificate", event: requestBy({ ...alice, extra: certificate }, "list", pods("shop")), findings: ["a"] },
    { name: "kubeadm's administrator, read strictly", event: requestBy(kubernetesAdmin, "list", pods("shop")), parameters: { allowedUsers: [] }, findings: ["a"] },
    { name: "kubectl in a Pod", event: requestBy(serviceAccount("shop", "web", "kubectl/v1.37.2 (linux/amd64) kubernetes/1234567"), "list", { resource: "secrets", namespace: "shop" }), findings: ["b"] },
    { name: "kubectl with a stolen token, refused", event: requestBy(serviceAccount("shop", "web", "kubectl/v1.30.0 (darwin/arm64) kubernetes/7c48c2b"), "list", { resource: "secrets" }, { code: 403 }), findings: ["b"] },
    { name: "a bootstrap token that tries Secrets", event: requestBy({ ...bootstrap, agent: "curl/8.5.0" }, "list", { resource: "secrets", namespace: "kube-system" }, { code: 403 }), findings: ["c"] },
    { name: "a bootstrap token that lists ConfigMaps", event: requestBy(bootstrap, "list", { resource: "configmaps", namespace: "kube-system" }), findings: ["c"] },
  ],
  quiet: [
    { name: "kubeadm's administrator", event: requestBy(kubernetesAdmin, "list", pods("shop")) },
    { name: "a kubelet with its certificate", event: requestBy({ ...kubelet, extra: certificate }, "patch", { resource: "nodes", name: "worker-1", subresource: "status" }) },
    { name: "the controller manager with its certificate", event: requestBy({ ...controllerManager, extra: certificate }, "list", { resource: "namespaces" }) },
    { name: "a person with a token of the company's login", event: requestBy(mallory, "list", pods("shop")) },
    { name: "Argo CD with its token", event: requestBy(argoCd, "list", pods("shop")) },
    { name: "the autoscaler with its token", event: requestBy(clusterAutoscaler, "list", { resource: "nodes" }) },
    { name: "CI that runs kubectl, where it is allowed", event: requestBy(serviceAccount("ci", "deployer", "kubectl/v1.37.2 (linux/amd64) kubernetes/1234567"), "patch", { group: "apps", resource: "deployments", namespace: "shop", name: "web" }), parameters: { allowedUsers: ["system:serviceaccount:ci:deployer"] } },
    { name: "a new node asks for its certificate", event: requestBy(bootstrap, "create", { group: "certificates.k8s.io", resource: "certificatesigningrequests", name: "node-csr-x2k9" }) },
    { name: "kubeadm join reads the cluster's configuration", event: requestBy(bootstrap, "get", { resource: "configmaps", namespace: "kube-system", name: "kubeadm-config" }) },
    { name: "kubeadm join looks whether the node is there already", event: requestBy(bootstrap, "get", { resource: "nodes", name: "worker-2" }, { code: 404 }) },
  ],
});

/** kubeadm join reads these with the bootstrap token before the new node has a certificate. */
const isPartOfJoining = (event: AuditEvent): boolean =>
  event["ka.verb"] === "get"
  && ((event["ka.target.resource"] === "nodes" && event["ka.target.subresource"] === undefined)
    || (event["ka.target.resource"] === "configmaps" && isOneOf(event["ka.target.namespace"], ["kube-system", "kube-public"]) && isOneOf(event["ka.target.name"], ["kubeadm-config", "kubelet-config", "kube-proxy", "cluster-info"])));
