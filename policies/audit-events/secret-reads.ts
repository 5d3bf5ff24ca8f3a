import { auditLog, defineDetection, isOneOf, startsWithAny, strings } from "portcullis";
import { isComplete, succeeded } from "./requests.ts";

export default defineDetection({
  title: "Secrets were read by a person or an unlisted account",
  description: "Secrets hold the passwords and tokens of every workload in a namespace, and one list returns them all. Whoever stole an account tries this first.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K08"], "2025": ["K10", "K03"] }, seed: ["H07"] },
  techniques: ["T1552"],
  source: auditLog(),
  parameters: {
    allowedUsers: strings({ default: [], description: "Names of users who read Secrets as their work." }),
    exemptNamespaces: strings({ default: [], description: "Namespaces whose Secrets may be read." }),
  },
  when: ({ event, parameters }) =>
    isComplete(event) && event["ka.target.resource"] === "secrets" && isOneOf(event["ka.verb"], ["get", "list", "watch"]) && succeeded(event)
    && !startsWithAny(event["ka.user.name"], ["system:"]) && !isOneOf(event["ka.user.name"], parameters.allowedUsers) && !isOneOf(event["ka.target.namespace"], parameters.exemptNamespaces),
  fields: ["ka.user.name", "ka.verb", "ka.target.namespace", "ka.target.name", "ka.useragent"],
  response: "Ask the account's owner. If nobody knows of it, revoke the account and replace what the Secrets hold.",
  fires: [
    {
      name: "kubectl get secrets",
      event: {
        kind: "Event", apiVersion: "audit.k8s.io/v1", level: "Metadata", auditID: "5f3a6c1e-0f4b-4ad8-9d0b-2c1b0b7f3a10", stage: "ResponseComplete", requestURI: "/api/v1/namespaces/shop/secrets?limit=500", verb: "list",
        user: { username: "mallory@example.com", groups: ["developers", "system:authenticated"] }, sourceIPs: ["203.0.113.7"], userAgent: "kubectl/v1.37.2 (linux/amd64) kubernetes/1234567",
        objectRef: { resource: "secrets", namespace: "shop", apiVersion: "v1" }, responseStatus: { metadata: {}, code: 200 },
        requestReceivedTimestamp: "2026-11-20T09:14:02.102934Z", stageTimestamp: "2026-11-20T09:14:02.110211Z", annotations: { "authorization.k8s.io/decision": "allow", "authorization.k8s.io/reason": "" },
      },
    },
  ],
  quiet: [
    {
      name: "the kubelet fetches the Secret of a pod",
      event: {
        kind: "Event", apiVersion: "audit.k8s.io/v1", level: "Metadata", auditID: "6a1d0d52-54e4-4b8f-a0b5-d4f3d8a6b9b1", stage: "ResponseComplete", requestURI: "/api/v1/namespaces/shop/secrets/web-tls", verb: "get",
        user: { username: "system:node:worker-1", groups: ["system:nodes", "system:authenticated"] }, sourceIPs: ["10.0.0.11"], userAgent: "kubelet/v1.37.2 (linux/amd64) kubernetes/1234567",
        objectRef: { resource: "secrets", namespace: "shop", name: "web-tls", apiVersion: "v1" }, responseStatus: { metadata: {}, code: 200 },
        requestReceivedTimestamp: "2026-11-20T09:14:02.102934Z", stageTimestamp: "2026-11-20T09:14:02.110211Z", annotations: { "authorization.k8s.io/decision": "allow", "authorization.k8s.io/reason": "" },
      },
    },
    {
      name: "a read that was refused",
      event: {
        kind: "Event", apiVersion: "audit.k8s.io/v1", level: "Metadata", auditID: "0c1b9f5e-3c6a-49f3-8f32-52f1f1a6f0c2", stage: "ResponseComplete", requestURI: "/api/v1/namespaces/shop/secrets/web-tls", verb: "get",
        user: { username: "alice@example.com", groups: ["developers", "system:authenticated"] }, sourceIPs: ["203.0.113.8"], userAgent: "kubectl/v1.37.2 (linux/amd64) kubernetes/1234567",
        objectRef: { resource: "secrets", namespace: "shop", name: "web-tls", apiVersion: "v1" }, responseStatus: { metadata: {}, status: "Failure", reason: "Forbidden", code: 403 },
        requestReceivedTimestamp: "2026-11-20T09:14:02.102934Z", stageTimestamp: "2026-11-20T09:14:02.110211Z", annotations: { "authorization.k8s.io/decision": "forbid", "authorization.k8s.io/reason": "" },
      },
    },
  ],
});
