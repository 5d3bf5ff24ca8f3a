import { type AuditEvent, auditLog, containsAny, defineDetection, isOneOf, strings } from "portcullis";
import { alice, argoCd, controller, flux, mallory, requestBy, serviceAccount, type Target } from "./fixtures.ts";
import { isJsonPatch, wrote } from "./requests.ts";

const service = (name: string, subresource?: string): Target => ({ resource: "services", namespace: "shop", name, ...(subresource === undefined ? {} : { subresource }) });
const body = (spec: unknown): unknown => ({ apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "shop" }, spec });

export default defineDetection({
  title: "A Service was opened to the outside",
  description: "A node port or load balancer puts a workload before the world without its gateway, and a Service with an external IP takes over the traffic of that address for the whole cluster. Both are quick ways out for data and in for commands.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K07"], "2025": ["K10", "K06"] }, seed: ["H07"] },
  techniques: ["T1133", "T1557"],
  source: auditLog(),
  parameters: {
    exemptNamespaces: strings({ default: [], description: "Namespaces whose Services may be open, such as that of the gateway." }),
    allowedUsers: strings({ default: [], description: "Names of users who open Services as their work." }),
  },
  rules: {
    a: {
      title: "A Service with a node port or a load balancer was written",
      when: ({ event, parameters }) => wrote(event) && event["ka.target.resource"] === "services" && opensPort(event) && !isOneOf(event["ka.target.namespace"], parameters.exemptNamespaces) && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
      fields: ["ka.user.name", "ka.verb", "ka.target.namespace", "ka.target.name", "ka.req.service.type", "jevt.value[/requestObject/spec/ports]", "ka.useragent"],
    },
    b: {
      title: "A Service with external IPs was written",
      when: ({ event, parameters }) => wrote(event) && event["ka.target.resource"] === "services" && takesAddresses(event) && !isOneOf(event["ka.target.namespace"], parameters.exemptNamespaces) && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
      fields: ["ka.user.name", "ka.verb", "ka.target.namespace", "ka.target.name", "jevt.value[/requestObject/spec/externalIPs]", "jevt.value[/requestObject/spec/ports]", "ka.useragent"],
    },
  },
  response: "Ask the team whether the world is meant to reach it. If not, make it a ClusterIP Service, and look at what connected meanwhile.",
  fires: [
    { name: "kubectl expose --type=LoadBalancer", event: requestBy(mallory, "create", service("web"), { body: body({ type: "LoadBalancer", ports: [{ port: 443 }] }) }), findings: ["a"] },
    { name: "a Service is patched to a node port", event: requestBy(mallory, "patch", service("web"), { body: { spec: { type: "NodePort" } } }), findings: ["a"] },
    { name: "an external IP", event: requestBy(mallory, "update", service("web"), { body: body({ type: "ClusterIP", externalIPs: ["8.8.8.8"], ports: [{ port: 53 }] }) }), findings: ["b"] },
    { name: "both at once", event: requestBy(mallory, "create", service("web"), { body: body({ type: "NodePort", externalIPs: ["203.0.113.9"] }) }), findings: ["a", "b"] },
    { name: "a JSON patch of the type", event: requestBy(mallory, "patch", service("web"), { body: [{ op: "replace", path: "/spec/type", value: "NodePort" }] }), findings: ["a"] },
    { name: "a JSON patch adds an address", event: requestBy(mallory, "patch", service("web"), { body: [{ op: "add", path: "/spec/externalIPs", value: ["8.8.8.8"] }] }), findings: ["b"] },
  ],
  quiet: [
    { name: "a Service inside the cluster", event: requestBy(argoCd, "create", service("web"), { body: body({ type: "ClusterIP", ports: [{ port: 80 }] }) }) },
    { name: "a Service with an empty list of addresses", event: requestBy(flux, "patch", service("web"), { body: body({ externalIPs: [], ports: [{ port: 80 }] }) }) },
    { name: "a merge patch that removes the addresses", event: requestBy(alice, "patch", service("web"), { body: { spec: { externalIPs: null } } }) },
    { name: "the load balancer's address is written into the status", event: requestBy(serviceAccount("kube-system", "cloud-controller-manager", "cloud-controller-manager/v1.37.0"), "patch", service("web", "status"), { body: { status: { loadBalancer: { ingress: [{ ip: "203.0.113.9" }] } } } }) },
    { name: "the controller of load balancers adds its finalizer", event: requestBy(controller("service-controller"), "patch", service("web"), { body: { metadata: { finalizers: ["service.kubernetes.io/load-balancer-cleanup"] } } }) },
    { name: "a dry run", event: requestBy(flux, "patch", service("web"), { query: "dryRun=All&fieldManager=kustomize-controller", body: body({ type: "LoadBalancer" }) }) },
    { name: "the gateway's namespace", event: requestBy(argoCd, "create", { resource: "services", namespace: "gateway", name: "envoy" }, { body: body({ type: "LoadBalancer" }) }), parameters: { exemptNamespaces: ["gateway"] } },
    { name: "a Service that was refused", event: requestBy(alice, "create", service("web"), { code: 403, body: body({ type: "LoadBalancer", externalIPs: ["8.8.8.8"] }) }) },
  ],
});

const opensPort = (event: AuditEvent): boolean => isOneOf(event["ka.req.service.type"], ["NodePort", "LoadBalancer"]) || (isJsonPatch(event) && containsAny(event["jevt.value[/requestObject]"], ['"NodePort"', '"LoadBalancer"']));

/** An empty list and the null of a merge patch are there too, and take no address. */
const takesAddresses = (event: AuditEvent): boolean =>
  (event["jevt.value[/requestObject/spec/externalIPs]"] !== undefined && event["jevt.value[/requestObject/spec/externalIPs]"] !== "[]" && event["jevt.value[/requestObject/spec/externalIPs]"] !== "null")
  || (isJsonPatch(event) && containsAny(event["jevt.value[/requestObject]"], ["externalIPs"]));
