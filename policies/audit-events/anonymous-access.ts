import { type AuditEvent, auditLog, defineDetection, startsWithAny, strings } from "portcullis";
import { anonymous, kubelet, pathRequestBy, requestBy } from "./fixtures.ts";
import { isComplete } from "./requests.ts";

export default defineDetection({
  title: "Somebody without a name was let through",
  description: "Whoever reaches the API server's port may try without credentials. A binding for the anonymous user, made by mistake or left as a back door, answers the whole world and leaves no name in the log.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts", "auth/anonymous"] }, owasp: { "2022": ["K05", "K06"], "2025": ["K10", "K09"] }, seed: ["H07"] },
  techniques: ["T1190"],
  source: auditLog(),
  parameters: {
    healthPaths: strings({ default: ["/healthz", "/livez", "/readyz", "/version"], description: "What the URIs of health checks start with." }),
  },
  when: ({ event, parameters }) =>
    isComplete(event) && event["ka.user.name"] === "system:anonymous" && event["ka.auth.decision"] === "allow" && !startsWithAny(event["ka.uri"], parameters.healthPaths) && !readsClusterInfo(event),
  fields: ["ka.verb", "ka.uri", "ka.response.code", "ka.auth.reason", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Find the binding that ka.auth.reason names, and remove the anonymous user and system:unauthenticated from it. Then look for what else came from that address.",
  fires: [
    { name: "Secrets are listed", event: requestBy(anonymous, "list", { resource: "secrets", namespace: "shop" }, { annotations: { "authorization.k8s.io/reason": 'RBAC: allowed by ClusterRoleBinding "debug" of ClusterRole "cluster-admin" to User "system:anonymous"' } }) },
    { name: "a Pod is created", event: requestBy(anonymous, "create", { resource: "pods", namespace: "default", name: "miner" }) },
    { name: "the API's groups are listed", event: pathRequestBy(anonymous, "get", "/apis") },
    { name: "another ConfigMap of the same namespace", event: requestBy(anonymous, "get", { resource: "configmaps", namespace: "kube-public", name: "other" }) },
  ],
  quiet: [
    { name: "a load balancer asks for health", event: pathRequestBy(anonymous, "get", "/livez", { query: "verbose" }) },
    { name: "a part of readiness", event: pathRequestBy(anonymous, "get", "/readyz/etcd") },
    { name: "the version is read", event: pathRequestBy(anonymous, "get", "/version") },
    { name: "a request that was refused", event: requestBy(anonymous, "list", { resource: "secrets", namespace: "shop" }, { code: 403 }) },
    { name: "kubeadm join reads what it checks the cluster by", event: requestBy(anonymous, "get", { resource: "configmaps", namespace: "kube-public", name: "cluster-info" }, { query: "timeout=10s" }) },
    { name: "a kubelet, which has a name", event: requestBy(kubelet, "get", { resource: "nodes", name: "worker-1" }) },
  ],
});

/** kubeadm join reads this ConfigMap before it has credentials; it holds the cluster's address and CA, no secret. */
const readsClusterInfo = (event: AuditEvent): boolean =>
  event["ka.verb"] === "get" && event["ka.target.resource"] === "configmaps" && event["ka.target.namespace"] === "kube-public" && event["ka.target.name"] === "cluster-info";
