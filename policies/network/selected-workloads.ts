import type { appsv1, batchv1, corev1, metav1, networkingv1 } from "portcullis";

/** A NetworkPolicy with the workload whose pods it selects. */
interface Selected {
  readonly name: string;
  readonly policy: networkingv1.NetworkPolicy;
  readonly others: readonly (appsv1.Deployment | appsv1.ReplicaSet | appsv1.StatefulSet | appsv1.DaemonSet | corev1.ReplicationController | batchv1.Job)[];
}

const policyFor = (name: string, podSelector: metav1.LabelSelector): networkingv1.NetworkPolicy => ({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace: "shop" }, spec: { podSelector, policyTypes: ["Ingress"] } });

const template = (app: string, labels: Readonly<Record<string, string>> = {}) => ({ metadata: { labels: { app, ...labels } }, spec: { containers: [{ name: app, image: `registry.example.com/${app}:1.2` }] } });

/** NetworkPolicies for the workloads of each kind, chosen by each kind of expression. */
export const templates: readonly Selected[] = [
  {
    name: "a policy that selects the pods of a Deployment, by a value that is one of several",
    policy: policyFor("web", { matchExpressions: [{ key: "app", operator: "In", values: ["web", "api"] }] }),
    others: [{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "api", namespace: "shop" }, spec: { selector: { matchLabels: { app: "api" } }, template: template("api") } }],
  },
  {
    name: "a policy that selects the pods of a ReplicaSet, which lack a label with unwanted values",
    policy: policyFor("not-legacy", { matchExpressions: [{ key: "stage", operator: "NotIn", values: ["legacy"] }] }),
    others: [{ apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "web", namespace: "shop" }, spec: { selector: { matchLabels: { app: "web" } }, template: template("web") } }],
  },
  {
    name: "a policy that selects the pods of a StatefulSet, whose label has another value than the unwanted",
    policy: policyFor("not-web", { matchExpressions: [{ key: "app", operator: "NotIn", values: ["web", "api"] }] }),
    others: [{ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "db", namespace: "shop" }, spec: { serviceName: "db", selector: { matchLabels: { app: "db" } }, template: template("db") } }],
  },
  {
    name: "a policy that selects the pods of a DaemonSet, by a label and an expression",
    policy: policyFor("agents", { matchLabels: { app: "agent" }, matchExpressions: [{ key: "tier", operator: "Exists" }] }),
    others: [{ apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "agent", namespace: "shop" }, spec: { selector: { matchLabels: { app: "agent" } }, template: template("agent", { tier: "node" }) } }],
  },
  {
    name: "a policy that selects the pods of a ReplicationController",
    policy: policyFor("old", { matchLabels: { app: "old" } }),
    others: [{ apiVersion: "v1", kind: "ReplicationController", metadata: { name: "old", namespace: "shop" }, spec: { selector: { app: "old" }, template: template("old") } }],
  },
  {
    name: "a policy that selects the pods of a Job",
    policy: policyFor("import", { matchLabels: { app: "import" } }),
    others: [{ apiVersion: "batch/v1", kind: "Job", metadata: { name: "import", namespace: "shop" }, spec: { template: { ...template("import"), spec: { ...template("import").spec, restartPolicy: "Never" } } } }],
  },
];
