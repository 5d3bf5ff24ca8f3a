import { type AuditEvent, auditLog, containsAny, defineDetection, isOneOf, sharesAny, strings } from "portcullis";
import { controller, kubelet, mallory, alice, argoCd, podBody, pods, requestBy } from "./fixtures.ts";
import { addedDebugContainer, createdPod, isJsonPatch } from "./requests.ts";

export default defineDetection({
  title: "A Pod with power over its node was created",
  description: "A privileged container is root on its node, and with SYS_ADMIN, SYS_PTRACE or SYS_MODULE it is one step from it. Who may create Pods takes a node this way, and then all that runs there.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1610", "T1611"],
  source: auditLog(),
  parameters: {
    // ALL stands beside the four risky names, since it adds every one of them.
    capabilities: strings({ default: ["SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "NET_ADMIN", "ALL"], description: "Capabilities that must not be added, in upper case and without CAP_; a longer name that holds one counts too. Read are the first four containers, two init containers and two debug containers." }),
    allowedUsers: strings({ default: [], description: "Names of users who may create such Pods, such as the controller of DaemonSets." }),
  },
  rules: {
    a: {
      title: "A privileged container was requested",
      // Debug containers come by a subresource; the API server refuses them in a new Pod.
      when: ({ event, parameters }) => (createsPrivileged(event) || addsPrivileged(event)) && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
      fields: ["ka.user.name", "ka.target.namespace", "ka.target.name", "ka.target.subresource", "ka.req.pod.containers.image", "ka.useragent", "jevt.value[/sourceIPs/0]"],
    },
    b: {
      title: "A container with a risky capability was requested",
      when: ({ event, parameters }) =>
        ((createdPod(event)
          && (containsAny(event["jevt.value[/requestObject/spec/containers/0/securityContext/capabilities/add]"], parameters.capabilities)
            || containsAny(event["jevt.value[/requestObject/spec/containers/1/securityContext/capabilities/add]"], parameters.capabilities)
            || containsAny(event["jevt.value[/requestObject/spec/containers/2/securityContext/capabilities/add]"], parameters.capabilities)
            || containsAny(event["jevt.value[/requestObject/spec/containers/3/securityContext/capabilities/add]"], parameters.capabilities)
            || containsAny(event["jevt.value[/requestObject/spec/initContainers/0/securityContext/capabilities/add]"], parameters.capabilities)
            || containsAny(event["jevt.value[/requestObject/spec/initContainers/1/securityContext/capabilities/add]"], parameters.capabilities)))
          || (addedDebugContainer(event)
            && (containsAny(event["jevt.value[/requestObject/spec/ephemeralContainers/0/securityContext/capabilities/add]"], parameters.capabilities)
              || containsAny(event["jevt.value[/requestObject/spec/ephemeralContainers/1/securityContext/capabilities/add]"], parameters.capabilities))))
        && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
      fields: ["ka.user.name", "ka.target.namespace", "ka.target.name", "ka.target.subresource", "ka.req.pod.containers.image", "ka.useragent", "jevt.value[/sourceIPs/0]"],
    },
  },
  response: "Ask the account's owner. If nobody knows of it, delete the Pod, drain and rebuild its node, and revoke the account.",
  fires: [
    { name: "a privileged container", event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ containers: [{ name: "web", image: "alpine:3.22", securityContext: { privileged: true } }] }) }), findings: ["a"] },
    { name: "the init container is privileged, the others are not", event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ initContainers: [{ name: "tune", image: "alpine:3.22", securityContext: { privileged: true } }] }) }), findings: ["a"] },
    { name: "the ReplicaSet of a Deployment creates it", event: requestBy(controller("replicaset-controller"), "create", pods("shop", "web"), { body: podBody({ containers: [{ name: "web", image: "alpine:3.22", securityContext: { privileged: true } }] }) }), findings: ["a"] },
    {
      name: "kubectl debug --profile=sysadmin",
      event: requestBy(mallory, "patch", pods("shop", "web", "ephemeralcontainers"), { body: { spec: { ephemeralContainers: [{ name: "debugger-x7k2p", image: "busybox", securityContext: { privileged: true }, targetContainerName: "web" }] } } }),
      findings: ["a"],
    },
    {
      name: "a JSON patch adds a privileged debug container",
      event: requestBy(mallory, "patch", pods("shop", "web", "ephemeralcontainers"), { body: [{ op: "add", path: "/spec/ephemeralContainers", value: [{ name: "x", image: "busybox", securityContext: { privileged: true } }] }] }),
      findings: ["a"],
    },
    { name: "SYS_ADMIN among several capabilities", event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ containers: [{ name: "web", image: "alpine:3.22", securityContext: { capabilities: { add: ["CHOWN", "SYS_ADMIN"] } } }] }) }), findings: ["b"] },
    {
      name: "the second container adds every capability",
      event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ containers: [{ name: "web", image: "alpine:3.22" }, { name: "side", image: "alpine:3.22", securityContext: { capabilities: { add: ["ALL"] } } }] }) }),
      findings: ["b"],
    },
    {
      name: "privileged, and with a capability",
      event: requestBy(mallory, "create", pods("shop", "web"), { body: podBody({ containers: [{ name: "web", image: "alpine:3.22", securityContext: { privileged: true, capabilities: { add: ["SYS_MODULE"] } } }] }) }),
      findings: ["a", "b"],
    },
  ],
  quiet: [
    { name: "a restricted Pod that drops capabilities", event: requestBy(controller("replicaset-controller"), "create", pods("shop", "web"), { body: podBody({ containers: [{ name: "web", image: "registry.example.com/shop/web:1.4.2", securityContext: { privileged: false, capabilities: { drop: ["ALL", "SYS_ADMIN"], add: ["NET_BIND_SERVICE"] } } }] }) }) },
    { name: "a kubelet shows the mirror of a static Pod", event: requestBy(kubelet, "create", pods("kube-system", "node-agent-worker-1"), { body: podBody({ containers: [{ name: "agent", image: "registry.example.com/agent:2", securityContext: { privileged: true } }] }) }) },
    {
      name: "the controller of DaemonSets, where it is allowed",
      event: requestBy(controller("daemon-set-controller"), "create", pods("kube-system", "kube-proxy-9x2vk"), { body: podBody({ containers: [{ name: "kube-proxy", image: "registry.k8s.io/kube-proxy:v1.37.2", securityContext: { privileged: true } }] }) }),
      parameters: { allowedUsers: ["system:serviceaccount:kube-system:daemon-set-controller"] },
    },
    { name: "a Pod that admission refused", event: requestBy(alice, "create", pods("shop", "web"), { code: 403, body: podBody({ containers: [{ name: "web", image: "alpine:3.22", securityContext: { privileged: true } }] }) }) },
    { name: "a dry run of Argo CD", event: requestBy(argoCd, "create", pods("shop", "web"), { query: "dryRun=All&fieldManager=argocd-controller", body: podBody({ containers: [{ name: "web", image: "alpine:3.22", securityContext: { privileged: true } }] }) }) },
    { name: "an eviction, which has a body of its own", event: requestBy(controller("node-controller"), "create", pods("shop", "web", "eviction"), { body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "web", namespace: "shop" } } }) },
  ],
});

const createsPrivileged = (event: AuditEvent): boolean => createdPod(event) && (sharesAny(event["ka.req.pod.containers.privileged"], ["true"]) || sharesAny(event["ka.req.pod.initContainers.privileged"], ["true"]));

const addsPrivileged = (event: AuditEvent): boolean =>
  addedDebugContainer(event) && (sharesAny(event["ka.req.pod.ephemeralContainers.privileged"], ["true"]) || (isJsonPatch(event) && containsAny(event["jevt.value[/requestObject]"], ['"privileged":true'])));
