/** What requests are for, in the words by which a rule of the audit policy may name it. */
export interface Resource {
  /** The API group, `""` for the core group. */
  readonly group: string;
  /** The resource, with its subresource where the request is for one: `pods/exec`. */
  readonly full: string;
  /** The resource with all below it: `pods/*`. */
  readonly all: string;
  /** The subresource of whatever resource, such as a star before `/exec`; the same as `full` where the request is for none. */
  readonly everywhere: string;
}

export const exec = { group: "", full: "pods/exec", all: "pods/*", everywhere: "*/exec" } as const;
export const attach = { group: "", full: "pods/attach", all: "pods/*", everywhere: "*/attach" } as const;
export const ephemeralContainers = { group: "", full: "pods/ephemeralcontainers", all: "pods/*", everywhere: "*/ephemeralcontainers" } as const;

/** The other ways into pods, services and nodes. */
export const proxies = [
  { group: "", full: "pods/portforward", all: "pods/*", everywhere: "*/portforward" },
  { group: "", full: "pods/proxy", all: "pods/*", everywhere: "*/proxy" },
  { group: "", full: "services/proxy", all: "services/*", everywhere: "*/proxy" },
  { group: "", full: "nodes/proxy", all: "nodes/*", everywhere: "*/proxy" },
] as const;

export const rolesAndBindings = [
  { group: "rbac.authorization.k8s.io", full: "roles", all: "roles/*", everywhere: "roles" },
  { group: "rbac.authorization.k8s.io", full: "clusterroles", all: "clusterroles/*", everywhere: "clusterroles" },
  { group: "rbac.authorization.k8s.io", full: "rolebindings", all: "rolebindings/*", everywhere: "rolebindings" },
  { group: "rbac.authorization.k8s.io", full: "clusterrolebindings", all: "clusterrolebindings/*", everywhere: "clusterrolebindings" },
] as const;

export const namespaces = { group: "", full: "namespaces", all: "namespaces/*", everywhere: "namespaces" } as const;
export const pods = { group: "", full: "pods", all: "pods/*", everywhere: "pods" } as const;

/** What makes pods. */
export const workloads = [
  { group: "", full: "replicationcontrollers", all: "replicationcontrollers/*", everywhere: "replicationcontrollers" },
  { group: "apps", full: "deployments", all: "deployments/*", everywhere: "deployments" },
  { group: "apps", full: "statefulsets", all: "statefulsets/*", everywhere: "statefulsets" },
  { group: "apps", full: "daemonsets", all: "daemonsets/*", everywhere: "daemonsets" },
  { group: "apps", full: "replicasets", all: "replicasets/*", everywhere: "replicasets" },
  { group: "batch", full: "jobs", all: "jobs/*", everywhere: "jobs" },
  { group: "batch", full: "cronjobs", all: "cronjobs/*", everywhere: "cronjobs" },
] as const;

/** What decides at admission. */
export const admission = [
  { group: "admissionregistration.k8s.io", full: "validatingwebhookconfigurations", all: "validatingwebhookconfigurations/*", everywhere: "validatingwebhookconfigurations" },
  { group: "admissionregistration.k8s.io", full: "mutatingwebhookconfigurations", all: "mutatingwebhookconfigurations/*", everywhere: "mutatingwebhookconfigurations" },
  { group: "admissionregistration.k8s.io", full: "validatingadmissionpolicies", all: "validatingadmissionpolicies/*", everywhere: "validatingadmissionpolicies" },
  { group: "admissionregistration.k8s.io", full: "validatingadmissionpolicybindings", all: "validatingadmissionpolicybindings/*", everywhere: "validatingadmissionpolicybindings" },
  { group: "admissionregistration.k8s.io", full: "mutatingadmissionpolicies", all: "mutatingadmissionpolicies/*", everywhere: "mutatingadmissionpolicies" },
  { group: "admissionregistration.k8s.io", full: "mutatingadmissionpolicybindings", all: "mutatingadmissionpolicybindings/*", everywhere: "mutatingadmissionpolicybindings" },
] as const;

/** Requests for client certificates, and their approval. */
export const certificateRequests = [
  { group: "certificates.k8s.io", full: "certificatesigningrequests", all: "certificatesigningrequests/*", everywhere: "certificatesigningrequests" },
  { group: "certificates.k8s.io", full: "certificatesigningrequests/approval", all: "certificatesigningrequests/*", everywhere: "*/approval" },
] as const;

export const tokens = { group: "", full: "serviceaccounts/token", all: "serviceaccounts/*", everywhere: "*/token" } as const;
