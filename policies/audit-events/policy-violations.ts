import { auditLog, defineDetection, isOneOf, strings } from "portcullis";
import { alice, argoCd, controller, flux, kubelet, pods, requestBy } from "./fixtures.ts";
import { isComplete } from "./requests.ts";

const violation = 'would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false)';
const failure = '[{"message":"containers must not be privileged","policy":"privileged-containers","binding":"privileged-containers","expressionIndex":0,"validationActions":["Audit"]}]';

export default defineDetection({
  title: "An object that a policy only watches for was admitted",
  description: "A policy in audit mode lets everything through and writes it down. Whoever looks for the way in finds the namespaces where that is so; the log is the one place where it shows.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts", "pod/pss"] }, owasp: { "2022": ["K05", "K04"], "2025": ["K10", "K04"] }, seed: ["H07"] },
  techniques: ["T1610"],
  source: auditLog(),
  parameters: {
    exemptNamespaces: strings({ default: ["kube-system"], description: "Namespaces whose violations are known." }),
  },
  // A dry run is judged too and leaves no object behind.
  rules: {
    a: {
      title: "A Pod broke the Pod Security level that its namespace audits",
      when: ({ event, parameters }) => isComplete(event) && event["ka.uri.param[dryRun]"] === undefined && event["ka.security.pod.violations"] !== undefined && !isOneOf(event["ka.target.namespace"], parameters.exemptNamespaces),
      fields: ["ka.user.name", "ka.verb", "ka.target.resource", "ka.target.namespace", "ka.target.name", "ka.security.pod.violations", "ka.response.code"],
    },
    b: {
      title: "An object failed a ValidatingAdmissionPolicy that audits",
      when: ({ event, parameters }) => isComplete(event) && event["ka.uri.param[dryRun]"] === undefined && event["ka.validations.admission.policy.failure"] !== undefined && !isOneOf(event["ka.target.namespace"], parameters.exemptNamespaces),
      fields: ["ka.user.name", "ka.verb", "ka.target.resource", "ka.target.namespace", "ka.target.name", "ka.validations.admission.policy.failure", "ka.response.code"],
    },
  },
  response: "Have the object mended, or an exemption written down; then let the policy enforce.",
  fires: [
    { name: "a Pod that the level restricted would refuse", event: requestBy(controller("replicaset-controller"), "create", pods("shop", "web"), { annotations: { "pod-security.kubernetes.io/audit-violations": violation } }), findings: ["a"] },
    { name: "a Deployment that an audited policy would refuse", event: requestBy(argoCd, "patch", { group: "apps", resource: "deployments", namespace: "shop", name: "web" }, { annotations: { "validation.policy.admission.k8s.io/validation_failure": failure } }), findings: ["b"] },
    { name: "a cluster's object, which has no namespace", event: requestBy(alice, "create", { group: "rbac.authorization.k8s.io", resource: "clusterroles", name: "helper" }, { annotations: { "validation.policy.admission.k8s.io/validation_failure": failure } }), findings: ["b"] },
    { name: "both watch", event: requestBy(alice, "create", pods("shop", "web"), { annotations: { "pod-security.kubernetes.io/audit-violations": violation, "validation.policy.admission.k8s.io/validation_failure": failure } }), findings: ["a", "b"] },
  ],
  quiet: [
    { name: "a Pod within the level", event: requestBy(controller("replicaset-controller"), "create", pods("shop", "web"), { annotations: { "pod-security.kubernetes.io/enforce-policy": "restricted:latest" } }) },
    { name: "a system Pod", event: requestBy(controller("daemon-set-controller"), "create", pods("kube-system", "kube-proxy-9x2vk"), { annotations: { "pod-security.kubernetes.io/audit-violations": violation } }) },
    { name: "a dry run of Flux", event: requestBy(flux, "patch", { group: "apps", resource: "deployments", namespace: "shop", name: "web" }, { query: "dryRun=All&fieldManager=kustomize-controller", annotations: { "pod-security.kubernetes.io/audit-violations": violation } }) },
    { name: "a kubelet reports a status", event: requestBy(kubelet, "patch", pods("shop", "web", "status")) },
    { name: "a Pod that was refused", event: requestBy(alice, "create", pods("shop", "web"), { code: 403 }) },
  ],
});
