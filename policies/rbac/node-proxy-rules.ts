import { concernsSubresource, defineControl, fullNameOf, kinds, strings } from "portcullis";
import { isBootstrapRole } from "./bootstrap-roles.ts";
import { clusterRole } from "./fixtures.ts";

const bootstrapRoles = [
  "cluster-admin",
  "system:controller:generic-garbage-collector",
  "system:controller:namespace-controller",
  "system:controller:resourcequota-controller",
  "system:controller:storage-version-migrator-controller",
  "system:kube-controller-manager",
  "system:kubelet-api-admin",
];

export default defineControl({
  title: "Roles must not grant the proxy of nodes",
  description:
    "The proxy of a node is the kubelet's own API: with get alone its holder runs commands in every container of the node, over a WebSocket, and neither the audit log nor admission sees them.",
  severity: "critical",
  frameworks: {
    cis: { "1.12": ["5.1.10"] },
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03"], "2025": ["K02"] },
  },
  match: kinds("rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"),
  parameters: {
    allowedRoles: strings({ default: [], description: "Roles that may grant nodes/proxy: the name of a ClusterRole, or namespace/name of a Role." }),
  },

  check({ object, parameters, kubernetesMinor, deny }) {
    const name = fullNameOf(object);
    if (parameters.allowedRoles.includes(name) || isBootstrapRole(name, bootstrapRoles, kubernetesMinor)) return;

    for (const rule of object.rules ?? []) {
      if ((rule.verbs ?? []).length > 0 && concernsSubresource(rule, "", "nodes", ["proxy"])) {
        deny(rule, "resources", `${name} grants nodes/proxy, which runs commands in every container of a node; grant nodes/metrics or nodes/stats`);
      }
    }
  },

  remediation: "Grant the part of the kubelet's API that is needed: nodes/metrics, nodes/stats, nodes/log, and from Kubernetes 1.33 nodes/pods, nodes/healthz and nodes/configz.",
  pass: [
    {
      name: "what a collector of metrics needs",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "prometheus" },
        rules: [
          { apiGroups: [""], resources: ["nodes", "nodes/metrics", "services", "pods"], verbs: ["get", "list", "watch"] },
          { nonResourceURLs: ["/metrics"], verbs: ["get"] },
        ],
      },
    },
    {
      name: "a star behind the slash, which RBAC does not read as one; the proxy of pods; no verbs",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "narrow" },
        rules: [
          { apiGroups: [""], resources: ["nodes/*", "nodes"], verbs: ["get"] },
          { apiGroups: [""], resources: ["pods/proxy"], verbs: ["get"] },
          { apiGroups: [""], resources: ["nodes/proxy"], verbs: [] },
        ],
      },
    },
    {
      name: "a role that is allowed by namespace and name",
      parameters: { allowedRoles: ["monitoring/agent"] },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "agent", namespace: "monitoring" },
        rules: [{ apiGroups: [""], resources: ["nodes/proxy"], verbs: ["get"] }],
      },
    },
    {
      name: "a role that every API server creates",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "system:kubelet-api-admin", labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } },
        rules: [{ apiGroups: [""], resources: ["nodes/log", "nodes/metrics", "nodes/proxy", "nodes/stats"], verbs: ["*"] }],
      },
    },
    {
      name: "the role of a controller that API servers create from 1.37 on",
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
    },
  ],
  fail: [
    {
      name: "get alone, as monitoring agents ask for it",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "prometheus" },
        rules: [{ apiGroups: [""], resources: ["nodes", "nodes/proxy", "services"], verbs: ["get", "list", "watch"] }],
      },
      at: ["rules[0].resources"],
    },
    {
      name: "the proxy of everything, and everything",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "agent" },
        rules: [
          { apiGroups: ["*"], resources: ["*/proxy"], verbs: ["create"] },
          { apiGroups: [""], resources: ["*"], verbs: ["get"] },
        ],
      },
      at: ["rules[0].resources", "rules[1].resources"],
    },
    {
      name: "in a Role, with every verb",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "agent", namespace: "monitoring" },
        rules: [{ apiGroups: [""], resources: ["nodes/proxy"], verbs: ["*"] }],
      },
      at: ["rules[0].resources"],
    },
    {
      name: "the role of a controller that API servers create from 1.37 on, in an older cluster",
      kubernetesMinor: 36,
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
      at: ["rules[0].resources"],
    },
  ],
});
