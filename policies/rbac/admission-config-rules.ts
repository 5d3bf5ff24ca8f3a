import { defineControl, fullNameOf, kinds, namesAny, strings } from "portcullis";
import { isBootstrapRole } from "./bootstrap-roles.ts";
import { clusterRole, role } from "./fixtures.ts";

const bootstrapRoles = [
  "cluster-admin",
  "system:controller:generic-garbage-collector",
  "system:controller:namespace-controller",
  "system:controller:storage-version-migrator-controller",
];

/** Resources of Kubernetes' other groups: a rule for every group that names these alone grants nothing of a policy group. */
const otherResources = [
  "configmaps",
  "endpoints",
  "events",
  "namespaces",
  "nodes",
  "persistentvolumeclaims",
  "persistentvolumes",
  "pods",
  "replicationcontrollers",
  "secrets",
  "serviceaccounts",
  "services",
  "daemonsets",
  "deployments",
  "replicasets",
  "statefulsets",
  "cronjobs",
  "jobs",
  "horizontalpodautoscalers",
  "ingresses",
  "networkpolicies",
  "poddisruptionbudgets",
  "roles",
  "rolebindings",
  "clusterroles",
  "clusterrolebindings",
];

export default defineControl({
  title: "Roles must not grant changes of admission policies",
  description:
    "Whoever may write webhooks, admission policies or the policies of an engine switches off every other control with one request, or has each Secret that anybody writes sent to a webhook of their own.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["5.1.12"] },
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03", "K04"], "2025": ["K02", "K04"] },
  },
  match: kinds("rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"),
  parameters: {
    groups: strings({
      default: ["admissionregistration.k8s.io", "policies.kyverno.io", "kyverno.io", "templates.gatekeeper.sh", "constraints.gatekeeper.sh", "config.gatekeeper.sh"],
      description: "API groups whose resources decide what is admitted.",
    }),
    allowedRoles: strings({ default: [], description: "Roles that may change policies, such as those of policy engines and of what puts certificates into webhooks: the name of a ClusterRole, or namespace/name of a Role." }),
  },

  check({ object, parameters, kubernetesMinor, deny }) {
    const name = fullNameOf(object);
    if (parameters.allowedRoles.includes(name) || isBootstrapRole(name, bootstrapRoles, kubernetesMinor)) return;

    for (const rule of object.rules ?? []) {
      const namesGroup = (rule.apiGroups ?? []).some((group) => parameters.groups.includes(group));
      // What a subresource holds, such as the status, decides nothing.
      if (
        namesAny(rule.verbs, ["create", "update", "patch", "delete", "deletecollection"]) &&
        namesAny(rule.apiGroups, parameters.groups) &&
        (rule.resources ?? []).some((resource) => !resource.includes("/") && (namesGroup || !otherResources.includes(resource)))
      ) {
        deny(rule, "apiGroups", `${name} grants changes of admission policies; leave them to the platform team, and grant get, list and watch`);
      }
    }
  },

  remediation: "Grant get, list and watch, and leave changes to a role of the platform team that is named under allowedRoles.",
  pass: [
    {
      name: "reading of policies",
      object: clusterRole("auditor", [{ apiGroups: ["admissionregistration.k8s.io", "kyverno.io"], resources: ["*"], verbs: ["get", "list", "watch"] }]),
    },
    {
      name: "the status alone, and changes in other groups",
      object: role("reporter", [
        { apiGroups: ["constraints.gatekeeper.sh"], resources: ["*/status"], verbs: ["update"] },
        { apiGroups: ["apps"], resources: ["*"], verbs: ["*"] },
      ]),
    },
    {
      name: "every group, but resources that no policy group has",
      object: clusterRole("deployer", [{ apiGroups: ["*"], resources: ["deployments", "serviceaccounts", "roles"], verbs: ["create", "update", "delete"] }]),
    },
    {
      name: "a role that every API server creates",
      object: clusterRole("system:controller:generic-garbage-collector", [{ apiGroups: ["*"], resources: ["*"], verbs: ["delete", "get", "list", "patch", "update", "watch"] }]),
    },
    {
      name: "a policy engine that is allowed by name, and groups of another one",
      parameters: { allowedRoles: ["kyverno:admission-controller"], groups: ["policies.kubewarden.io", "admissionregistration.k8s.io"] },
      object: clusterRole("kyverno:admission-controller", [{ apiGroups: ["admissionregistration.k8s.io"], resources: ["validatingwebhookconfigurations"], verbs: ["create", "update", "delete"] }]),
    },
    {
      name: "the role of a controller that API servers create from 1.37 on",
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
    },
  ],
  fail: [
    {
      name: "webhooks, the policies of the API server, and those of engines",
      object: clusterRole("operator", [
        { apiGroups: ["admissionregistration.k8s.io"], resources: ["mutatingwebhookconfigurations"], verbs: ["get", "create"] },
        { apiGroups: ["admissionregistration.k8s.io"], resources: ["validatingadmissionpolicies", "validatingadmissionpolicybindings"], verbs: ["patch"] },
        { apiGroups: ["policies.kyverno.io"], resources: ["policyexceptions"], verbs: ["create"] },
        { apiGroups: ["constraints.gatekeeper.sh"], resources: ["*"], verbs: ["deletecollection"] },
      ]),
      at: ["rules[0].apiGroups", "rules[1].apiGroups", "rules[2].apiGroups", "rules[3].apiGroups"],
    },
    {
      name: "exceptions in a namespace, which a Role grants",
      object: role("owner", [{ apiGroups: ["kyverno.io"], resources: ["policyexceptions"], verbs: ["*"] }]),
      at: ["rules[0].apiGroups"],
    },
    {
      name: "every group, and deleting by names",
      object: clusterRole("operator", [
        { apiGroups: ["*"], resources: ["*"], verbs: ["delete"] },
        { apiGroups: ["apps", "admissionregistration.k8s.io"], resources: ["deployments/scale", "validatingwebhookconfigurations"], resourceNames: ["portcullis"], verbs: ["update"] },
      ]),
      at: ["rules[0].apiGroups", "rules[1].apiGroups"],
    },
    {
      name: "every group, and resources by name: one of a policy group among others, and one that nobody knows",
      object: clusterRole("pipeline", [
        { apiGroups: ["*"], resources: ["deployments", "mutatingwebhookconfigurations"], verbs: ["patch"] },
        { apiGroups: ["*"], resources: ["shoplabels"], verbs: ["delete"] },
      ]),
      at: ["rules[0].apiGroups", "rules[1].apiGroups"],
    },
    {
      name: "the role of a controller that API servers create from 1.37 on, in an older cluster",
      kubernetesMinor: 36,
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
      at: ["rules[0].apiGroups"],
    },
  ],
});
