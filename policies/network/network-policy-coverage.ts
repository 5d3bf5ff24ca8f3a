import { choices, defineControl, kinds, namespaceOf, selectorMatches, selectsAll, strings } from "portcullis";
import { templates } from "./selected-workloads.ts";
import { directions, limitsEgress, limitsIngress } from "./network-policies.ts";

export default defineControl({
  title: "Every pod must be covered by a NetworkPolicy",
  description:
    "A NetworkPolicy holds for the pods that it selects and for no others: one changed label, or a selector with a typing error, and a pod is reached by everybody and reaches everything, while the policy still looks as if it protected something.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["net/default-deny"] },
    owasp: { "2022": ["K07"], "2025": ["K05"] },
  },
  match: kinds("v1/Pod", "v1/ReplicationController", "apps/v1/Deployment", "apps/v1/ReplicaSet", "apps/v1/StatefulSet", "apps/v1/DaemonSet", "batch/v1/Job", "batch/v1/CronJob", "networking.k8s.io/v1/NetworkPolicy"),
  parameters: {
    directions: choices(directions, { default: ["Ingress", "Egress"], description: "The directions that a policy has to limit." }),
    exemptNamespaces: strings({ default: ["kube-system"], description: "Namespaces whose pods need no policy, by name." }),
  },
  findings: {
    a: "No NetworkPolicy limits a direction of a pod",
    b: "A NetworkPolicy selects no pod",
  },

  check({ object, parameters, lookup, deny }) {
    const namespace = namespaceOf(object);
    if (parameters.exemptNamespaces.includes(namespace)) return;
    const name = object.metadata?.name ?? "";

    if (object.kind === "NetworkPolicy") {
      const selector = object.spec?.podSelector ?? {};
      const selectsSome =
        selectsAll(selector) ||
        lookup("v1/Pod", namespace).some((other) => selectorMatches(selector, other.metadata?.labels)) ||
        lookup("v1/ReplicationController", namespace).some((other) => selectorMatches(selector, other.spec?.template?.metadata?.labels)) ||
        lookup("apps/v1/Deployment", namespace).some((other) => selectorMatches(selector, other.spec?.template.metadata?.labels)) ||
        lookup("apps/v1/ReplicaSet", namespace).some((other) => selectorMatches(selector, other.spec?.template?.metadata?.labels)) ||
        lookup("apps/v1/StatefulSet", namespace).some((other) => selectorMatches(selector, other.spec?.template.metadata?.labels)) ||
        lookup("apps/v1/DaemonSet", namespace).some((other) => selectorMatches(selector, other.spec?.template.metadata?.labels)) ||
        lookup("batch/v1/Job", namespace).some((other) => selectorMatches(selector, other.spec?.template.metadata?.labels)) ||
        lookup("batch/v1/CronJob", namespace).some((other) => selectorMatches(selector, other.spec?.jobTemplate.spec?.template.metadata?.labels));
      if (!selectsSome) deny(object, "spec.podSelector", `NetworkPolicy ${name} selects no pod of namespace ${namespace}; correct the selector or delete the policy`, "b");
      return;
    }

    const pod = object.kind === "Pod" ? object : object.kind === "CronJob" ? object.spec?.jobTemplate.spec?.template : object.spec?.template;
    const policies = lookup("networking.k8s.io/v1/NetworkPolicy", namespace).filter((policy) => selectorMatches(policy.spec?.podSelector ?? {}, pod?.metadata?.labels));
    for (const direction of parameters.directions) {
      if (pod?.spec?.hostNetwork === true) deny(object, "metadata.name", `${object.kind} ${name} is in the node's network, where no NetworkPolicy limits ${direction}; leave hostNetwork out`, "a");
      else if (!policies.some((policy) => (direction === "Ingress" ? limitsIngress(policy) : limitsEgress(policy)))) deny(object, "metadata.name", `no NetworkPolicy of namespace ${namespace} limits ${direction} of ${object.kind} ${name}; add one that selects it`, "a");
    }
  },

  remediation: "Add a NetworkPolicy whose podSelector matches the pod's labels and whose policyTypes name both directions; a default deny covers every pod.",
  pass: [
    {
      name: "a template that a policy for everything covers",
      object: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace: "shop" },
        spec: { selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.2" }] } } },
      },
      others: [{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "default-deny", namespace: "shop" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } }],
    },
    {
      name: "one policy for each direction, chosen by expressions",
      object: { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", labels: { tier: "front", app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.2" }] } },
      others: [
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicy",
          metadata: { name: "front", namespace: "shop" },
          spec: { podSelector: { matchExpressions: [{ key: "tier", operator: "In", values: ["front", "back"] }, { key: "legacy", operator: "DoesNotExist" }] }, ingress: [{}] },
        },
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicy",
          metadata: { name: "egress", namespace: "shop" },
          spec: { podSelector: { matchExpressions: [{ key: "app", operator: "Exists" }, { key: "tier", operator: "NotIn", values: ["db"] }] }, policyTypes: ["Egress"] },
        },
      ],
    },
    {
      name: "a ReplicaSet whose pods two policies limit together",
      object: {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        metadata: { name: "web", namespace: "shop" },
        spec: { selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.2" }] } } },
      },
      others: [
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "web", namespace: "shop" }, spec: { podSelector: { matchLabels: { app: "web" } }, ingress: [] } },
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "egress", namespace: "shop" }, spec: { podSelector: {}, policyTypes: ["Egress"] } },
      ],
    },
    ...templates.map(({ others, policy, name }) => ({ name, object: policy, others })),
    {
      name: "a policy that selects the pods of a CronJob",
      object: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "reports", namespace: "shop" }, spec: { podSelector: { matchLabels: { app: "reports" } } } },
      others: [
        {
          apiVersion: "batch/v1",
          kind: "CronJob",
          metadata: { name: "reports", namespace: "shop" },
          spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: { metadata: { labels: { app: "reports" } }, spec: { restartPolicy: "Never", containers: [{ name: "reports", image: "registry.example.com/reports:3" }] } } } } },
        },
      ],
    },
    { name: "a policy for every pod, of which there is none yet", object: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "default-deny", namespace: "shop" }, spec: { podSelector: {} } } },
    {
      name: "a pod of the system",
      object: { apiVersion: "v1", kind: "Pod", metadata: { name: "kube-proxy", namespace: "kube-system" }, spec: { hostNetwork: true, containers: [{ name: "kube-proxy", image: "registry.k8s.io/kube-proxy:v1.37.2" }] } },
    },
  ],
  fail: [
    {
      name: "a policy for another label, and one in another namespace",
      object: { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.2" }] } },
      others: [
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "db", namespace: "shop" }, spec: { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress", "Egress"] } },
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "default-deny", namespace: "web" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
      ],
      at: [{ finding: "a", path: "metadata.name" }, { finding: "a", path: "metadata.name" }],
    },
    {
      name: "egress that nothing limits",
      object: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace: "shop" },
        spec: { selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.2" }] } } },
      },
      others: [{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "web", namespace: "shop" }, spec: { podSelector: { matchLabels: { app: "web" } }, ingress: [] } }],
      at: [{ finding: "a", path: "metadata.name" }],
    },
    {
      name: "a pod in the node's network, whatever selects it",
      parameters: { directions: ["Ingress"] },
      object: {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: { name: "agent", namespace: "monitoring" },
        spec: { selector: { matchLabels: { app: "agent" } }, template: { metadata: { labels: { app: "agent" } }, spec: { hostNetwork: true, containers: [{ name: "agent", image: "registry.example.com/agent:5" }] } } },
      },
      others: [{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "default-deny", namespace: "monitoring" }, spec: { podSelector: {} } }],
      at: [{ finding: "a", path: "metadata.name" }],
    },
    {
      name: "a StatefulSet that bears the label which a policy asks of pods",
      parameters: { directions: ["Egress"] },
      object: {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { name: "db", namespace: "shop", labels: { tier: "back" } },
        spec: { serviceName: "db", selector: { matchLabels: { app: "db" } }, template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "db", image: "registry.example.com/db:14" }] } } },
      },
      others: [{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "back", namespace: "shop" }, spec: { podSelector: { matchLabels: { tier: "back" } }, policyTypes: ["Egress"] } }],
      at: [{ finding: "a", path: "metadata.name" }],
    },
    {
      name: "a selector for a label that the pods lack, beside one that they should lack",
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "web", namespace: "shop" },
        spec: { podSelector: { matchExpressions: [{ key: "tier", operator: "In", values: ["front"] }, { key: "legacy", operator: "DoesNotExist" }] } },
      },
      others: [
        { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.2" }] } },
        { apiVersion: "v1", kind: "Pod", metadata: { name: "old", namespace: "shop", labels: { tier: "front", legacy: "yes" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:0.9" }] } },
      ],
      at: [{ finding: "b", path: "spec.podSelector" }],
    },
    {
      name: "a selector that leaves out the only pods there are",
      object: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "not-db", namespace: "shop" }, spec: { podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["db", "cache"] }] } } },
      others: [{ apiVersion: "v1", kind: "Pod", metadata: { name: "cache", namespace: "shop", labels: { app: "cache" } }, spec: { containers: [{ name: "cache", image: "registry.example.com/cache:7" }] } }],
      at: [{ finding: "b", path: "spec.podSelector" }],
    },
    {
      name: "a selector with a typing error",
      object: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "web", namespace: "shop" }, spec: { podSelector: { matchLabels: { app: "wbe" } } } },
      others: [
        { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.2" }] } },
        { apiVersion: "v1", kind: "Pod", metadata: { name: "wbe", namespace: "web", labels: { app: "wbe" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.2" }] } },
      ],
      at: [{ finding: "b", path: "spec.podSelector" }],
    },
  ],
});
