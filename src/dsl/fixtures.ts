import type { corev1, Kinds, metav1 } from "../kubernetes/index.ts";
import type { KindName, PodBearingName } from "./match.ts";

type Workload = Kinds[PodBearingName & KindName];

const labels = { app: "web" };

/**
 * A whole manifest around a pod, for the cases of a control: a case spells out what it is about, and the rest is usual.
 * `metadata` is that of the pod: of a Pod itself, of the template in a controller.
 *
 *     workload("DaemonSet", { hostPID: true, containers: [containerWith({})] })
 */
export function workload(kind: Workload["kind"], spec: corev1.PodSpec, metadata: metav1.ObjectMeta = {}): Workload {
  const meta = { name: "web", namespace: "shop" };
  const template = { metadata: { labels, ...metadata }, spec };
  const once = { metadata: { labels, ...metadata }, spec: { restartPolicy: "Never" as const, ...spec } };
  const selector = { matchLabels: labels };
  switch (kind) {
    case "Pod":
      return { apiVersion: "v1", kind, metadata: { ...meta, ...metadata }, spec };
    case "ReplicationController":
      return { apiVersion: "v1", kind, metadata: meta, spec: { replicas: 2, selector: labels, template } };
    case "Deployment":
      return { apiVersion: "apps/v1", kind, metadata: meta, spec: { replicas: 2, selector, template } };
    case "ReplicaSet":
      return { apiVersion: "apps/v1", kind, metadata: meta, spec: { replicas: 2, selector, template } };
    case "StatefulSet":
      return { apiVersion: "apps/v1", kind, metadata: meta, spec: { serviceName: "web", replicas: 2, selector, template } };
    case "DaemonSet":
      return { apiVersion: "apps/v1", kind, metadata: meta, spec: { selector, template } };
    case "Job":
      return { apiVersion: "batch/v1", kind, metadata: meta, spec: { template: once } };
    case "CronJob":
      return { apiVersion: "batch/v1", kind, metadata: meta, spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: once } } } };
  }
}

/** A container (init and ephemeral ones have the same fields) named `web`, with the fields that a case is about. */
export function containerWith(fields: Partial<corev1.Container>): corev1.Container {
  return { name: "web", image: "registry.k8s.io/pause:3.10", ...fields };
}
