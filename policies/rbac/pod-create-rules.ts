import { choices, defineControl, fullNameOf, grants, kinds, type rbacv1, strings } from "portcullis";
import { isBootstrapRole } from "./bootstrap-roles.ts";
import { clusterRole, role } from "./fixtures.ts";

const bootstrapRoles = [
  "admin",
  "cluster-admin",
  "edit",
  "system:aggregate-to-edit",
  "system:controller:cronjob-controller",
  "system:controller:daemon-set-controller",
  "system:controller:deployment-controller",
  "system:controller:generic-garbage-collector",
  "system:controller:job-controller",
  "system:controller:persistent-volume-binder",
  "system:controller:replicaset-controller",
  "system:controller:replication-controller",
  "system:controller:statefulset-controller",
  "system:controller:storage-version-migrator-controller",
  "system:node",
];

const podControllers = ["deployments", "daemonsets", "replicasets", "statefulsets", "jobs", "cronjobs", "replicationcontrollers"] as const;

export default defineControl({
  title: "Roles must not grant creation of pods",
  description:
    "Whoever may create pods in a namespace mounts every Secret of it, runs as every service account of it and, where nothing else stops it, on every node. The controllers of pods create them for whoever writes their templates.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["5.1.4"] },
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03"], "2025": ["K02"] },
  },
  match: kinds("rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"),
  parameters: {
    allowedRoles: strings({ default: [], description: "Roles that may create pods, such as those of operators and of deployment pipelines: the name of a ClusterRole, or namespace/name of a Role." }),
    controllers: choices(podControllers, { default: podControllers, description: "Controllers of pods whose writing counts as creating pods." }),
  },

  check({ object, parameters, kubernetesMinor, deny }) {
    const name = fullNameOf(object);
    if (parameters.allowedRoles.includes(name) || isBootstrapRole(name, bootstrapRoles, kubernetesMinor)) return;

    for (const rule of object.rules ?? []) {
      if (grants(rule, ["create"], [""], ["pods"]) || writesControllers(rule, parameters.controllers)) {
        deny(rule, "resources", `${name} grants creation of pods; leave it to the pipeline that deploys, and grant reading`);
      }
    }
  },

  remediation: "Let a pipeline or an operator create workloads, name its role under allowedRoles, and grant people get, list and watch.",
  pass: [
    {
      name: "reading, deleting and scaling",
      object: role("developer", [
        { apiGroups: ["", "apps", "batch"], resources: ["pods", "deployments", "jobs"], verbs: ["get", "list", "watch"] },
        { apiGroups: [""], resources: ["pods"], verbs: ["delete"] },
        { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["update", "patch"] },
      ]),
    },
    {
      name: "changes of pods that run, and kinds of other API groups",
      object: clusterRole("labeller", [
        { apiGroups: [""], resources: ["pods"], verbs: ["update", "patch"] },
        { apiGroups: ["argoproj.io"], resources: ["rollouts", "pods", "deployments"], verbs: ["create"] },
        { apiGroups: ["apps"], resources: ["pods", "jobs"], verbs: ["create"] },
        { apiGroups: ["batch"], resources: ["deployments", "replicationcontrollers"], verbs: ["create"] },
        { apiGroups: [""], resources: ["cronjobs", "statefulsets"], verbs: ["create"] },
      ]),
    },
    {
      name: "a pipeline that is allowed by namespace and name",
      parameters: { allowedRoles: ["shop/deployer"] },
      object: role("deployer", [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["create", "update", "patch"] }]),
    },
    {
      name: "a controller that does not count here",
      parameters: { controllers: ["deployments", "statefulsets"] },
      object: role("scheduler", [{ apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: ["create"] }]),
    },
    {
      name: "a role that every API server creates",
      object: clusterRole("system:controller:replicaset-controller", [{ apiGroups: [""], resources: ["pods"], verbs: ["create", "delete", "list", "patch", "watch"] }]),
    },
    {
      name: "the role of a controller that API servers create from 1.37 on",
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
    },
  ],
  fail: [
    {
      name: "pods themselves, by name and by wildcards",
      object: clusterRole("developer", [
        { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "create"] },
        { apiGroups: ["*"], resources: ["pods"], verbs: ["*"] },
        { apiGroups: [""], resources: ["*"], verbs: ["create"] },
      ]),
      at: ["rules[0].resources", "rules[1].resources", "rules[2].resources"],
    },
    {
      name: "templates of each controller, changed as well as created",
      object: role("developer", [
        { apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] },
        { apiGroups: ["apps"], resources: ["daemonsets"], verbs: ["update"] },
        { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["create"] },
        { apiGroups: ["apps"], resources: ["statefulsets"], verbs: ["create"] },
        { apiGroups: ["batch"], resources: ["jobs"], verbs: ["create"] },
        { apiGroups: ["batch"], resources: ["cronjobs"], verbs: ["update"] },
        { apiGroups: ["batch"], resources: ["cronjobs"], verbs: ["patch"] },
        { apiGroups: [""], resources: ["replicationcontrollers"], verbs: ["create"] },
        { apiGroups: [""], resources: ["replicationcontrollers"], verbs: ["update"] },
        { apiGroups: [""], resources: ["replicationcontrollers"], verbs: ["patch"] },
        { apiGroups: ["apps"], resources: ["*"], verbs: ["*"] },
      ]),
      at: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((index) => `rules[${index}].resources`),
    },
    {
      name: "pods, whatever counts beside them",
      parameters: { controllers: [] },
      object: role("developer", [
        { apiGroups: [""], resources: ["pods"], verbs: ["create"] },
        { apiGroups: ["apps"], resources: ["deployments"], verbs: ["create"] },
      ]),
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

/** Whether a rule lets its holder write the pod template of one of the controllers, each in the API group that serves it. */
function writesControllers(rule: rbacv1.PolicyRule, controllers: readonly string[]): boolean {
  return (
    grants(rule, ["create", "update", "patch"], ["apps"], controllers.filter((controller) => ["deployments", "daemonsets", "replicasets", "statefulsets"].includes(controller))) ||
    grants(rule, ["create", "update", "patch"], ["batch"], controllers.filter((controller) => ["jobs", "cronjobs"].includes(controller))) ||
    grants(rule, ["create", "update", "patch"], [""], controllers.filter((controller) => controller === "replicationcontrollers"))
  );
}
