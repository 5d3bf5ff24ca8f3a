import { containerWith, defineControl, isMirrorPod, namespaceOf, podBearing, strings, workload } from "portcullis";

/** The taints and labels of nodes that run the control plane; the second is the older name. */
const controlPlane = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

export default defineControl({
  title: "Applications must not reach for the nodes of the control plane",
  description:
    "Those nodes hold the keys of the cluster: whoever breaks out of a pod there has the certificate authority and etcd. A toleration for every taint lands a pod on them, and on nodes that were set aside for others or are being drained; a name of a node passes the scheduler by; and a pod with a priority of the system's pushes the system's own out.",
  severity: "medium",
  frameworks: {
    owasp: { "2022": ["K01"], "2025": ["K06"] },
    seed: ["O01", "O03"],
  },
  match: podBearing(),
  parameters: {
    allowedNamespaces: strings({ default: ["kube-system"], description: "Namespaces whose pods may run there, by name." }),
  },
  findings: {
    a: "A toleration takes every taint",
    b: "A toleration takes the taint of the control plane",
    c: "The pod names a node, or asks for those of the control plane",
    d: "The pod has a priority of the system's",
  },

  check({ object, pod, operation, parameters, deny }) {
    if (parameters.allowedNamespaces.includes(namespaceOf(object))) return;

    for (const toleration of pod.spec?.tolerations ?? []) {
      const key = toleration.key ?? "";
      if (key === "" && toleration.operator === "Exists") deny(toleration, "operator", "the toleration has no key, so that the pod runs on any node whatever its taints; name the taints", "a");
      if (controlPlane.includes(key)) deny(toleration, "key", `the pod tolerates ${key}, so that it may run beside the control plane; remove the toleration`, "b");
    }

    // The scheduler names the node of a Pod once it is made, and the kubelet that of a mirror.
    const node = pod.spec?.nodeName ?? "";
    if (node !== "" && (object.kind !== "Pod" || operation === "CREATE") && !isMirrorPod(pod)) {
      deny(pod, "spec.nodeName", `the pod is bound to the node ${node}, past the scheduler; remove nodeName`, "c");
    }
    for (const label of controlPlane) {
      if (pod.spec?.nodeSelector?.[label] !== undefined) deny(pod, ["spec", "nodeSelector", label], `the pod asks for nodes labelled ${label}, which run the control plane; remove the selector`, "c");
    }
    for (const term of pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []) {
      for (const expression of term.matchExpressions ?? []) {
        if (controlPlane.includes(expression.key) && expression.operator !== "DoesNotExist" && expression.operator !== "NotIn") {
          deny(expression, "key", `the pod asks for nodes labelled ${expression.key}, which run the control plane; remove the term`, "c");
        }
      }
    }

    const priority = pod.spec?.priorityClassName ?? "";
    if (priority === "system-node-critical" || priority === "system-cluster-critical") {
      deny(pod, "spec.priorityClassName", `the pod has the priority ${priority}, which is for the cluster's own pods; use a PriorityClass of your own`, "d");
    }
  },

  remediation: "Tolerate the taints that the pod is meant for by name, leave nodes of the control plane to the scheduler, and give important applications a PriorityClass of their own.",
  pass: [
    {
      name: "tolerations for named taints, a zone, and a priority of one's own",
      object: workload("Deployment", {
        tolerations: [
          { key: "gpu", operator: "Exists", effect: "NoSchedule" },
          { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
          { key: "", operator: "Equal", value: "" },
        ],
        nodeSelector: { "topology.kubernetes.io/zone": "a" },
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    { key: "node-role.kubernetes.io/control-plane", operator: "DoesNotExist" },
                    { key: "node-role.kubernetes.io/master", operator: "NotIn", values: ["", "true"] },
                    { key: "disk", operator: "In", values: ["ssd"] },
                  ],
                },
              ],
            },
          },
        },
        priorityClassName: "shop-critical",
        containers: [containerWith({})],
      }),
    },
    {
      name: "an agent of the cluster's own, which belongs on every node",
      object: {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: { name: "kube-proxy", namespace: "kube-system" },
        spec: {
          selector: { matchLabels: { "k8s-app": "kube-proxy" } },
          template: { metadata: { labels: { "k8s-app": "kube-proxy" } }, spec: { priorityClassName: "system-node-critical", tolerations: [{ operator: "Exists" }], nodeSelector: { "kubernetes.io/os": "linux" }, containers: [containerWith({ name: "kube-proxy" })] } },
        },
      },
    },
    {
      name: "the mirror of a static Pod, which is on its node already",
      object: workload("Pod", { nodeName: "worker-1", tolerations: [{ key: "node.kubernetes.io/unreachable", operator: "Exists" }], containers: [containerWith({})] }, { annotations: { "kubernetes.io/config.mirror": "5f1c" } }),
    },
    {
      name: "a Pod that the scheduler has put on a node, and that somebody looks into",
      object: workload("Pod", { nodeName: "worker-1", containers: [containerWith({})], ephemeralContainers: [containerWith({ name: "debugger" })] }),
      operation: "UPDATE",
      oldObject: workload("Pod", { nodeName: "worker-1", containers: [containerWith({})] }),
    },
    { name: "a namespace that is trusted with it", parameters: { allowedNamespaces: ["shop"] }, object: workload("Job", { nodeName: "control-1", containers: [containerWith({})] }) },
  ],
  fail: [
    {
      name: "a toleration for everything, as log and metric agents are often given",
      object: workload("DaemonSet", { tolerations: [{ key: "gpu", operator: "Exists" }, { operator: "Exists" }, { key: "", operator: "Exists", effect: "NoSchedule" }], containers: [containerWith({})] }),
      at: [
        { finding: "a", path: "spec.template.spec.tolerations[1].operator" },
        { finding: "a", path: "spec.template.spec.tolerations[2].operator" },
      ],
    },
    {
      name: "tolerations and selectors for the control plane, by both of its names",
      object: workload("Pod", {
        tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists" }, { key: "node-role.kubernetes.io/master", effect: "NoSchedule" }],
        nodeSelector: { "node-role.kubernetes.io/control-plane": "" },
        containers: [containerWith({})],
      }),
      at: [
        { finding: "b", path: "spec.tolerations[0].key" },
        { finding: "b", path: "spec.tolerations[1].key" },
        { finding: "c", path: 'spec.nodeSelector["node-role.kubernetes.io/control-plane"]' },
      ],
    },
    {
      name: "an affinity for the control plane, in the second of two terms",
      object: workload("StatefulSet", {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchFields: [{ key: "metadata.name", operator: "In", values: ["worker-1"] }] },
                { matchExpressions: [{ key: "disk", operator: "Exists" }, { key: "node-role.kubernetes.io/control-plane", operator: "Exists" }, { key: "node-role.kubernetes.io/master", operator: "In", values: ["true"] }] },
              ],
            },
          },
        },
        containers: [containerWith({})],
      }),
      at: [
        { finding: "c", path: "spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[1].matchExpressions[1].key" },
        { finding: "c", path: "spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[1].matchExpressions[2].key" },
      ],
    },
    { name: "a Pod that is made on a node of its choice", object: workload("Pod", { nodeName: "control-1", containers: [containerWith({})] }), at: [{ finding: "c", path: "spec.nodeName" }] },
    {
      name: "a template that is changed to name a node",
      object: workload("CronJob", { nodeName: "control-1", containers: [containerWith({})] }),
      operation: "UPDATE",
      oldObject: workload("CronJob", { containers: [containerWith({})] }),
      at: [{ finding: "c", path: "spec.jobTemplate.spec.template.spec.nodeName" }],
    },
    {
      name: "priorities of the system's",
      parameters: { allowedNamespaces: [] },
      object: workload("Pod", { priorityClassName: "system-cluster-critical", nodeSelector: { "node-role.kubernetes.io/master": "" }, containers: [containerWith({})] }),
      at: [
        { finding: "c", path: 'spec.nodeSelector["node-role.kubernetes.io/master"]' },
        { finding: "d", path: "spec.priorityClassName" },
      ],
    },
    { name: "every taint, by a Pod of its own", object: workload("Pod", { tolerations: [{ operator: "Exists" }], containers: [containerWith({})] }), at: [{ finding: "a", path: "spec.tolerations[0].operator" }] },
    { name: "the higher of the two", object: workload("ReplicationController", { priorityClassName: "system-node-critical", containers: [containerWith({})] }), at: [{ finding: "d", path: "spec.template.spec.priorityClassName" }] },
  ],
});
