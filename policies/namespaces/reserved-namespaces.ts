import { defineControl, isListed, kinds, names, string, strings } from "portcullis";

export default defineControl({
  title: "Workloads must not be made in namespaces that Kubernetes keeps for itself",
  description:
    "Everything that names no namespace lands in default, side by side, where no team's quota, network policy or role fits: one pod that is taken over reaches the next. In kube-system a pod stands among the cluster's own, which policies and people are used to letting do as they please, and with the secrets that they use. What is there already is left as it is.",
  severity: "low",
  frameworks: {
    cis: { "1.12": ["5.6.1", "5.6.4"] },
    nsa: { "1.2": ["net/namespaces"] },
    owasp: { "2022": ["K04"], "2025": ["K04"] },
    seed: ["O08"],
  },
  match: kinds(
    "v1/Pod",
    "apps/v1/Deployment",
    "apps/v1/StatefulSet",
    "apps/v1/DaemonSet",
    "apps/v1/ReplicaSet",
    "v1/ReplicationController",
    "batch/v1/Job",
    "batch/v1/CronJob",
    "v1/Service",
    "rbac.authorization.k8s.io/v1/Role",
    "rbac.authorization.k8s.io/v1/RoleBinding",
  ),
  parameters: {
    namespaces: strings({ default: ["default", "kube-public", "kube-node-lease", "kube-system"], description: "Namespaces in which nothing is to be made." }),
    allowedUsers: names({
      default: ["system:apiserver", "system:kube-*", "system:node:*", "system:serviceaccount:kube-system:*"],
      description: "Who may use the reserved namespaces other than default, by name or by how names begin. Never system:*, which every service account is.",
    }),
    offlineDefault: string({ default: "default", description: "The namespace of a manifest that names none." }),
  },
  findings: {
    a: "The object is made in the namespace default",
    b: "The object is made in another reserved namespace by someone who may not",
  },

  check({ object, operation, user, parameters, deny }) {
    if (operation === "UPDATE") return;
    const named = object.metadata?.namespace ?? "";
    const namespace = named === "" ? parameters.offlineDefault : named;
    if (!parameters.namespaces.includes(namespace)) return;

    // The API server keeps the Service of its own address in default.
    if (namespace === "default" && !(object.kind === "Service" && object.metadata?.name === "kubernetes")) {
      deny(object, "metadata.namespace", `the ${object.kind} is made in the namespace default; create a namespace for it and set metadata.namespace to that`, "a");
    }
    if (namespace !== "default" && !isListed(user.username ?? "", parameters.allowedUsers)) {
      deny(object, "metadata.namespace", `the ${object.kind} is made in ${namespace}, which is kept for Kubernetes itself; set metadata.namespace to a namespace of its own`, "b");
    }
  },

  remediation: "Create a namespace for the application, and set metadata.namespace of every object to it.",
  pass: [
    {
      name: "a workload in a namespace of its own",
      object: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace: "shop" },
        spec: { selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.4.2" }] } } },
      },
    },
    {
      name: "the Service of the API server",
      object: { apiVersion: "v1", kind: "Service", metadata: { name: "kubernetes", namespace: "default" }, spec: { ports: [{ name: "https", port: 443, targetPort: 6443 }] } },
      user: { username: "system:apiserver", groups: ["system:authenticated", "system:masters"] },
    },
    {
      name: "a static Pod, which its node mirrors",
      object: { apiVersion: "v1", kind: "Pod", metadata: { name: "kube-scheduler-node-1", namespace: "kube-system" }, spec: { containers: [{ name: "kube-scheduler", image: "registry.k8s.io/kube-scheduler:v1.37.2" }] } },
      user: { username: "system:node:node-1", groups: ["system:nodes", "system:authenticated"] },
    },
    {
      name: "a controller of Kubernetes at work in kube-system",
      object: {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: "backup-29391840", namespace: "kube-system" },
        spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "backup", image: "registry.example.com/etcd-backup:2.0.1" }] } } },
      },
      user: { username: "system:serviceaccount:kube-system:cronjob-controller", groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"] },
    },
    {
      name: "the platform team, which is allowed by name",
      parameters: { allowedUsers: ["system:kube-*", "platform-*"] },
      object: {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: { name: "node-agent", namespace: "kube-system" },
        spec: { selector: { matchLabels: { app: "node-agent" } }, template: { metadata: { labels: { app: "node-agent" } }, spec: { containers: [{ name: "agent", image: "registry.example.com/node-agent:3.1.0" }] } } },
      },
      user: { username: "platform-deployer", groups: ["system:authenticated"] },
    },
    {
      name: "a new version of what runs in default already",
      object: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace: "default", labels: { team: "shop" } },
        spec: { replicas: 2, selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.4.3" }] } } },
      },
      operation: "UPDATE",
      oldObject: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace: "default" },
        spec: { replicas: 2, selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.4.2" }] } } },
      },
      user: { username: "alice", groups: ["system:authenticated"] },
    },
    {
      name: "a ReplicaSet that Kubernetes makes for a Deployment of the cluster's own",
      object: {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        metadata: { name: "coredns-6f6b679f8f", namespace: "kube-system" },
        spec: { selector: { matchLabels: { "k8s-app": "kube-dns" } }, template: { metadata: { labels: { "k8s-app": "kube-dns" } }, spec: { containers: [{ name: "coredns", image: "registry.k8s.io/coredns/coredns:v1.12.4" }] } } },
      },
      user: { username: "system:kube-controller-manager", groups: ["system:authenticated"] },
    },
    {
      name: "an old kind of workload in a namespace of its own",
      object: {
        apiVersion: "v1",
        kind: "ReplicationController",
        metadata: { name: "web", namespace: "shop" },
        spec: { selector: { app: "web" }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.4.2" }] } } },
      },
    },
    {
      name: "a namespace that only sounds reserved",
      object: { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "default-web" }, spec: { selector: { app: "web" }, ports: [{ port: 80 }] } },
    },
    {
      name: "a manifest without a namespace, applied with one",
      parameters: { offlineDefault: "shop" },
      object: { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { selector: { app: "web" }, ports: [{ port: 80 }] } },
    },
  ],
  fail: [
    {
      name: "a manifest that names no namespace",
      object: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web" },
        spec: { selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.4.2" }] } } },
      },
      at: [{ finding: "a", path: "metadata.namespace" }],
    },
    {
      name: "a database with an empty namespace",
      object: {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { name: "database", namespace: "" },
        spec: { serviceName: "database", selector: { matchLabels: { app: "database" } }, template: { metadata: { labels: { app: "database" } }, spec: { containers: [{ name: "database", image: "registry.example.com/postgres:17.2" }] } } },
      },
      at: [{ finding: "a", path: "metadata.namespace" }],
    },
    {
      name: "a task in kube-node-lease by a person",
      object: {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name: "sync", namespace: "kube-node-lease" },
        spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "sync", image: "registry.example.com/sync:0.3.0" }] } } } } },
      },
      user: { username: "alice", groups: ["developers", "system:authenticated"] },
      at: [{ finding: "b", path: "metadata.namespace" }],
    },
    {
      name: "a Service in default, written out",
      object: { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "default" }, spec: { selector: { app: "web" }, ports: [{ port: 80 }] } },
      at: [{ finding: "a", path: "metadata.namespace" }],
    },
    {
      name: "a Pod called as the API server's Service is",
      object: { apiVersion: "v1", kind: "Pod", metadata: { name: "kubernetes", namespace: "default" }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.4.2" }] } },
      at: [{ finding: "a", path: "metadata.namespace" }],
    },
    {
      name: "a service account of an application in kube-system, which system:* would allow",
      object: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "metrics", namespace: "kube-system" },
        spec: { selector: { matchLabels: { app: "metrics" } }, template: { metadata: { labels: { app: "metrics" } }, spec: { containers: [{ name: "metrics", image: "registry.example.com/metrics:0.9.0" }] } } },
      },
      user: { username: "system:serviceaccount:shop:deployer", groups: ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"] },
      at: [{ finding: "b", path: "metadata.namespace" }],
    },
    {
      name: "a role that would be read in kube-public by everyone, by someone whom the API server does not name",
      object: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "reader", namespace: "kube-public" }, rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }] },
      at: [{ finding: "b", path: "metadata.namespace" }],
    },
    {
      name: "a binding in kube-system by a person",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "debug", namespace: "kube-system" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "alice" }],
      },
      user: { username: "alice", groups: ["developers", "system:authenticated"] },
      at: [{ finding: "b", path: "metadata.namespace" }],
    },
  ],
});
