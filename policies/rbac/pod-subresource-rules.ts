import { boolean, defineControl, fullNameOf, grantsSubresource, kinds, strings } from "portcullis";
import { isBootstrapRole } from "./bootstrap-roles.ts";
import { clusterRole, role } from "./fixtures.ts";

const bootstrapRoles = [
  "admin",
  "cluster-admin",
  "edit",
  "system:aggregate-to-edit",
  "system:aggregate-to-view",
  "system:controller:generic-garbage-collector",
  "system:controller:namespace-controller",
  "system:controller:storage-version-migrator-controller",
  "view",
];

export default defineControl({
  title: "Roles must not grant entry into running pods",
  description:
    "Exec, attach and debug containers put their holder inside a pod, with its token, Secrets and network, past every rule for its image; port-forward and proxy reach what listens there for the pod alone.",
  severity: "high",
  frameworks: {
    nsa: { "1.2": ["rbac/exec"] },
    owasp: { "2022": ["K03"], "2025": ["K02", "K03"] },
  },
  match: kinds("rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"),
  parameters: {
    allowedRoles: strings({ default: [], description: "Roles that may grant entry, such as one for emergencies that is bound for a time: the name of a ClusterRole, or namespace/name of a Role." }),
    logs: boolean({ default: false, description: "Whether a ClusterRole must not grant reading of logs either, which often hold Secrets." }),
  },
  findings: {
    a: "A rule lets its holder run commands in pods or connect to them",
    b: "A rule lets its holder add debug containers to pods",
    c: "A ClusterRole lets its holder read the logs of pods",
  },

  check({ object, parameters, kubernetesMinor, deny }) {
    const name = fullNameOf(object);
    if (parameters.allowedRoles.includes(name) || isBootstrapRole(name, bootstrapRoles, kubernetesMinor)) return;

    for (const rule of object.rules ?? []) {
      // A WebSocket arrives as get, SPDY as create; from 1.35 on API servers ask create of both, unless told otherwise.
      if (grantsSubresource(rule, ["create", "get"], "", "pods", ["exec", "attach", "portforward", "proxy"])) {
        deny(rule, "resources", `${name} grants connections into pods; bind a role for emergencies when it is needed, and only so long`, "a");
      }
      if (grantsSubresource(rule, ["update", "patch"], "", "pods", ["ephemeralcontainers"])) {
        deny(rule, "resources", `${name} grants debug containers in pods; bind a role for emergencies when it is needed, and only so long`, "b");
      }
      if (parameters.logs && object.kind === "ClusterRole" && grantsSubresource(rule, ["get"], "", "pods", ["log"])) {
        deny(rule, "resources", `${name} grants the logs of pods; grant them in a Role, for the namespace that is needed`, "c");
      }
    }
  },

  remediation: "Put exec, attach, portforward, proxy and ephemeralcontainers into a role for emergencies, bind it for a time when it is needed, and name it under allowedRoles.",
  pass: [
    {
      name: "reading of pods and their logs",
      object: clusterRole("developer", [{ apiGroups: [""], resources: ["pods", "pods/log", "pods/status"], verbs: ["get", "list", "watch"] }]),
    },
    {
      name: "entries that RBAC does not read as subresources, verbs that open nothing, and the proxy of services",
      object: role("developer", [
        { apiGroups: [""], resources: ["pods/*", "pods"], verbs: ["get", "create", "update"] },
        { apiGroups: [""], resources: ["pods/exec", "pods/attach"], verbs: ["delete", "list"] },
        { apiGroups: [""], resources: ["pods/ephemeralcontainers"], verbs: ["get"] },
        { apiGroups: [""], resources: ["services/proxy"], verbs: ["get"] },
        { apiGroups: ["metrics.k8s.io"], resources: ["*"], verbs: ["*"] },
      ]),
    },
    {
      name: "logs in a Role, where ClusterRoles must not grant them",
      parameters: { logs: true },
      object: role("developer", [{ apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }]),
    },
    {
      name: "a role that every API server creates",
      object: clusterRole("system:aggregate-to-edit", [
        { apiGroups: [""], resources: ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets"], verbs: ["get", "list", "watch"] },
        { apiGroups: [""], resources: ["pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"], verbs: ["create", "delete", "patch", "update"] },
      ]),
    },
    {
      name: "a role for emergencies, allowed by name",
      parameters: { allowedRoles: ["break-glass"] },
      object: clusterRole("break-glass", [{ apiGroups: [""], resources: ["pods/exec", "pods/ephemeralcontainers"], verbs: ["create", "patch"] }]),
    },
    {
      name: "the role of a controller that API servers create from 1.37 on",
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
    },
  ],
  fail: [
    {
      name: "exec by either verb, and the other ways in",
      object: role("developer", [
        { apiGroups: [""], resources: ["pods", "pods/exec"], verbs: ["create"] },
        { apiGroups: [""], resources: ["pods/exec"], verbs: ["get"] },
        { apiGroups: [""], resources: ["pods/attach"], verbs: ["create"] },
        { apiGroups: [""], resources: ["pods/portforward"], verbs: ["create"] },
        { apiGroups: [""], resources: ["pods/proxy"], verbs: ["get"] },
        { apiGroups: ["*"], resources: ["*/exec"], verbs: ["create"] },
      ]),
      at: [0, 1, 2, 3, 4, 5].map((index) => ({ finding: "a" as const, path: `rules[${index}].resources` })),
    },
    {
      name: "debug containers, and every resource of the core group",
      object: clusterRole("support", [
        { apiGroups: [""], resources: ["pods/ephemeralcontainers"], verbs: ["patch"] },
        { apiGroups: [""], resources: ["*"], verbs: ["get", "update"] },
      ]),
      at: [
        { finding: "b", path: "rules[0].resources" },
        { finding: "a", path: "rules[1].resources" },
        { finding: "b", path: "rules[1].resources" },
      ],
    },
    {
      name: "logs of the whole cluster, where that counts",
      parameters: { logs: true },
      object: clusterRole("developer", [{ apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] }]),
      at: [{ finding: "c", path: "rules[0].resources" }],
    },
    {
      name: "the role of a controller that API servers create from 1.37 on, in an older cluster",
      kubernetesMinor: 36,
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
      at: [
        { finding: "a", path: "rules[0].resources" },
        { finding: "b", path: "rules[0].resources" },
      ],
    },
  ],
});
