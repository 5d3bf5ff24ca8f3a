/**
 * Every kind that holds a pod: its plural, and the path from the object to the pod inside it.
 * The path of a Pod is empty; that of a controller leads to its pod template.
 */
export const podBearingKinds = [
  { apiVersion: "v1", kind: "Pod", resource: "pods", podPath: [] },
  { apiVersion: "v1", kind: "ReplicationController", resource: "replicationcontrollers", podPath: ["spec", "template"] },
  { apiVersion: "apps/v1", kind: "Deployment", resource: "deployments", podPath: ["spec", "template"] },
  { apiVersion: "apps/v1", kind: "ReplicaSet", resource: "replicasets", podPath: ["spec", "template"] },
  { apiVersion: "apps/v1", kind: "StatefulSet", resource: "statefulsets", podPath: ["spec", "template"] },
  { apiVersion: "apps/v1", kind: "DaemonSet", resource: "daemonsets", podPath: ["spec", "template"] },
  { apiVersion: "batch/v1", kind: "Job", resource: "jobs", podPath: ["spec", "template"] },
  { apiVersion: "batch/v1", kind: "CronJob", resource: "cronjobs", podPath: ["spec", "jobTemplate", "spec", "template"] },
] as const;

/** One row of the table of pod-bearing kinds. */
export type PodBearingKind = (typeof podBearingKinds)[number];

/**
 * The subresource through which a debug container joins a running Pod. Admission sees the whole Pod there, with the kind
 * `v1/Pod`, but only where a rule names the subresource: rules for `pods` do not cover it.
 */
export const ephemeralContainersResource = "pods/ephemeralcontainers";
