import { auditLog, defineDetection, isOneOf, strings } from "portcullis";
import { alice, clusterAutoscaler, kubelet, mallory, metricsServer, requestBy, serviceAccount, type Target } from "./fixtures.ts";
import { isComplete } from "./requests.ts";

const node = (name: string, subresource?: string): Target => ({ resource: "nodes", name, ...(subresource === undefined ? {} : { subresource }) });
const prometheus = serviceAccount("monitoring", "prometheus", "Prometheus/3.7.1");

export default defineDetection({
  title: "A kubelet was reached through the API server",
  description: "Through nodes/proxy a caller speaks to the kubelet itself: it lists every Pod of the node and runs commands in them, past admission and past the rules on exec, and the log shows a path instead of a Pod.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K03"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1609"],
  source: auditLog(),
  parameters: {
    allowedUsers: strings({ default: [], description: "Names of users who read metrics this way, such as a monitoring account." }),
  },
  // Whoever was let through counts, whatever the kubelet answered; a call straight to the kubelet's port is in no log.
  when: ({ event, parameters }) =>
    isComplete(event) && event["ka.target.resource"] === "nodes" && event["ka.target.subresource"] === "proxy" && event["ka.auth.decision"] === "allow" && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
  fields: ["ka.user.name", "ka.verb", "ka.uri", "ka.target.name", "ka.response.code", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Read in ka.uri what was asked of the kubelet. Take nodes/proxy from the account; where commands were run, treat every Pod of the node as lost.",
  fires: [
    { name: "a command is run in a Pod of the node", event: requestBy(mallory, "create", node("worker-1", "proxy"), { code: 200, query: "cmd=id" }) },
    { name: "the Pods of a node are listed", event: requestBy(mallory, "get", node("worker-1", "proxy")) },
    { name: "a connection that is upgraded", event: requestBy(mallory, "get", node("worker-1", "proxy"), { code: 101 }) },
    { name: "the kubelet does not know the path", event: requestBy(mallory, "get", node("worker-1", "proxy"), { code: 404 }) },
    { name: "a monitoring account that is not listed", event: requestBy(prometheus, "get", node("worker-1", "proxy")) },
  ],
  quiet: [
    { name: "a monitoring account that is listed", event: requestBy(prometheus, "get", node("worker-1", "proxy")), parameters: { allowedUsers: ["system:serviceaccount:monitoring:prometheus"] } },
    { name: "metrics-server watches nodes", event: requestBy(metricsServer, "watch", { resource: "nodes" }) },
    { name: "a kubelet reports its status", event: requestBy(kubelet, "patch", node("worker-1", "status")) },
    { name: "the autoscaler cordons a node", event: requestBy(clusterAutoscaler, "update", node("worker-1")) },
    { name: "kubectl get nodes", event: requestBy(alice, "list", { resource: "nodes" }) },
    { name: "a request that was refused", event: requestBy(alice, "get", node("worker-1", "proxy"), { code: 403 }) },
    { name: "a Service's proxy", event: requestBy(alice, "get", { resource: "services", namespace: "shop", name: "web", subresource: "proxy" }) },
  ],
});
