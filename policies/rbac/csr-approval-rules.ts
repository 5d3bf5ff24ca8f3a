import { defineControl, fullNameOf, grants, grantsSubresource, kinds, strings } from "portcullis";
import { isBootstrapRole } from "./bootstrap-roles.ts";
import { clusterRole, role } from "./fixtures.ts";

const bootstrapRoles = [
  "cluster-admin",
  "system:certificates.k8s.io:kube-apiserver-client-approver",
  "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver",
  "system:certificates.k8s.io:kubelet-serving-approver",
  "system:certificates.k8s.io:legacy-unknown-approver",
  "system:controller:certificate-controller",
  "system:controller:generic-garbage-collector",
  "system:controller:storage-version-migrator-controller",
];

export default defineControl({
  title: "Roles must not grant approval of certificates",
  description:
    "A client certificate is a login that nobody can take back before it ends. Whoever approves or signs requests hands out any name and group, those of administrators and nodes among them.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["5.1.11"] },
    nsa: { "1.2": ["rbac/least"] },
    owasp: { "2022": ["K03"], "2025": ["K02", "K09"] },
  },
  match: kinds("rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"),
  parameters: {
    allowedRoles: strings({ default: [], description: "Roles that may approve or sign: the name of a ClusterRole, or namespace/name of a Role." }),
  },
  findings: {
    a: "A rule lets its holder approve requests or issue certificates in them",
    b: "A rule lets its holder act for a signer",
  },

  check({ object, parameters, kubernetesMinor, deny }) {
    const name = fullNameOf(object);
    if (parameters.allowedRoles.includes(name) || isBootstrapRole(name, bootstrapRoles, kubernetesMinor)) return;

    for (const rule of object.rules ?? []) {
      if (grantsSubresource(rule, ["update", "patch"], "certificates.k8s.io", "certificatesigningrequests", ["approval", "status"])) {
        deny(rule, "resources", `${name} grants approval or signing of certificate requests; leave it to the approver of the platform`, "a");
      }
      if (grants(rule, ["approve", "sign"], ["certificates.k8s.io"], ["signers"])) {
        deny(rule, "resources", `${name} grants approve or sign on signers; leave it to the approver of the platform`, "b");
      }
    }
  },

  remediation: "Leave approval to the controller or the few people who check requests, name their role under allowedRoles, and limit it to their signer by resourceNames.",
  pass: [
    {
      name: "requests of one's own",
      object: clusterRole("developer", [{ apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], verbs: ["create", "get", "list", "watch"] }]),
    },
    {
      name: "the words where they mean nothing",
      object: role("issuer", [
        { apiGroups: ["cert-manager.io"], resources: ["signers", "certificatesigningrequests/approval"], verbs: ["approve", "update"] },
        { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests/*", "signers/example"], verbs: ["update", "approve"] },
        { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests/approval", "signers"], verbs: ["get"] },
      ]),
    },
    {
      name: "a role that every API server creates",
      object: clusterRole("system:certificates.k8s.io:kubelet-serving-approver", [{ apiGroups: ["certificates.k8s.io"], resources: ["signers"], resourceNames: ["kubernetes.io/kubelet-serving"], verbs: ["approve"] }]),
    },
    {
      name: "an approver that is allowed by name",
      parameters: { allowedRoles: ["kubelet-csr-approver"] },
      object: clusterRole("kubelet-csr-approver", [
        { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests/approval"], verbs: ["update"] },
        { apiGroups: ["certificates.k8s.io"], resources: ["signers"], resourceNames: ["kubernetes.io/kubelet-serving"], verbs: ["approve"] },
      ]),
    },
    {
      name: "the role of a controller that API servers create from 1.37 on",
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
    },
  ],
  fail: [
    {
      name: "both halves that an approval needs",
      object: clusterRole("csr-approver", [
        { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests/approval"], verbs: ["update"] },
        { apiGroups: ["certificates.k8s.io"], resources: ["signers"], resourceNames: ["kubernetes.io/kube-apiserver-client"], verbs: ["approve"] },
      ]),
      at: [
        { finding: "a", path: "rules[0].resources" },
        { finding: "b", path: "rules[1].resources" },
      ],
    },
    {
      name: "one half alone, and the status, where the certificate is put",
      object: role("signer", [
        { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests/status"], verbs: ["patch"] },
        { apiGroups: ["certificates.k8s.io"], resources: ["signers"], verbs: ["sign"] },
        { apiGroups: ["*"], resources: ["*/approval"], verbs: ["update"] },
      ]),
      at: [
        { finding: "a", path: "rules[0].resources" },
        { finding: "b", path: "rules[1].resources" },
        { finding: "a", path: "rules[2].resources" },
      ],
    },
    {
      name: "everything in the group",
      object: clusterRole("pki", [{ apiGroups: ["certificates.k8s.io"], resources: ["*"], verbs: ["*"] }]),
      at: [
        { finding: "a", path: "rules[0].resources" },
        { finding: "b", path: "rules[0].resources" },
      ],
    },
    {
      name: "the role of a controller that API servers create from 1.37 on, in an older cluster",
      kubernetesMinor: 36,
      object: clusterRole("system:controller:storage-version-migrator-controller", [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "update", "patch"] }]),
      at: [{ finding: "a", path: "rules[0].resources" }],
    },
  ],
});
