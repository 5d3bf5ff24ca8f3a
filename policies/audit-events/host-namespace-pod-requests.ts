import { auditLog, defineDetection, isOneOf, strings } from "portcullis";
import { alice, argoCd, controller, kubelet, mallory, podBody, pods, requestBy } from "./fixtures.ts";
import { createdPod } from "./requests.ts";

export default defineDetection({
  title: "A Pod in a namespace of its node was created",
  description: "On the node's network a Pod listens in on its neighbours and reaches the metadata service and the kubelet as the node does; with the node's process ids it reads the environment of every process and can kill them.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1610", "T1611"],
  source: auditLog(),
  parameters: {
    allowedUsers: strings({ default: ["system:serviceaccount:kube-system:daemon-set-controller"], description: "Names of users who may create such Pods. The controller of DaemonSets creates those of node agents, and whoever may create a DaemonSet goes through it." }),
  },
  // Only of Pods that exist: what admission refused has no namespace of the node.
  when: ({ event, parameters }) =>
    createdPod(event) && (event["ka.req.pod.host_network"] === "true" || event["ka.req.pod.host_pid"] === "true" || event["ka.req.pod.host_ipc"] === "true") && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
  fields: ["ka.user.name", "ka.target.namespace", "ka.target.name", "ka.req.pod.host_network", "ka.req.pod.host_pid", "ka.req.pod.host_ipc", "ka.req.pod.containers.image", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Ask the account's owner. If nobody knows of it, delete the Pod, rebuild its node, and replace the credentials that passed through it.",
  fires: [
    { name: "a Pod on the node's network", event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ hostNetwork: true }) }) },
    { name: "a Pod with the node's process ids", event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ hostPID: true, nodeName: "worker-1" }) }) },
    { name: "a Job's Pod with the node's IPC", event: requestBy(controller("job-controller"), "create", pods("shop", "web"), { body: podBody({ hostIPC: true }) }) },
    { name: "words of a dry run in another parameter", event: requestBy(mallory, "create", pods("shop", "web"), { query: "fieldManager=?dryRun=All", body: podBody({ hostNetwork: true }) }) },
    { name: "a node agent, where no user is allowed", event: requestBy(controller("daemon-set-controller"), "create", pods("monitoring", "node-exporter-2kq7w"), { body: podBody({ hostNetwork: true, hostPID: true }) }), parameters: { allowedUsers: [] } },
  ],
  quiet: [
    { name: "the controller of DaemonSets creates a node agent", event: requestBy(controller("daemon-set-controller"), "create", pods("monitoring", "node-exporter-2kq7w"), { body: podBody({ hostNetwork: true, hostPID: true }) }) },
    { name: "a kubelet shows the mirror of the API server's static Pod", event: requestBy(kubelet, "create", pods("kube-system", "kube-apiserver-cp-1"), { body: podBody({ hostNetwork: true }) }) },
    { name: "a Pod that says no", event: requestBy(argoCd, "create", pods("shop", "web"), { body: podBody({ hostNetwork: false, hostPID: false, hostIPC: false }) }) },
    { name: "a Pod that admission refused", event: requestBy(alice, "create", pods("shop", "web"), { code: 403, body: podBody({ hostNetwork: true }) }) },
    { name: "a dry run", event: requestBy(alice, "create", pods("shop", "web"), { query: "dryRun=All", body: podBody({ hostNetwork: true }) }) },
  ],
});
