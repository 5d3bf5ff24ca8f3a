/** Who sends a request: what the API server logs of a user and the client. */
export interface Sender {
  readonly username: string;
  readonly groups: readonly string[];
  readonly agent: string;
  readonly address: string;
  /** What the authenticator adds to the user. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What a request is for. */
export interface Target {
  readonly group?: string;
  readonly version?: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** What differs from a granted request that is logged at its end. */
export interface Circumstances {
  readonly stage?: "RequestReceived" | "ResponseStarted" | "ResponseComplete";
  readonly code?: number;
  /** The parameters of the URI. */
  readonly query?: string;
  /** The body, as the level Request logs it; without one the level is Metadata. */
  readonly body?: unknown;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly impersonates?: { readonly username: string; readonly groups?: readonly string[] };
}

/** An audit event as the API server writes it. */
export type LoggedEvent = Readonly<Record<string, unknown>>;

/** The event of a request for an object or a list of objects. */
export function requestBy(sender: Sender, verb: string, target: Target, circumstances: Circumstances = {}): LoggedEvent {
  const { resource, group, version = "v1", subresource, namespace, name } = target;
  const root = group === undefined ? `/api/${version}` : `/apis/${group}/${version}`;
  const path = [root, ...(namespace === undefined || resource === "namespaces" ? [] : ["namespaces", namespace]), resource, ...(name === undefined || (verb === "create" && subresource === undefined) ? [] : [name]), ...(subresource === undefined ? [] : [subresource])].join("/");
  const objectRef = {
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(group === undefined ? {} : { apiGroup: group }),
    apiVersion: version,
    ...(subresource === undefined ? {} : { subresource }),
  };
  return pathRequestBy(sender, verb, path, circumstances, { objectRef });
}

/** The event of a request for a path outside the API's resources, such as /livez. */
export function pathRequestBy(sender: Sender, verb: string, path: string, circumstances: Circumstances = {}, more: LoggedEvent = {}): LoggedEvent {
  const { stage = "ResponseComplete", code = verb === "create" ? 201 : 200, query, body, annotations, impersonates } = circumstances;
  const { username, groups, agent, address, extra } = sender;
  // The body is read after the authorizer has decided, so a refusal that has one is admission's.
  const forbidden = code === 403 && body === undefined;
  const failure = { status: "Failure", ...(code === 403 ? { message: `User "${username}" cannot ${verb} this resource`, reason: "Forbidden", details: {} } : {}) };
  return {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: body === undefined ? "Metadata" : "Request",
    auditID: "5f3a6c1e-0f4b-4ad8-9d0b-2c1b0b7f3a10",
    stage,
    requestURI: query === undefined ? path : `${path}?${query}`,
    verb,
    user: { username, groups: [...groups, ...(username === "system:anonymous" ? [] : ["system:authenticated"])], ...(extra === undefined ? {} : { extra }) },
    ...(impersonates === undefined ? {} : { impersonatedUser: impersonates }),
    sourceIPs: [address],
    userAgent: agent,
    ...more,
    ...(stage === "RequestReceived" ? {} : { responseStatus: { metadata: {}, ...(code >= 400 ? failure : {}), code } }),
    ...(body === undefined ? {} : { requestObject: body }),
    requestReceivedTimestamp: "2026-11-20T09:14:02.102934Z",
    stageTimestamp: "2026-11-20T09:14:02.110211Z",
    ...(stage === "RequestReceived" ? {} : { annotations: { "authorization.k8s.io/decision": forbidden ? "forbid" : "allow", "authorization.k8s.io/reason": "", ...annotations } }),
  };
}

const person = (username: string, groups: readonly string[]): Sender => ({ username, groups, agent: "kubectl/v1.37.2 (linux/amd64) kubernetes/1234567", address: "203.0.113.7" });

/** A ServiceAccount and the software that uses it. */
export const serviceAccount = (namespace: string, name: string, agent: string): Sender => ({
  username: `system:serviceaccount:${namespace}:${name}`,
  groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
  agent,
  address: "10.244.1.17",
  extra: { "authentication.kubernetes.io/pod-name": [`${name}-0`], "authentication.kubernetes.io/credential-id": ["JTI=7d2d7c10-30a1-4f5f-8b6b-0c5b6f4f6a52"] },
});

/** A controller of the controller manager, under an account of its own. */
export const controller = (name: string): Sender => ({
  username: `system:serviceaccount:kube-system:${name}`,
  groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system"],
  agent: `kube-controller-manager/v1.37.2 (linux/amd64) kubernetes/1234567/system:serviceaccount:kube-system:${name}`,
  address: "10.0.0.10",
});

export const mallory = person("mallory@example.com", ["developers"]);
export const alice = person("alice@example.com", ["developers"]);

/** The administrator whom kubeadm makes, with a certificate. */
export const kubernetesAdmin: Sender = { ...person("kubernetes-admin", ["kubeadm:cluster-admins"]), extra: { "authentication.kubernetes.io/credential-id": ["X509SHA256=8a1c5a2de3fc6a0f2f2a7b5a3ba2a6b9d0e7e4c52e5f2ee3a0c8d1c95be0f711"] } };

export const kubelet: Sender = { username: "system:node:worker-1", groups: ["system:nodes"], agent: "kubelet/v1.37.2 (linux/amd64) kubernetes/1234567", address: "10.0.0.11" };
export const controllerManager: Sender = { username: "system:kube-controller-manager", groups: [], agent: "kube-controller-manager/v1.37.2 (linux/amd64) kubernetes/1234567/tokens-controller", address: "10.0.0.10" };

/** The API server itself, which puts its own roles and bindings right as it starts. */
export const apiServer: Sender = { username: "system:apiserver", groups: ["system:masters"], agent: "kube-apiserver/v1.37.2 (linux/amd64) kubernetes/1234567", address: "::1" };

export const anonymous: Sender = { username: "system:anonymous", groups: ["system:unauthenticated"], agent: "curl/8.5.0", address: "198.51.100.23" };

export const argoCd = serviceAccount("argocd", "argocd-application-controller", "argocd-controller/v0.0.0 (linux/amd64) kubernetes/$Format");
export const flux = serviceAccount("flux-system", "kustomize-controller", "kustomize-controller/v0.0.0 (linux/amd64) kubernetes/$Format");
export const helmOperator = serviceAccount("flux-system", "helm-controller", "helm-controller/v0.0.0 (linux/amd64) kubernetes/$Format");
export const caInjector = serviceAccount("cert-manager", "cert-manager-cainjector", "cainjector/v1.19.1 (linux/amd64) cert-manager/cert-manager-mutatingwebhookconfiguration");
export const metricsServer = serviceAccount("kube-system", "metrics-server", "metrics-server/v0.8.0 (linux/amd64) kubernetes/$Format");
export const clusterAutoscaler = serviceAccount("kube-system", "cluster-autoscaler", "cluster-autoscaler/v0.0.0 (linux/amd64) kubernetes/$Format/leader-election");

/** A Pod as a client sends it. */
export const podBody = (spec: Readonly<Record<string, unknown>>): LoggedEvent => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" }, spec: { containers: [{ name: "web", image: "registry.example.com/shop/web:1.4.2" }], ...spec } });

/** The Pods of a namespace, or one of them. */
export const pods = (namespace: string, name?: string, subresource?: string): Target => ({ resource: "pods", namespace, ...(name === undefined ? {} : { name }), ...(subresource === undefined ? {} : { subresource }) });

const rbac = (resource: string, name: string, namespace?: string): Target => ({ group: "rbac.authorization.k8s.io", resource, name, ...(namespace === undefined ? {} : { namespace }) });

export const clusterRole = (name: string): Target => rbac("clusterroles", name);
export const role = (namespace: string, name: string): Target => rbac("roles", name, namespace);
export const clusterRoleBinding = (name: string): Target => rbac("clusterrolebindings", name);
export const roleBinding = (namespace: string, name: string): Target => rbac("rolebindings", name, namespace);

/** A ClusterRole as a client sends it. */
export const roleBody = (name: string, ...rules: readonly LoggedEvent[]): LoggedEvent => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules });

/** A ClusterRoleBinding as a client sends it. */
export const bindingBody = (name: string, roleName: string, ...subjects: readonly LoggedEvent[]): LoggedEvent => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: roleName },
  subjects,
});

export const user = (name: string): LoggedEvent => ({ kind: "User", apiGroup: "rbac.authorization.k8s.io", name });
export const group = (name: string): LoggedEvent => ({ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name });
