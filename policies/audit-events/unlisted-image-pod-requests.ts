import { type AuditEvent, auditLog, defineDetection, startsWithAny, strings } from "portcullis";
import { alice, controller, kubelet, mallory, podBody, pods, requestBy } from "./fixtures.ts";
import { addedDebugContainer, createdPod, isJsonPatch } from "./requests.ts";

const repositories = strings({
  default: [],
  description: "What images may start with, as they stand in the Pod: a registry or a path with its slash behind it, or a repository with its : or @. The empty list allows no image.",
});

export default defineDetection({
  title: "A Pod with an image from elsewhere was created",
  description: "What runs in the cluster is what its images hold. An image that nobody here built or scanned is how miners and backdoors come in, and how an intruder brings tools along.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K02"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1610", "T1204.003"],
  source: auditLog(),
  // Without its end a prefix would let registry.example.com.evil.io through.
  parameters: { repositories: { ...repositories, schema: { type: "array", items: { type: "string", pattern: "[/:@]$" } } } },
  // Images are read one by one, for the field of all repositories is cut at the colon of a port. A Pod with more containers is reported, since not all of its images were read.
  when: ({ event, parameters }) =>
    (createdPod(event) || addedDebugContainer(event))
    && ((event["jevt.value[/requestObject/spec/containers/0/image]"] !== undefined && !startsWithAny(event["jevt.value[/requestObject/spec/containers/0/image]"], parameters.repositories))
      || (event["jevt.value[/requestObject/spec/containers/1/image]"] !== undefined && !startsWithAny(event["jevt.value[/requestObject/spec/containers/1/image]"], parameters.repositories))
      || (event["jevt.value[/requestObject/spec/containers/2/image]"] !== undefined && !startsWithAny(event["jevt.value[/requestObject/spec/containers/2/image]"], parameters.repositories))
      || (event["jevt.value[/requestObject/spec/containers/3/image]"] !== undefined && !startsWithAny(event["jevt.value[/requestObject/spec/containers/3/image]"], parameters.repositories))
      || (event["jevt.value[/requestObject/spec/initContainers/0/image]"] !== undefined && !startsWithAny(event["jevt.value[/requestObject/spec/initContainers/0/image]"], parameters.repositories))
      || (event["jevt.value[/requestObject/spec/initContainers/1/image]"] !== undefined && !startsWithAny(event["jevt.value[/requestObject/spec/initContainers/1/image]"], parameters.repositories))
      || (event["jevt.value[/requestObject/spec/initContainers/2/image]"] !== undefined && !startsWithAny(event["jevt.value[/requestObject/spec/initContainers/2/image]"], parameters.repositories))
      || (event["jevt.value[/requestObject/spec/ephemeralContainers/0/image]"] !== undefined && !startsWithAny(event["jevt.value[/requestObject/spec/ephemeralContainers/0/image]"], parameters.repositories))
      || (event["jevt.value[/requestObject/spec/ephemeralContainers/1/image]"] !== undefined && !startsWithAny(event["jevt.value[/requestObject/spec/ephemeralContainers/1/image]"], parameters.repositories))
      || hasUnreadImages(event)),
  fields: ["ka.user.name", "ka.target.namespace", "ka.target.name", "ka.req.pod.containers.image", "ka.req.pod.initContainers.image", "ka.req.pod.ephemeralContainers.image", "ka.useragent"],
  response: "Find out who chose the image. Delete the workload if nobody answers for it, and bring what is wanted into a listed registry.",
  fires: [
    { name: "an image of the public registry", event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ containers: [{ name: "web", image: "xmrig/xmrig" }] }) }), parameters: { repositories: ["registry.example.com/"] } },
    { name: "only the init container's image is unlisted", event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ initContainers: [{ name: "fetch", image: "evil.example.net:5000/tools:1" }] }) }), parameters: { repositories: ["registry.example.com/"] } },
    { name: "another port of a listed host", event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ containers: [{ name: "web", image: "registry.example.com:5001/shop/web:1" }] }) }), parameters: { repositories: ["registry.example.com:5000/", "registry.example.com/"] } },
    { name: "kubectl debug with an image of the public registry", event: requestBy(mallory, "patch", pods("shop", "web", "ephemeralcontainers"), { body: { spec: { ephemeralContainers: [{ name: "debugger-x7k2p", image: "nicolaka/netshoot" }] } } }), parameters: { repositories: ["registry.example.com/"] } },
    { name: "a JSON patch, whose images are not where they are in a Pod", event: requestBy(mallory, "patch", pods("shop", "web", "ephemeralcontainers"), { body: [{ op: "add", path: "/spec/ephemeralContainers/-", value: { name: "x", image: "busybox" } }] }), parameters: { repositories: ["registry.example.com/"] } },
    {
      name: "more containers than the rule reads",
      event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ containers: ["a", "b", "c", "d", "e"].map((name) => ({ name, image: "registry.example.com/shop/web:1" })) }) }),
      parameters: { repositories: ["registry.example.com/"] },
    },
    { name: "no registry is listed", event: requestBy(alice, "create", pods("shop", "web"), { body: podBody({}) }) },
  ],
  quiet: [
    { name: "images of a listed registry", event: requestBy(controller("replicaset-controller"), "create", pods("shop", "web"), { body: podBody({ initContainers: [{ name: "migrate", image: "registry.example.com/shop/migrate@sha256:0f2c" }] }) }), parameters: { repositories: ["registry.example.com/"] } },
    { name: "one listed repository on a port", event: requestBy(controller("job-controller"), "create", pods("shop", "backup"), { body: podBody({ containers: [{ name: "backup", image: "registry.example.com:5000/backup:3" }] }) }), parameters: { repositories: ["registry.example.com:5000/backup:"] } },
    { name: "a kubelet shows the mirror of a static Pod", event: requestBy(kubelet, "create", pods("kube-system", "etcd-cp-1"), { body: podBody({ containers: [{ name: "etcd", image: "registry.k8s.io/etcd:3.6.5-0" }] }) }), parameters: { repositories: ["registry.example.com/"] } },
    { name: "a Pod that admission refused", event: requestBy(alice, "create", pods("shop", "web"), { code: 403, body: podBody({ containers: [{ name: "web", image: "nginx" }] }) }), parameters: { repositories: ["registry.example.com/"] } },
  ],
});

/** Whether there are images that the rule does not read. */
const hasUnreadImages = (event: AuditEvent): boolean =>
  event["jevt.value[/requestObject/spec/containers/4]"] !== undefined
  || event["jevt.value[/requestObject/spec/initContainers/3]"] !== undefined
  || event["jevt.value[/requestObject/spec/ephemeralContainers/2]"] !== undefined
  || isJsonPatch(event);
