import { closeSync, openSync, writeSync } from "node:fs";
import { made } from "./corpus.mjs";

const node = (number) => ({ user: { username: `system:node:worker-${number % 50}`, groups: ["system:nodes", "system:authenticated"] }, sourceIPs: [`10.0.0.${number % 50}`], userAgent: "kubelet/v1.37.2 (linux/amd64) kubernetes/1234567" });
const controller = (name) => ({ user: { username: `system:serviceaccount:kube-system:${name}`, uid: "5f1c1a56-8a51-4d3e-a3a3-0d0f1c2b3a49", groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"] }, sourceIPs: ["10.0.0.10"], userAgent: `kube-controller-manager/v1.37.2 (linux/amd64) kubernetes/1234567/system:serviceaccount:kube-system:${name}` });
const person = (number) => ({ user: { username: `person-${number % 20}@example.com`, groups: ["developers", "system:authenticated"] }, sourceIPs: [`203.0.113.${number % 20}`], userAgent: "kubectl/v1.37.2 (linux/amd64) kubernetes/1234567" });
const namespaces = ["shop", "payments", "search", "kube-system", "monitoring"];

const pod = (number, privileged) => ({
  kind: "Pod", apiVersion: "v1", metadata: { generateName: "web-7d4b9c6f5d-", namespace: namespaces[number % 5], labels: { app: "web", "pod-template-hash": "7d4b9c6f5d" }, ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-7d4b9c6f5d", uid: "d5b5f8f4-6c1a-4d0c-9f0a-2f5b0d9c1e77", controller: true, blockOwnerDeletion: true }] },
  spec: {
    volumes: [{ name: "config", configMap: { name: "web", defaultMode: 420 } }],
    containers: [{ name: "web", image: `registry.example.com/shop/web:1.${number % 30}.2`, ports: [{ containerPort: 8080, protocol: "TCP" }], env: [{ name: "REGION", value: "eu" }], resources: { limits: { memory: "128Mi" }, requests: { cpu: "50m", memory: "64Mi" } }, securityContext: privileged ? { privileged: true } : { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true }, terminationMessagePath: "/dev/termination-log", imagePullPolicy: "IfNotPresent" }],
    restartPolicy: "Always", serviceAccountName: "web", securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } }, schedulerName: "default-scheduler",
  },
});
const lease = (number) => ({ kind: "Lease", apiVersion: "coordination.k8s.io/v1", metadata: { name: `worker-${number % 50}`, namespace: "kube-node-lease", uid: "0a4d2d0e-1c2b-4f5e-9d6a-7b8c9d0e1f2a", resourceVersion: String(100000 + number) }, spec: { holderIdentity: `worker-${number % 50}`, leaseDurationSeconds: 40, renewTime: "2026-11-20T09:14:02.102934Z" } });

/** What a cluster's log is made of, by how many of a hundred requests: mostly nodes and controllers, some people. */
const mix = [
  [22, (n) => request(n, node(n), "update", { resource: "leases", namespace: "kube-node-lease", name: `worker-${n % 50}`, apiGroup: "coordination.k8s.io", apiVersion: "v1" }, { body: lease(n) })],
  [18, (n) => request(n, node(n), "get", { resource: "configmaps", namespace: namespaces[n % 5], name: "web", apiVersion: "v1" })],
  [12, (n) => request(n, node(n), "patch", { resource: "pods", namespace: namespaces[n % 5], name: `web-${n % 900}`, apiVersion: "v1", subresource: "status" }, { body: { status: { conditions: [{ type: "Ready", status: "True", lastProbeTime: null, lastTransitionTime: "2026-11-20T09:14:02Z" }], phase: "Running" } } })],
  [14, (n) => request(n, controller("generic-garbage-collector"), "list", { resource: "secrets", apiVersion: "v1" }, { query: "limit=500&resourceVersion=0" })],
  [10, (n) => request(n, controller("endpointslice-controller"), "update", { resource: "endpointslices", namespace: namespaces[n % 5], name: "web-abcde", apiGroup: "discovery.k8s.io", apiVersion: "v1" })],
  [8, (n) => request(n, controller("replicaset-controller"), "create", { resource: "pods", namespace: namespaces[n % 5], apiVersion: "v1" }, { code: 201, body: pod(n, n % 1000 === 0) })],
  [6, (n) => request(n, node(n), "create", { resource: "events", namespace: namespaces[n % 5], name: `web.${n}`, apiVersion: "v1" }, { code: 201 })],
  [5, (n) => request(n, controller("kube-scheduler"), "create", { resource: "pods", namespace: namespaces[n % 5], name: `web-${n % 900}`, subresource: "binding", apiVersion: "v1" }, { code: 201 })],
  [3, (n) => request(n, person(n), "list", { resource: "pods", namespace: namespaces[n % 5], apiVersion: "v1" }, { query: "limit=500" })],
  [1, (n) => request(n, person(n), "get", { resource: n % 700 === 0 ? "secrets" : "deployments", namespace: namespaces[n % 5], name: "web", ...(n % 700 === 0 ? {} : { apiGroup: "apps" }), apiVersion: "v1" })],
  [1, (n) => request(n, controller("deployment-controller"), "update", { resource: "deployments", namespace: namespaces[n % 5], name: "web", apiGroup: "apps", apiVersion: "v1", subresource: "status" }, { body: { kind: "Deployment", apiVersion: "apps/v1", metadata: { name: "web" }, status: { replicas: 2, readyReplicas: 2 } } })],
];
const makers = mix.flatMap(([share, make]) => Array.from({ length: share }, () => make));

function request(number, sender, verb, objectRef, { code = 200, body, query } = {}) {
  const root = objectRef.apiGroup === undefined ? "/api/v1" : `/apis/${objectRef.apiGroup}/v1`;
  const path = [root, ...(objectRef.namespace === undefined ? [] : ["namespaces", objectRef.namespace]), objectRef.resource, ...(objectRef.name === undefined ? [] : [objectRef.name]), ...(objectRef.subresource === undefined ? [] : [objectRef.subresource])].join("/");
  return {
    kind: "Event", apiVersion: "audit.k8s.io/v1", level: body === undefined ? "Metadata" : "Request", auditID: `5f3a6c1e-0f4b-4ad8-9d0b-${number.toString(16).padStart(12, "0")}`, stage: "ResponseComplete",
    requestURI: query === undefined ? path : `${path}?${query}`, verb, ...sender, objectRef, responseStatus: { metadata: {}, code }, ...(body === undefined ? {} : { requestObject: body }),
    requestReceivedTimestamp: "2026-11-20T09:14:02.102934Z", stageTimestamp: "2026-11-20T09:14:02.110211Z",
    annotations: { "authorization.k8s.io/decision": "allow", "authorization.k8s.io/reason": 'RBAC: allowed by ClusterRoleBinding "system:controller" of ClusterRole "system:controller" to ServiceAccount "controller/kube-system"' },
  };
}

/** The line of an event, which depends on its number alone. */
export const auditLine = (number) => `${JSON.stringify(makers[(number * 37) % makers.length](number))}\n`;

/** A log of so many events, some 1,000 bytes each, one in a few thousand to be reported; made at first use. */
export function auditLog(count) {
  return made(`audit-${count}.log`, (path) => {
    const file = openSync(path, "w");
    for (let from = 0; from < count; from += 1000) {
      let text = "";
      for (let number = from; number < Math.min(from + 1000, count); number += 1) text += auditLine(number);
      writeSync(file, text);
    }
    closeSync(file);
  });
}
