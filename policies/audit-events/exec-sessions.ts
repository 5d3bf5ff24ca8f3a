import { type AuditEvent, auditLog, defineDetection, isOneOf, startsWithAny, strings } from "portcullis";
import { alice, kubelet, mallory, metricsServer, pods, requestBy, serviceAccount } from "./fixtures.ts";

export default defineDetection({
  title: "A session into a running Pod was opened",
  description: "With exec or attach an intruder works inside a container with all that the workload may do, and with port-forward reaches ports that no network policy lets anyone near. The session itself is in no log: its start is all there is.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts", "rbac/exec"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1609"],
  source: auditLog(),
  parameters: {
    allowedUsers: strings({ default: [], description: "Names of users who open sessions as their work, such as a backup tool that freezes databases." }),
    exemptNamespaces: strings({ default: [], description: "Namespaces whose Pods may be entered." }),
  },
  rules: {
    a: {
      title: "A command was run in a container, or its terminal taken",
      when: ({ event, parameters }) => opened(event) && isOneOf(event["ka.target.subresource"], ["exec", "attach"]) && !isOneOf(event["ka.user.name"], parameters.allowedUsers) && !isOneOf(event["ka.target.namespace"], parameters.exemptNamespaces),
      fields: ["ka.user.name", "ka.target.subresource", "ka.target.namespace", "ka.target.name", "ka.uri.param[container]", "ka.uri.param[command]", "ka.useragent", "jevt.value[/sourceIPs/0]"],
    },
    b: {
      title: "A port of a Pod was forwarded",
      when: ({ event, parameters }) => opened(event) && event["ka.target.subresource"] === "portforward" && !isOneOf(event["ka.user.name"], parameters.allowedUsers) && !isOneOf(event["ka.target.namespace"], parameters.exemptNamespaces),
      fields: ["ka.user.name", "ka.target.namespace", "ka.target.name", "ka.useragent", "jevt.value[/sourceIPs/0]"],
    },
  },
  response: "Ask the account's owner what the session was for. If nobody knows of it, delete the Pod, revoke the account, and replace what the Pod's Secrets hold.",
  fires: [
    { name: "kubectl exec over a WebSocket, which is a GET", event: requestBy(mallory, "get", pods("shop", "web", "exec"), { stage: "ResponseStarted", code: 101, query: "command=sh&container=web&stdin=true&stdout=true&tty=true" }), findings: ["a"] },
    { name: "an older kubectl over SPDY, which is a POST", event: requestBy(mallory, "create", pods("shop", "web", "exec"), { stage: "ResponseStarted", code: 101, query: "command=sh&container=web&stdout=true" }), findings: ["a"] },
    { name: "kubectl attach", event: requestBy(alice, "get", pods("shop", "web", "attach"), { stage: "ResponseStarted", code: 101, query: "container=web&stdin=true&stdout=true" }), findings: ["a"] },
    { name: "kubectl port-forward", event: requestBy(alice, "get", pods("shop", "db-0", "portforward"), { stage: "ResponseStarted", code: 101 }), findings: ["b"] },
    { name: "a workload's account", event: requestBy(serviceAccount("shop", "web", "Go-http-client/1.1"), "create", pods("kube-system", "etcd-cp-1", "exec"), { stage: "ResponseStarted", code: 101, query: "command=cat&command=%2Fetc%2Fshadow" }), findings: ["a"] },
  ],
  quiet: [
    { name: "the end of a session that was reported at its start", event: requestBy(mallory, "get", pods("shop", "web", "exec"), { code: 101, query: "command=sh" }) },
    { name: "a session that was refused", event: requestBy(alice, "get", pods("shop", "web", "exec"), { stage: "ResponseStarted", code: 403, query: "command=sh" }) },
    { name: "the logs of a Pod are followed", event: requestBy(alice, "get", pods("shop", "web", "log"), { stage: "ResponseStarted", query: "follow=true" }) },
    { name: "a kubelet watches its Pods", event: requestBy(kubelet, "watch", { resource: "pods" }, { stage: "ResponseStarted", query: "fieldSelector=spec.nodeName%3Dworker-1&watch=true" }) },
    { name: "metrics-server watches Pods", event: requestBy(metricsServer, "watch", { resource: "pods" }, { stage: "ResponseStarted", query: "watch=true" }) },
    {
      name: "a backup tool that is allowed",
      event: requestBy(serviceAccount("velero", "velero", "velero-server/v1.17.0"), "create", pods("shop", "db-0", "exec"), { stage: "ResponseStarted", code: 101, query: "command=fsfreeze" }),
      parameters: { allowedUsers: ["system:serviceaccount:velero:velero"] },
    },
  ],
});

/** Whether a connection to a Pod was opened. Every session has this stage once; a refused one has it too, with its own code. */
const opened = (event: AuditEvent): boolean => event["ka.stage"] === "ResponseStarted" && startsWithAny(event["ka.response.code"], ["1", "2"]) && event["ka.target.resource"] === "pods" && isOneOf(event["ka.verb"], ["create", "get"]);
