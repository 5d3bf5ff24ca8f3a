import { auditLog, defineDetection, isOneOf, strings } from "portcullis";
import { alice, clusterAutoscaler, controller, kubelet, kubernetesAdmin, mallory, requestBy, type Target } from "./fixtures.ts";
import { changed } from "./requests.ts";

const request = (name: string, subresource?: string): Target => ({ group: "certificates.k8s.io", resource: "certificatesigningrequests", name, ...(subresource === undefined ? {} : { subresource }) });
const body = (signerName: string): unknown => ({ apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest", metadata: { name: "mallory" }, spec: { signerName, request: "LS0tLS1CRUdJTiBDRVJU", usages: ["client auth"] } });

export default defineDetection({
  title: "A certificate to log in with was requested or approved",
  description: "A client certificate cannot be revoked and names whatever user and groups were approved. It outlives the account that asked for it, and the request itself is deleted within hours: this log is what remains.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K06"], "2025": ["K10", "K09"] }, seed: ["H07"] },
  techniques: ["T1649"],
  source: auditLog(),
  parameters: {
    allowedApprovers: strings({ default: ["system:serviceaccount:kube-system:certificate-controller"], description: "Names of users who approve requests as their work. The controller approves those of kubelets." }),
  },
  rules: {
    a: {
      title: "A client certificate for the API server was requested",
      when: ({ event }) =>
        changed(event)
        && event["ka.verb"] === "create"
        && event["ka.target.resource"] === "certificatesigningrequests"
        && event["ka.target.subresource"] === undefined
        && event["jevt.value[/requestObject/spec/signerName]"] === "kubernetes.io/kube-apiserver-client",
      fields: ["ka.user.name", "ka.target.name", "jevt.value[/requestObject/spec/request]", "jevt.value[/requestObject/spec/expirationSeconds]", "ka.useragent", "jevt.value[/sourceIPs/0]"],
    },
    b: {
      title: "A certificate was approved by somebody other than the controller",
      when: ({ event, parameters }) =>
        changed(event)
        && isOneOf(event["ka.verb"], ["update", "patch"])
        && event["ka.target.resource"] === "certificatesigningrequests"
        && event["ka.target.subresource"] === "approval"
        && !isOneOf(event["ka.user.name"], parameters.allowedApprovers),
      fields: ["ka.user.name", "ka.target.name", "jevt.value[/requestObject/spec/signerName]", "jevt.value[/requestObject/spec/request]", "ka.useragent", "jevt.value[/sourceIPs/0]"],
    },
  },
  response: "Decode the request and see whom it names. If nobody knows of it, take every binding from that user and those groups; the certificate itself ends only with its date or its CA.",
  fires: [
    { name: "a person asks for a certificate", event: requestBy(mallory, "create", request("mallory"), { body: body("kubernetes.io/kube-apiserver-client") }), findings: ["a"] },
    { name: "kubectl certificate approve", event: requestBy(kubernetesAdmin, "update", request("mallory", "approval"), { body: body("kubernetes.io/kube-apiserver-client") }), findings: ["b"] },
    { name: "an approval by patch, logged without its body", event: requestBy(mallory, "patch", request("mallory", "approval")), findings: ["b"] },
    { name: "a kubelet's request is approved by hand", event: requestBy(mallory, "update", request("csr-9x2vk", "approval"), { body: body("kubernetes.io/kube-apiserver-client-kubelet") }), findings: ["b"] },
  ],
  quiet: [
    { name: "a kubelet asks for its own client certificate", event: requestBy(kubelet, "create", request("csr-9x2vk"), { body: body("kubernetes.io/kube-apiserver-client-kubelet") }) },
    { name: "a kubelet asks for its serving certificate", event: requestBy(kubelet, "create", request("csr-4kz8m"), { body: body("kubernetes.io/kubelet-serving") }) },
    { name: "the controller approves a kubelet's request", event: requestBy(controller("certificate-controller"), "update", request("csr-9x2vk", "approval"), { body: body("kubernetes.io/kube-apiserver-client-kubelet") }) },
    { name: "the controller signs", event: requestBy(controller("certificate-controller"), "update", request("csr-9x2vk", "status")) },
    { name: "the autoscaler waits for a new node's request", event: requestBy(clusterAutoscaler, "watch", { group: "certificates.k8s.io", resource: "certificatesigningrequests" }) },
    { name: "a request that was refused", event: requestBy(alice, "create", request("alice"), { code: 403, body: body("kubernetes.io/kube-apiserver-client") }) },
    { name: "an approval that was refused", event: requestBy(alice, "update", request("alice", "approval"), { code: 403 }) },
  ],
});
