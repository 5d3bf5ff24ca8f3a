import { auditLog, defineDetection, isOneOf, strings } from "portcullis";
import { addedDebugContainer } from "./requests.ts";
import { alice, controller, kubelet, kubernetesAdmin, mallory, pods, requestBy } from "./fixtures.ts";

export default defineDetection({
  title: "A debug container was put into a running Pod",
  description: "A debug container brings an image of the caller's choice into a Pod that passed its review long ago, and sees the processes, volumes and network of its neighbours. It stays until the Pod goes.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts", "rbac/exec"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1609", "T1610"],
  source: auditLog(),
  parameters: {
    allowedUsers: strings({ default: [], description: "Names of users who debug Pods as their work." }),
  },
  when: ({ event, parameters }) => addedDebugContainer(event) && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
  // The body is there where Pods are logged at Request; how it holds the image depends on the kind of patch.
  fields: ["ka.user.name", "ka.target.namespace", "ka.target.name", "ka.req.pod.ephemeralContainers.image", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Ask the account's owner. If nobody knows of it, delete the Pod, since a debug container cannot be taken out of it, and revoke the account.",
  fires: [
    { name: "kubectl debug", event: requestBy(mallory, "patch", pods("shop", "web", "ephemeralcontainers"), { body: { spec: { ephemeralContainers: [{ name: "debugger-x7k2p", image: "busybox", stdin: true, tty: true }] } } }) },
    { name: "a client that replaces the list, logged without its body", event: requestBy(mallory, "update", pods("shop", "web", "ephemeralcontainers")) },
    { name: "the cluster's administrator", event: requestBy(kubernetesAdmin, "patch", pods("kube-system", "coredns-5d78", "ephemeralcontainers")) },
  ],
  quiet: [
    { name: "a patch that was refused", event: requestBy(alice, "patch", pods("shop", "web", "ephemeralcontainers"), { code: 403 }) },
    { name: "kubectl debug --dry-run=server", event: requestBy(alice, "patch", pods("shop", "web", "ephemeralcontainers"), { query: "dryRun=All&fieldManager=kubectl-debug" }) },
    { name: "the list is read", event: requestBy(alice, "get", pods("shop", "web", "ephemeralcontainers")) },
    { name: "a kubelet reports a Pod's status", event: requestBy(kubelet, "patch", pods("shop", "web", "status"), { body: { status: { ephemeralContainerStatuses: [{ name: "debugger-x7k2p", ready: false }] } } }) },
    { name: "a controller adopts a Pod", event: requestBy(controller("replicaset-controller"), "patch", pods("shop", "web")) },
    { name: "an engineer who is allowed", event: requestBy(alice, "patch", pods("shop", "web", "ephemeralcontainers")), parameters: { allowedUsers: ["alice@example.com"] } },
  ],
});
