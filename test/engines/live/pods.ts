import type { ApiObject } from "../../../src/verify/live/client.ts";

/** A container that is privileged, or that nothing is wrong with but what its Pod leaves open. */
export const container = (name: string, privileged: boolean): Readonly<Record<string, unknown>> => ({ name, image: "registry.k8s.io/pause:3.10", securityContext: { privileged } });

/** A Pod of these containers in the namespace `shop`. */
export const podOf = (name: string, containers: readonly unknown[], metadata: Partial<ApiObject["metadata"]> = {}): ApiObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", ...metadata },
  spec: { containers },
});

/** A Pod of the namespace `shop` in which no control finds anything. */
export const soundPodOf = (name: string): ApiObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop" },
  spec: {
    serviceAccountName: "web",
    automountServiceAccountToken: false,
    hostUsers: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, seccompProfile: { type: "RuntimeDefault" }, appArmorProfile: { type: "RuntimeDefault" } },
    containers: [{
      name: "app",
      image: "registry.k8s.io/pause:3.10",
      resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "16Mi" } },
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    }],
  },
});

/** What a namespace needs so that no control finds anything around it: network policies, a quota and a range of limits. */
export const settledIn = (namespace: string): readonly ApiObject[] => [
  { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "settled-deny-all", namespace }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
  { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "settled-quota", namespace }, spec: { hard: { "requests.cpu": "1000", "requests.memory": "1Ti", "limits.cpu": "1000", "limits.memory": "1Ti", pods: "10000", "services.loadbalancers": "10", "services.nodeports": "0" } } },
  { apiVersion: "v1", kind: "LimitRange", metadata: { name: "settled-limits", namespace }, spec: { limits: [{ type: "Container", default: { memory: "64Mi" }, defaultRequest: { cpu: "10m", memory: "16Mi" } }] } },
];

/** The settings of a network that encrypts between nodes, so that no namespace needs a mesh for that. */
export const encryptedNodes: ApiObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cilium-config", namespace: "kube-system" }, data: { "enable-wireguard": "true" } };

/** A Deployment of one container. */
export const deploymentOf = (name: string, privileged: boolean, replicas = 1): ApiObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "shop" },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [container("app", privileged)] } } },
});

/** A Pod of many containers, each of which breaks what one container can break. 500 of them come to more than 200 KB. */
export function hugePod(name: string, containers = 500): ApiObject {
  const securityContext = { privileged: true, allowPrivilegeEscalation: true, runAsUser: 0, runAsNonRoot: false, capabilities: { add: ["SYS_ADMIN", "NET_RAW"] }, seccompProfile: { type: "Unconfined" }, appArmorProfile: { type: "Unconfined" }, seLinuxOptions: { type: "spc_t", user: "u", role: "r" } };
  const probe = { httpGet: { host: "127.0.0.1", port: 80 } };
  return podOf(name, Array.from({ length: containers }, (_, index) => ({ name: `container-${index}`, image: `ghcr.io:443/team/application/part-${index}:v1.2.3`, securityContext, ports: [{ containerPort: 80, hostPort: 1000 + index }], livenessProbe: probe, readinessProbe: probe })));
}
