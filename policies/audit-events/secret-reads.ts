import { type AuditEvent, auditLog, defineDetection, isOneOf, startsWithAny, strings } from "portcullis";
import { alice, caInjector, controller, helmOperator, kubelet, mallory, requestBy, serviceAccount, type Target } from "./fixtures.ts";
import { isComplete, succeeded } from "./requests.ts";

const secrets = (namespace: string, name?: string): Target => ({ resource: "secrets", namespace, ...(name === undefined ? {} : { name }) });

export default defineDetection({
  title: "Secrets were read by a person or an unlisted account",
  description: "Secrets hold the passwords and tokens of every workload in a namespace, and one list returns them all. Whoever stole an account tries this first.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K08"], "2025": ["K10", "K03"] }, seed: ["H07"] },
  techniques: ["T1552.007"],
  source: auditLog(),
  parameters: {
    allowedUsers: strings({ default: [], description: "Names of users who read Secrets as their work." }),
    exemptNamespaces: strings({ default: [], description: "Namespaces whose Secrets may be read." }),
    // Operators read Secrets all day, so their accounts count only where somebody asked for it; a stolen token is seen there.
    watchedNamespaces: strings({ default: [], description: "Namespaces in which reads by ServiceAccounts count too." }),
  },
  when: ({ event, parameters }) =>
    readSecrets(event)
    && (!startsWithAny(event["ka.user.name"], ["system:"]) || (startsWithAny(event["ka.user.name"], ["system:serviceaccount:"]) && isOneOf(event["ka.target.namespace"], parameters.watchedNamespaces)))
    && !isOneOf(event["ka.user.name"], parameters.allowedUsers)
    && !isOneOf(event["ka.target.namespace"], parameters.exemptNamespaces),
  fields: ["ka.user.name", "ka.verb", "ka.target.namespace", "ka.target.name", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Ask the account's owner. If nobody knows of it, revoke the account and replace what the Secrets hold.",
  fires: [
    { name: "kubectl get secrets", event: requestBy(mallory, "list", secrets("shop"), { query: "limit=500" }) },
    { name: "one Secret", event: requestBy(mallory, "get", secrets("shop", "web-tls")) },
    { name: "a watch over all namespaces, at its end", event: requestBy(mallory, "watch", { resource: "secrets" }, { query: "watch=true" }) },
    { name: "a stolen token of a workload, in a namespace that is watched", event: requestBy(serviceAccount("shop", "web", "curl/8.5.0"), "list", secrets("payments")), parameters: { watchedNamespaces: ["payments"] } },
  ],
  quiet: [
    { name: "a kubelet fetches the Secret of a Pod", event: requestBy(kubelet, "get", secrets("shop", "web-tls")) },
    { name: "a kubelet, in a namespace that is watched", event: requestBy(kubelet, "get", secrets("shop", "web-tls")), parameters: { watchedNamespaces: ["shop"] } },
    { name: "Helm's operator reads its releases", event: requestBy(helmOperator, "list", secrets("shop"), { query: "labelSelector=owner%3Dhelm" }) },
    { name: "cert-manager's CA injector watches Secrets", event: requestBy(caInjector, "watch", { resource: "secrets" }, { query: "watch=true" }) },
    { name: "the garbage collector watches Secrets", event: requestBy(controller("generic-garbage-collector"), "watch", { resource: "secrets" }) },
    { name: "a person who is allowed", event: requestBy(alice, "get", secrets("shop", "web-tls")), parameters: { allowedUsers: ["alice@example.com"] } },
    { name: "a Secret is written", event: requestBy(alice, "create", secrets("shop", "web-tls")) },
    { name: "a read that was refused", event: requestBy(alice, "get", secrets("shop", "web-tls"), { code: 403 }) },
  ],
});

/** Whether Secrets were given out: a list and a watch give their contents as much as a get. */
const readSecrets = (event: AuditEvent): boolean => isComplete(event) && event["ka.target.resource"] === "secrets" && isOneOf(event["ka.verb"], ["get", "list", "watch"]) && succeeded(event);
