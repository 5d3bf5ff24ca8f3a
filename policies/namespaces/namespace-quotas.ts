import { type corev1, defineControl, integer, kinds, type Quantity, quantityInMilli, strings } from "portcullis";

export default defineControl({
  title: "Namespaces must have quotas and default limits",
  description:
    "Without a quota one namespace can take all memory, processor time, load balancers and ports of the cluster: a leak, a miner or a loop that makes pods stops everybody else's work. A quota alone then rejects every pod that says nothing of its needs, so that a LimitRange has to fill them in.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["net/resource-policies"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["H13", "T01", "T02", "T08", "R10"],
  },
  match: kinds("v1/Namespace"),
  parameters: {
    requiredHard: strings({
      default: ["requests.cpu", "requests.memory", "limits.memory", "pods", "services.loadbalancers", "services.nodeports"],
      description: "What the quotas of a namespace have to limit together: keys of spec.hard.",
    }),
    nodePorts: integer({ default: 0, minimum: 0, description: "The most node ports that a quota may allow." }),
    exemptNamespaces: strings({ default: ["kube-system", "kube-public", "kube-node-lease"], description: "Namespaces that need no quota, by name." }),
  },
  findings: {
    a: "No ResourceQuota limits what it has to",
    b: "No LimitRange gives containers a memory limit and requests",
    c: "The quota for node ports is too large",
  },

  check({ object, parameters, lookup, deny }) {
    const name = object.metadata?.name ?? "";
    if (parameters.exemptNamespaces.includes(name)) return;

    // A quota with a scope leaves all other pods unlimited.
    const quotas = lookup("v1/ResourceQuota", name).filter((quota) => (quota.spec?.scopes ?? []).length === 0 && quota.spec?.scopeSelector === undefined);
    for (const key of parameters.requiredHard) {
      if (!quotas.some((quota) => quota.spec?.hard?.[key] !== undefined)) deny(object, "metadata.name", `namespace ${name} has no ResourceQuota for ${key}; set spec.hard.${key}`, "a");
    }

    if (!lookup("v1/LimitRange", name).some((range) => (range.spec?.limits ?? []).some(fillsInContainers))) {
      deny(object, "metadata.name", `namespace ${name} has no LimitRange that gives containers a memory limit and requests; add one with default.memory and defaultRequest`, "b");
    }

    // The lowest of several quotas decides.
    const limitsPorts = quotas.some((quota) => quota.spec?.hard?.["services.nodeports"] !== undefined);
    if (limitsPorts && !quotas.some((quota) => isAtMost(quota.spec?.hard?.["services.nodeports"], parameters.nodePorts))) {
      deny(object, "metadata.name", `the ResourceQuota of namespace ${name} allows more than ${parameters.nodePorts} node ports; lower spec.hard of services.nodeports`, "c");
    }
  },

  remediation: "Add a ResourceQuota that limits what is asked for, and a LimitRange with default.memory and defaultRequest for containers.",
  pass: [
    {
      name: "a quota for everything, and a LimitRange",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [
        {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name: "compute", namespace: "shop" },
          spec: { hard: { "requests.cpu": "4", "requests.memory": "8Gi", "limits.memory": "16Gi", pods: "50", "services.loadbalancers": "0", "services.nodeports": "0" } },
        },
        { apiVersion: "v1", kind: "LimitRange", metadata: { name: "defaults", namespace: "shop" }, spec: { limits: [{ type: "Container", default: { memory: "512Mi" }, defaultRequest: { cpu: "50m", memory: "128Mi" } }] } },
      ],
    },
    {
      name: "keys that are split over several quotas, with a number that is written as one",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [
        { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "compute", namespace: "shop" }, spec: { hard: { "requests.cpu": "4", "requests.memory": "8Gi", "limits.memory": "16Gi" } } },
        { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "objects", namespace: "shop" }, spec: { hard: { pods: 50, "services.loadbalancers": 1, "services.nodeports": 0 } } },
        {
          apiVersion: "v1",
          kind: "LimitRange",
          metadata: { name: "defaults", namespace: "shop" },
          spec: { limits: [{ type: "Pod", max: { memory: "4Gi" } }, { type: "Container", default: { memory: "512Mi" }, defaultRequest: { memory: "128Mi" } }] },
        },
      ],
    },
    { name: "a namespace of the system", object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-public" } } },
    {
      name: "the lowest of several quotas for node ports decides",
      parameters: { requiredHard: ["pods"], nodePorts: 2 },
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [
        { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "wide", namespace: "shop" }, spec: { hard: { pods: "50", "services.nodeports": "10" } } },
        { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "narrow", namespace: "shop" }, spec: { hard: { "services.nodeports": "2000m" } } },
        { apiVersion: "v1", kind: "LimitRange", metadata: { name: "defaults", namespace: "shop" }, spec: { limits: [{ type: "Container", default: { memory: "512Mi" }, defaultRequest: { cpu: "50m" } }] } },
      ],
    },
  ],
  fail: [
    {
      name: "neither a quota nor a LimitRange",
      parameters: { requiredHard: ["pods"] },
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      at: [
        { finding: "a", path: "metadata.name" },
        { finding: "b", path: "metadata.name" },
      ],
    },
    {
      name: "a quota for some pods only, and those of another namespace",
      parameters: { requiredHard: ["pods"] },
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [
        { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "best-effort", namespace: "shop" }, spec: { hard: { pods: "50" }, scopes: ["BestEffort"] } },
        { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "compute", namespace: "web" }, spec: { hard: { pods: "50" } } },
        { apiVersion: "v1", kind: "LimitRange", metadata: { name: "defaults", namespace: "shop" }, spec: { limits: [{ type: "Container", default: { memory: "512Mi" }, defaultRequest: { cpu: "50m" } }] } },
      ],
      at: [{ finding: "a", path: "metadata.name" }],
    },
    {
      name: "a LimitRange for pods and one without requests, and ten node ports",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      others: [
        {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name: "compute", namespace: "shop" },
          spec: { hard: { "requests.cpu": "4", "requests.memory": "8Gi", "limits.memory": "16Gi", pods: "50", "services.loadbalancers": "0", "services.nodeports": "10" } },
        },
        { apiVersion: "v1", kind: "LimitRange", metadata: { name: "defaults", namespace: "shop" }, spec: { limits: [{ type: "Pod", max: { memory: "4Gi" } }, { type: "Container", default: { memory: "512Mi" } }] } },
      ],
      at: [
        { finding: "b", path: "metadata.name" },
        { finding: "c", path: "metadata.name" },
      ],
    },
  ],
});

/** Whether a limit gives every container what it does not ask for itself. */
function fillsInContainers(limit: corev1.LimitRangeItem): boolean {
  return limit.type === "Container" && limit.default?.["memory"] !== undefined && Object.keys(limit.defaultRequest ?? {}).length > 0;
}

/** Whether a quantity is at most a whole number. What is no quantity is not. */
function isAtMost(quantity: Quantity | undefined, most: number): boolean {
  const milli = quantityInMilli(quantity ?? "");
  return milli !== undefined && milli <= most * 1000;
}
