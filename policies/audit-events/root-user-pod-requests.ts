import { auditLog, defineDetection, isOneOf, sharesAny, strings } from "portcullis";
import { alice, controller, kubelet, mallory, podBody, pods, requestBy } from "./fixtures.ts";
import { createdPod } from "./requests.ts";

export default defineDetection({
  title: "A Pod that asks for the root user was created",
  description: "A process that is root in its container is root on the node as soon as it leaves it, and may write what files and devices it finds on the way. A Pod that asks for root by number overrules the user of its image.",
  severity: "low",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1610"],
  source: auditLog(),
  parameters: {
    exemptNamespaces: strings({ default: ["kube-system"], description: "Namespaces whose Pods may run as root." }),
  },
  // Only a 0 that is written down shows: of the image's user the request says nothing.
  when: ({ event, parameters }) =>
    createdPod(event)
    && (event["ka.req.pod.run_as_user"] === "0" || sharesAny(event["ka.req.pod.containers.run_as_user"], ["0"]) || sharesAny(event["ka.req.pod.initContainers.run_as_user"], ["0"]))
    && !isOneOf(event["ka.target.namespace"], parameters.exemptNamespaces),
  fields: ["ka.user.name", "ka.target.namespace", "ka.target.name", "ka.req.pod.run_as_user", "ka.req.pod.containers.run_as_user", "ka.req.pod.containers.image", "ka.useragent"],
  response: "Ask the team that owns the workload for a user of its own; where root was not meant, delete the Pod.",
  fires: [
    { name: "the Pod asks for root", event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ securityContext: { runAsUser: 0 } }) }) },
    { name: "the second container alone asks for root", event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ containers: [{ name: "web", image: "alpine:3.22" }, { name: "side", image: "alpine:3.22", securityContext: { runAsUser: 0 } }] }) }) },
    { name: "an init container of a StatefulSet asks for root", event: requestBy(controller("statefulset-controller"), "create", pods("shop", "db-0"), { body: podBody({ initContainers: [{ name: "chown", image: "alpine:3.22", securityContext: { runAsUser: 0 } }] }) }) },
  ],
  quiet: [
    { name: "a Pod that names no user", event: requestBy(controller("replicaset-controller"), "create", pods("shop", "web"), { body: podBody({}) }) },
    { name: "users whose numbers hold a zero", event: requestBy(controller("replicaset-controller"), "create", pods("shop", "web"), { body: podBody({ securityContext: { runAsUser: 1000, fsGroup: 0 } }) }) },
    { name: "a system Pod", event: requestBy(controller("daemon-set-controller"), "create", pods("kube-system", "csi-node-5wq2z"), { body: podBody({ securityContext: { runAsUser: 0 } }) }) },
    { name: "a kubelet shows the mirror of a static Pod", event: requestBy(kubelet, "create", pods("infra", "lb-worker-1"), { body: podBody({ securityContext: { runAsUser: 0 } }) }) },
    { name: "a Pod that admission refused", event: requestBy(alice, "create", pods("shop", "web"), { code: 403, body: podBody({ securityContext: { runAsUser: 0 } }) }) },
  ],
});
