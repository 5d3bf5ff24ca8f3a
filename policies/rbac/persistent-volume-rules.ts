import { defineControl, fullNameOf, grants, kinds, strings } from "portcullis";
import { isBootstrapRole } from "./bootstrap-roles.ts";
import { clusterRole } from "./fixtures.ts";

const bootstrapRoles = [
  "cluster-admin",
  "system:controller:expand-controller",
  "system:controller:generic-garbage-collector",
  "system:controller:persistent-volume-binder",
  "system:controller:pv-protection-controller",
  "system:controller:storage-version-migrator-controller",
  "system:persistent-volume-provisioner",
  "system:volume-scheduler",
];

export default defineControl({
  title: "Roles must not grant writing of PersistentVolumes",
  description:
    "A PersistentVolume may be a directory of a node: whoever writes one and claims it mounts the node's root file system into a pod, past every rule for the volumes of pods, and takes over the node.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["5.1.9"] },
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03"], "2025": ["K02"] },
  },
  match: kinds("rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"),
  parameters: {
    allowedRoles: strings({ default: [], description: "Roles that may write PersistentVolumes, such as those of storage provisioners: the name of a ClusterRole, or namespace/name of a Role." }),
    verbs: strings({ default: ["create", "update", "patch"], description: "Verbs that count as writing." }),
  },

  check({ object, parameters, kubernetesMinor, deny }) {
    const name = fullNameOf(object);
    if (parameters.allowedRoles.includes(name) || isBootstrapRole(name, bootstrapRoles, kubernetesMinor)) return;

    for (const rule of object.rules ?? []) {
      if (grants(rule, parameters.verbs, [""], ["persistentvolumes"])) {
        deny(rule, "resources", `${name} grants writing of PersistentVolumes; grant persistentvolumeclaims, and let a provisioner make the volumes`);
      }
    }
  },

  remediation: "Grant persistentvolumeclaims instead, and let the provisioner of a StorageClass create the volumes.",
  pass: [
    {
      name: "claims, and reading of volumes",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "storage-user" },
        rules: [
          { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: ["create", "update", "patch", "delete"] },
          { apiGroups: [""], resources: ["persistentvolumes"], verbs: ["get", "list", "watch"] },
        ],
      },
    },
    {
      name: "the subresource alone, and volumes of another API group",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "attacher" },
        rules: [
          { apiGroups: [""], resources: ["persistentvolumes/status"], verbs: ["patch"] },
          { apiGroups: ["storage.example.com"], resources: ["persistentvolumes"], verbs: ["create"] },
        ],
      },
    },
    {
      name: "a provisioner that is allowed by name",
      parameters: { allowedRoles: ["csi-provisioner"] },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "csi-provisioner" },
        rules: [{ apiGroups: [""], resources: ["persistentvolumes"], verbs: ["get", "list", "watch", "create", "patch", "delete"] }],
      },
    },
    {
      name: "a role that every API server creates",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "system:persistent-volume-provisioner", labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } },
        rules: [{ apiGroups: [""], resources: ["persistentvolumes"], verbs: ["create", "delete", "get", "list", "watch"] }],
      },
    },
    {
      name: "the role of a controller that API servers create from 1.37 on",
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
    },
  ],
  fail: [
    {
      name: "volumes beside claims",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "storage-user" },
        rules: [
          { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get"] },
          { apiGroups: [""], resources: ["persistentvolumeclaims", "persistentvolumes"], verbs: ["get", "create"] },
        ],
      },
      at: ["rules[1].resources"],
    },
    {
      name: "wildcards, and a name like one of the API server's",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "system:persistent-volume-provisioner-2" },
        rules: [
          { apiGroups: [""], resources: ["persistentvolumes"], verbs: ["*"] },
          { apiGroups: ["*"], resources: ["*"], verbs: ["patch"] },
        ],
      },
      at: ["rules[0].resources", "rules[1].resources"],
    },
    {
      name: "a Role with the name of a ClusterRole that API servers create",
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "cluster-admin", namespace: "shop" },
        rules: [{ apiGroups: [""], resources: ["persistentvolumes"], verbs: ["update"] }],
      },
      at: ["rules[0].resources"],
    },
    {
      name: "deleting, where that counts too",
      parameters: { verbs: ["create", "update", "patch", "delete", "deletecollection"] },
      object: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "cleaner" },
        rules: [{ apiGroups: [""], resources: ["persistentvolumes"], verbs: ["delete"] }],
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
