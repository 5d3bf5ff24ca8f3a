import { auditLog, defineDetection, sharesAny, strings } from "portcullis";
import { alice, controller, flux, kubelet, mallory, podBody, pods, requestBy } from "./fixtures.ts";
import { createdPod } from "./requests.ts";

export default defineDetection({
  title: "A Pod that mounts a sensitive path of its node was created",
  description: "A Pod that mounts the node's root, the kubelet's folder or the socket of the container runtime reads every Secret there and starts what it likes as root on the node.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1610", "T1611"],
  source: auditLog(),
  parameters: {
    paths: strings({
      // A folder is the same with a slash behind it, and the engine compares whole texts, so each stands here twice.
      default: ["/", "/etc", "/etc/", "/proc", "/proc/", "/root", "/root/", "/var/run/docker.sock", "/run/containerd/containerd.sock", "/var/lib/kubelet", "/var/lib/kubelet/", "/etc/kubernetes", "/etc/kubernetes/"],
      description: "Paths that no Pod may mount, as they stand in the Pod: /etc/ is another text than /etc. Paths below them are not seen.",
    }),
  },
  when: ({ event, parameters }) => createdPod(event) && sharesAny(event["ka.req.pod.volumes.hostpath"], parameters.paths),
  fields: ["ka.user.name", "ka.target.namespace", "ka.target.name", "ka.req.pod.volumes.hostpath", "ka.req.pod.containers.image", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Ask the account's owner. If nobody knows of it, delete the Pod, rebuild its node, and replace the Secrets of all Pods that ran there.",
  fires: [
    { name: "the node's root", event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ volumes: [{ name: "node", hostPath: { path: "/" } }] }) }) },
    { name: "a folder with a slash behind it, beside other volumes", event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ volumes: [{ name: "tmp", emptyDir: {} }, { name: "node", hostPath: { path: "/etc/kubernetes/", type: "Directory" } }] }) }) },
    { name: "the runtime's socket, by way of a Deployment", event: requestBy(controller("replicaset-controller"), "create", pods("ci", "runner-7c9d"), { body: podBody({ volumes: [{ name: "socket", hostPath: { path: "/run/containerd/containerd.sock", type: "Socket" } }] }) }) },
  ],
  quiet: [
    { name: "kube-proxy's volumes", event: requestBy(controller("daemon-set-controller"), "create", pods("kube-system", "kube-proxy-9x2vk"), { body: podBody({ volumes: [{ name: "modules", hostPath: { path: "/lib/modules" } }, { name: "lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } }] }) }) },
    { name: "a kubelet shows the mirror of a control plane's Pod", event: requestBy(kubelet, "create", pods("kube-system", "kube-scheduler-cp-1"), { body: podBody({ volumes: [{ name: "kubeconfig", hostPath: { path: "/etc/kubernetes", type: "Directory" } }] }) }) },
    { name: "a Pod with volumes of its own", event: requestBy(flux, "create", pods("shop", "web"), { body: podBody({ volumes: [{ name: "tmp", emptyDir: {} }, { name: "etc", configMap: { name: "etc" } }] }) }) },
    { name: "a Pod that admission refused", event: requestBy(alice, "create", pods("shop", "web"), { code: 403, body: podBody({ volumes: [{ name: "node", hostPath: { path: "/" } }] }) }) },
  ],
});
