import { defineControl, integer, type Kinds, manifests } from "portcullis";

/** What is said of an API version: the minor in which the API server stops serving it, and what to write instead. */
interface Removal {
  readonly minor: number;
  readonly use: string;
}

/** The API versions of kinds that went or will go, those of alpha where they were in wide use (the deprecation guide, and the lifecycle that Kubernetes' own types say). */
const removals = {
  "extensions/v1beta1/DaemonSet": { minor: 16, use: "apps/v1" },
  "extensions/v1beta1/Deployment": { minor: 16, use: "apps/v1" },
  "extensions/v1beta1/NetworkPolicy": { minor: 16, use: "networking.k8s.io/v1" },
  "extensions/v1beta1/PodSecurityPolicy": { minor: 16, use: "the labels of Pod Security Admission on Namespaces" },
  "extensions/v1beta1/ReplicaSet": { minor: 16, use: "apps/v1" },
  "apps/v1beta1/Deployment": { minor: 16, use: "apps/v1" },
  "apps/v1beta1/StatefulSet": { minor: 16, use: "apps/v1" },
  "apps/v1beta2/DaemonSet": { minor: 16, use: "apps/v1" },
  "apps/v1beta2/Deployment": { minor: 16, use: "apps/v1" },
  "apps/v1beta2/ReplicaSet": { minor: 16, use: "apps/v1" },
  "apps/v1beta2/StatefulSet": { minor: 16, use: "apps/v1" },
  "extensions/v1beta1/Ingress": { minor: 22, use: "networking.k8s.io/v1" },
  "networking.k8s.io/v1beta1/Ingress": { minor: 22, use: "networking.k8s.io/v1" },
  "networking.k8s.io/v1beta1/IngressClass": { minor: 22, use: "networking.k8s.io/v1" },
  "rbac.authorization.k8s.io/v1beta1/ClusterRole": { minor: 22, use: "rbac.authorization.k8s.io/v1" },
  "rbac.authorization.k8s.io/v1beta1/ClusterRoleBinding": { minor: 22, use: "rbac.authorization.k8s.io/v1" },
  "rbac.authorization.k8s.io/v1beta1/Role": { minor: 22, use: "rbac.authorization.k8s.io/v1" },
  "rbac.authorization.k8s.io/v1beta1/RoleBinding": { minor: 22, use: "rbac.authorization.k8s.io/v1" },
  "admissionregistration.k8s.io/v1beta1/MutatingWebhookConfiguration": { minor: 22, use: "admissionregistration.k8s.io/v1" },
  "admissionregistration.k8s.io/v1beta1/ValidatingWebhookConfiguration": { minor: 22, use: "admissionregistration.k8s.io/v1" },
  "apiextensions.k8s.io/v1beta1/CustomResourceDefinition": { minor: 22, use: "apiextensions.k8s.io/v1" },
  "apiregistration.k8s.io/v1beta1/APIService": { minor: 22, use: "apiregistration.k8s.io/v1" },
  "certificates.k8s.io/v1beta1/CertificateSigningRequest": { minor: 22, use: "certificates.k8s.io/v1" },
  "coordination.k8s.io/v1beta1/Lease": { minor: 22, use: "coordination.k8s.io/v1" },
  "scheduling.k8s.io/v1beta1/PriorityClass": { minor: 22, use: "scheduling.k8s.io/v1" },
  "storage.k8s.io/v1beta1/CSIDriver": { minor: 22, use: "storage.k8s.io/v1" },
  "storage.k8s.io/v1beta1/CSINode": { minor: 22, use: "storage.k8s.io/v1" },
  "storage.k8s.io/v1beta1/StorageClass": { minor: 22, use: "storage.k8s.io/v1" },
  "storage.k8s.io/v1beta1/VolumeAttachment": { minor: 22, use: "storage.k8s.io/v1" },
  "authentication.k8s.io/v1beta1/TokenReview": { minor: 22, use: "authentication.k8s.io/v1" },
  "authorization.k8s.io/v1beta1/LocalSubjectAccessReview": { minor: 22, use: "authorization.k8s.io/v1" },
  "authorization.k8s.io/v1beta1/SelfSubjectAccessReview": { minor: 22, use: "authorization.k8s.io/v1" },
  "authorization.k8s.io/v1beta1/SelfSubjectRulesReview": { minor: 22, use: "authorization.k8s.io/v1" },
  "authorization.k8s.io/v1beta1/SubjectAccessReview": { minor: 22, use: "authorization.k8s.io/v1" },
  "batch/v1beta1/CronJob": { minor: 25, use: "batch/v1" },
  "policy/v1beta1/PodDisruptionBudget": { minor: 25, use: "policy/v1" },
  "policy/v1beta1/PodSecurityPolicy": { minor: 25, use: "the labels of Pod Security Admission on Namespaces" },
  "discovery.k8s.io/v1beta1/EndpointSlice": { minor: 25, use: "discovery.k8s.io/v1" },
  "events.k8s.io/v1beta1/Event": { minor: 25, use: "events.k8s.io/v1" },
  "node.k8s.io/v1beta1/RuntimeClass": { minor: 25, use: "node.k8s.io/v1" },
  "autoscaling/v2beta1/HorizontalPodAutoscaler": { minor: 25, use: "autoscaling/v2" },
  "autoscaling/v2beta2/HorizontalPodAutoscaler": { minor: 26, use: "autoscaling/v2" },
  "flowcontrol.apiserver.k8s.io/v1beta1/FlowSchema": { minor: 26, use: "flowcontrol.apiserver.k8s.io/v1" },
  "flowcontrol.apiserver.k8s.io/v1beta1/PriorityLevelConfiguration": { minor: 26, use: "flowcontrol.apiserver.k8s.io/v1" },
  "storage.k8s.io/v1beta1/CSIStorageCapacity": { minor: 27, use: "storage.k8s.io/v1" },
  "flowcontrol.apiserver.k8s.io/v1beta2/FlowSchema": { minor: 29, use: "flowcontrol.apiserver.k8s.io/v1" },
  "flowcontrol.apiserver.k8s.io/v1beta2/PriorityLevelConfiguration": { minor: 29, use: "flowcontrol.apiserver.k8s.io/v1" },
  "flowcontrol.apiserver.k8s.io/v1beta3/FlowSchema": { minor: 32, use: "flowcontrol.apiserver.k8s.io/v1" },
  "flowcontrol.apiserver.k8s.io/v1beta3/PriorityLevelConfiguration": { minor: 32, use: "flowcontrol.apiserver.k8s.io/v1" },
  "admissionregistration.k8s.io/v1alpha1/ValidatingAdmissionPolicy": { minor: 32, use: "admissionregistration.k8s.io/v1" },
  "admissionregistration.k8s.io/v1alpha1/ValidatingAdmissionPolicyBinding": { minor: 32, use: "admissionregistration.k8s.io/v1" },
  "admissionregistration.k8s.io/v1beta1/ValidatingAdmissionPolicy": { minor: 34, use: "admissionregistration.k8s.io/v1" },
  "admissionregistration.k8s.io/v1beta1/ValidatingAdmissionPolicyBinding": { minor: 34, use: "admissionregistration.k8s.io/v1" },
  "networking.k8s.io/v1beta1/IPAddress": { minor: 37, use: "networking.k8s.io/v1" },
  "networking.k8s.io/v1beta1/ServiceCIDR": { minor: 37, use: "networking.k8s.io/v1" },
  "storage.k8s.io/v1beta1/VolumeAttributesClass": { minor: 37, use: "storage.k8s.io/v1" },
  "certificates.k8s.io/v1alpha1/ClusterTrustBundle": { minor: 37, use: "certificates.k8s.io/v1beta1" },
  "resource.k8s.io/v1beta1/DeviceClass": { minor: 38, use: "resource.k8s.io/v1" },
  "resource.k8s.io/v1beta1/ResourceClaim": { minor: 38, use: "resource.k8s.io/v1" },
  "resource.k8s.io/v1beta1/ResourceClaimTemplate": { minor: 38, use: "resource.k8s.io/v1" },
  "resource.k8s.io/v1beta1/ResourceSlice": { minor: 38, use: "resource.k8s.io/v1" },
  "admissionregistration.k8s.io/v1alpha1/MutatingAdmissionPolicy": { minor: 38, use: "admissionregistration.k8s.io/v1" },
  "admissionregistration.k8s.io/v1alpha1/MutatingAdmissionPolicyBinding": { minor: 38, use: "admissionregistration.k8s.io/v1" },
  "resource.k8s.io/v1beta2/DeviceClass": { minor: 39, use: "resource.k8s.io/v1" },
  "resource.k8s.io/v1beta2/ResourceClaim": { minor: 39, use: "resource.k8s.io/v1" },
  "resource.k8s.io/v1beta2/ResourceClaimTemplate": { minor: 39, use: "resource.k8s.io/v1" },
  "resource.k8s.io/v1beta2/ResourceSlice": { minor: 39, use: "resource.k8s.io/v1" },
  "coordination.k8s.io/v1beta1/LeaseCandidate": { minor: 39, use: "what follows it, which elections of the control plane write themselves" },
  "admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicy": { minor: 40, use: "admissionregistration.k8s.io/v1" },
  "admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicyBinding": { minor: 40, use: "admissionregistration.k8s.io/v1" },
  "certificates.k8s.io/v1beta1/ClusterTrustBundle": { minor: 40, use: "certificates.k8s.io/v1" },
  "certificates.k8s.io/v1beta1/PodCertificateRequest": { minor: 40, use: "certificates.k8s.io/v1" },
  "storagemigration.k8s.io/v1beta1/StorageVersionMigration": { minor: 40, use: "storagemigration.k8s.io/v1" },
} satisfies Partial<Record<keyof Kinds, Removal>>;

/** The same, to look up whatever a manifest says. */
const removalOf: Readonly<Record<string, Removal>> = removals;

/** What every object below has, so that there is more to each than its version. */
const metadata = { name: "web", namespace: "shop", labels: { app: "web", team: "shop", tier: "front" }, annotations: { owner: "shop" } };

/** What the newest Kubernetes serves for some minors more, an object of each kind. */
const going: readonly (Kinds[keyof typeof removals])[] = [
  { apiVersion: "resource.k8s.io/v1beta1", kind: "DeviceClass", metadata, spec: {} },
  { apiVersion: "resource.k8s.io/v1beta1", kind: "ResourceClaim", metadata, spec: {} },
  { apiVersion: "resource.k8s.io/v1beta1", kind: "ResourceClaimTemplate", metadata, spec: { spec: {} } },
  { apiVersion: "resource.k8s.io/v1beta1", kind: "ResourceSlice", metadata, spec: { driver: "gpu.example.com", pool: { name: "node-1", generation: 1, resourceSliceCount: 1 } } },
  { apiVersion: "admissionregistration.k8s.io/v1alpha1", kind: "MutatingAdmissionPolicy", metadata, spec: {} },
  { apiVersion: "admissionregistration.k8s.io/v1alpha1", kind: "MutatingAdmissionPolicyBinding", metadata, spec: { policyName: "labels" } },
  { apiVersion: "resource.k8s.io/v1beta2", kind: "DeviceClass", metadata, spec: {} },
  { apiVersion: "resource.k8s.io/v1beta2", kind: "ResourceClaim", metadata, spec: {} },
  { apiVersion: "resource.k8s.io/v1beta2", kind: "ResourceClaimTemplate", metadata, spec: { spec: {} } },
  { apiVersion: "resource.k8s.io/v1beta2", kind: "ResourceSlice", metadata, spec: { driver: "gpu.example.com", pool: { name: "node-1", generation: 1, resourceSliceCount: 1 } } },
  { apiVersion: "coordination.k8s.io/v1beta1", kind: "LeaseCandidate", metadata, spec: { leaseName: "kube-scheduler", binaryVersion: "1.37.2", strategy: "OldestEmulationVersion" } },
  { apiVersion: "admissionregistration.k8s.io/v1beta1", kind: "MutatingAdmissionPolicy", metadata, spec: {} },
  { apiVersion: "admissionregistration.k8s.io/v1beta1", kind: "MutatingAdmissionPolicyBinding", metadata, spec: { policyName: "labels" } },
  { apiVersion: "certificates.k8s.io/v1beta1", kind: "ClusterTrustBundle", metadata, spec: { trustBundle: "-----BEGIN CERTIFICATE-----" } },
  { apiVersion: "certificates.k8s.io/v1beta1", kind: "PodCertificateRequest", metadata, spec: { nodeName: "node-1", nodeUID: "0f2d1c0b-4d3c-4a4f-8b8e-9a7c6d5e4f3a", podName: "web", podUID: "0f2d1c0b-4d3c-4a4f-8b8e-9a7c6d5e4f3b", serviceAccountName: "web", serviceAccountUID: "0f2d1c0b-4d3c-4a4f-8b8e-9a7c6d5e4f3c", signerName: "example.com/pods", pkixPublicKey: "AA==", proofOfPossession: "AA==", stubPKCS10Request: "AA==" } },
];

/** An object of each kind that the newest Kubernetes does not serve. */
const gone: readonly (Kinds[keyof typeof removals])[] = [
  { apiVersion: "extensions/v1beta1", kind: "DaemonSet", metadata },
  { apiVersion: "extensions/v1beta1", kind: "NetworkPolicy", metadata },
  { apiVersion: "extensions/v1beta1", kind: "PodSecurityPolicy", metadata },
  { apiVersion: "extensions/v1beta1", kind: "ReplicaSet", metadata },
  { apiVersion: "apps/v1beta1", kind: "Deployment", metadata },
  { apiVersion: "apps/v1beta1", kind: "StatefulSet", metadata },
  { apiVersion: "apps/v1beta2", kind: "DaemonSet", metadata },
  { apiVersion: "apps/v1beta2", kind: "Deployment", metadata },
  { apiVersion: "apps/v1beta2", kind: "ReplicaSet", metadata },
  { apiVersion: "apps/v1beta2", kind: "StatefulSet", metadata },
  { apiVersion: "extensions/v1beta1", kind: "Ingress", metadata },
  { apiVersion: "networking.k8s.io/v1beta1", kind: "Ingress", metadata },
  { apiVersion: "networking.k8s.io/v1beta1", kind: "IngressClass", metadata },
  { apiVersion: "rbac.authorization.k8s.io/v1beta1", kind: "ClusterRole", metadata },
  { apiVersion: "rbac.authorization.k8s.io/v1beta1", kind: "ClusterRoleBinding", metadata },
  { apiVersion: "rbac.authorization.k8s.io/v1beta1", kind: "Role", metadata },
  { apiVersion: "rbac.authorization.k8s.io/v1beta1", kind: "RoleBinding", metadata },
  { apiVersion: "admissionregistration.k8s.io/v1beta1", kind: "MutatingWebhookConfiguration", metadata },
  { apiVersion: "admissionregistration.k8s.io/v1beta1", kind: "ValidatingWebhookConfiguration", metadata },
  { apiVersion: "apiextensions.k8s.io/v1beta1", kind: "CustomResourceDefinition", metadata },
  { apiVersion: "apiregistration.k8s.io/v1beta1", kind: "APIService", metadata },
  { apiVersion: "certificates.k8s.io/v1beta1", kind: "CertificateSigningRequest", metadata },
  { apiVersion: "coordination.k8s.io/v1beta1", kind: "Lease", metadata },
  { apiVersion: "scheduling.k8s.io/v1beta1", kind: "PriorityClass", metadata },
  { apiVersion: "storage.k8s.io/v1beta1", kind: "CSIDriver", metadata },
  { apiVersion: "storage.k8s.io/v1beta1", kind: "CSINode", metadata },
  { apiVersion: "storage.k8s.io/v1beta1", kind: "StorageClass", metadata },
  { apiVersion: "storage.k8s.io/v1beta1", kind: "VolumeAttachment", metadata },
  { apiVersion: "authentication.k8s.io/v1beta1", kind: "TokenReview", metadata },
  { apiVersion: "authorization.k8s.io/v1beta1", kind: "LocalSubjectAccessReview", metadata },
  { apiVersion: "authorization.k8s.io/v1beta1", kind: "SelfSubjectAccessReview", metadata },
  { apiVersion: "authorization.k8s.io/v1beta1", kind: "SelfSubjectRulesReview", metadata },
  { apiVersion: "authorization.k8s.io/v1beta1", kind: "SubjectAccessReview", metadata },
  { apiVersion: "batch/v1beta1", kind: "CronJob", metadata },
  { apiVersion: "policy/v1beta1", kind: "PodDisruptionBudget", metadata },
  { apiVersion: "policy/v1beta1", kind: "PodSecurityPolicy", metadata },
  { apiVersion: "discovery.k8s.io/v1beta1", kind: "EndpointSlice", metadata },
  { apiVersion: "events.k8s.io/v1beta1", kind: "Event", metadata },
  { apiVersion: "node.k8s.io/v1beta1", kind: "RuntimeClass", metadata },
  { apiVersion: "autoscaling/v2beta1", kind: "HorizontalPodAutoscaler", metadata },
  { apiVersion: "autoscaling/v2beta2", kind: "HorizontalPodAutoscaler", metadata },
  { apiVersion: "flowcontrol.apiserver.k8s.io/v1beta1", kind: "FlowSchema", metadata },
  { apiVersion: "flowcontrol.apiserver.k8s.io/v1beta1", kind: "PriorityLevelConfiguration", metadata },
  { apiVersion: "storage.k8s.io/v1beta1", kind: "CSIStorageCapacity", metadata },
  { apiVersion: "flowcontrol.apiserver.k8s.io/v1beta2", kind: "FlowSchema", metadata },
  { apiVersion: "flowcontrol.apiserver.k8s.io/v1beta2", kind: "PriorityLevelConfiguration", metadata },
  { apiVersion: "flowcontrol.apiserver.k8s.io/v1beta3", kind: "FlowSchema", metadata },
  { apiVersion: "flowcontrol.apiserver.k8s.io/v1beta3", kind: "PriorityLevelConfiguration", metadata },
  { apiVersion: "admissionregistration.k8s.io/v1alpha1", kind: "ValidatingAdmissionPolicy", metadata },
  { apiVersion: "admissionregistration.k8s.io/v1alpha1", kind: "ValidatingAdmissionPolicyBinding", metadata },
  { apiVersion: "admissionregistration.k8s.io/v1beta1", kind: "ValidatingAdmissionPolicy", metadata },
  { apiVersion: "admissionregistration.k8s.io/v1beta1", kind: "ValidatingAdmissionPolicyBinding", metadata },
  { apiVersion: "networking.k8s.io/v1beta1", kind: "IPAddress", metadata },
  { apiVersion: "networking.k8s.io/v1beta1", kind: "ServiceCIDR", metadata },
  { apiVersion: "storage.k8s.io/v1beta1", kind: "VolumeAttributesClass", metadata },
  { apiVersion: "certificates.k8s.io/v1alpha1", kind: "ClusterTrustBundle", metadata },
];

export default defineControl({
  title: "Manifests must not name API versions that are gone or going",
  description:
    "The API server of the next minor refuses what is written in a removed version, on the day of the upgrade: so the upgrade waits, and the cluster keeps the flaws that it would have mended. Policies that match the kind by its present version never see such an object in a repository at all. Models learned from old guides write it still.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["up/patch"] },
    owasp: { "2022": ["K10"], "2025": ["K07"] },
    seed: ["H08", "D01", "D02", "D05", "D06", "D07", "D08", "D09"],
  },
  match: manifests(...(Object.keys(removals) as (keyof typeof removals)[])),
  parameters: {
    horizon: integer({ default: 3, minimum: 0, description: "How many minor versions ahead a removal is told of." }),
  },
  findings: {
    a: "The API version is not served by the Kubernetes that is asked about",
    b: "The API version is going to be removed",
  },

  check({ object, kubernetesMinor, parameters, deny }) {
    const removal = removalOf[`${object.apiVersion}/${object.kind}`];
    if (removal === undefined) return;
    const name = `${object.apiVersion} ${object.kind}`;
    if (removal.minor <= kubernetesMinor) deny(object, "apiVersion", `Kubernetes has served no ${name} since 1.${removal.minor}; use ${removal.use}`, "a");
    if (removal.minor > kubernetesMinor && removal.minor <= kubernetesMinor + parameters.horizon) deny(object, "apiVersion", `Kubernetes will serve no ${name} from 1.${removal.minor} on; use ${removal.use}`, "b");
  },

  remediation: "Write the version that the message names, and what changed with it (the deprecation guide of Kubernetes lists that); kubectl convert does most of it.",
  pass: [
    { name: "a version that is still served, in an older Kubernetes", kubernetesMinor: 30, object: { apiVersion: "flowcontrol.apiserver.k8s.io/v1beta3", kind: "FlowSchema", metadata: { name: "probes" } }, parameters: { horizon: 1 } },
    { name: "a removal that is further away than is asked about", parameters: { horizon: 0 }, object: { apiVersion: "resource.k8s.io/v1beta1", kind: "DeviceClass", metadata: { name: "gpu" }, spec: {} } },
    { name: "another kind of the same group and version", object: { apiVersion: "resource.k8s.io/v1beta2", kind: "DeviceClass", metadata: { name: "gpu" }, spec: {} }, parameters: { horizon: 1 } },
  ],
  fail: [
    {
      name: "a Deployment as it was written before 2019, whole",
      object: {
        apiVersion: "extensions/v1beta1",
        kind: "Deployment",
        metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
        spec: { replicas: 2, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1.2" }] } } },
      },
      at: [{ finding: "a", path: "apiVersion" }],
    },
    {
      name: "a scheduled job of an older Kubernetes, the minor before it goes",
      kubernetesMinor: 25,
      object: { apiVersion: "autoscaling/v2beta2", kind: "HorizontalPodAutoscaler", metadata: { name: "web", namespace: "shop" }, spec: { maxReplicas: 4, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } } },
      at: [{ finding: "b", path: "apiVersion" }],
    },
    { name: "the last minor of the horizon", object: { apiVersion: "storagemigration.k8s.io/v1beta1", kind: "StorageVersionMigration", metadata: { name: "secrets" }, spec: { resource: { group: "", resource: "secrets" } } }, at: [{ finding: "b", path: "apiVersion" }] },
    ...going.map((object) => ({ name: `${object.apiVersion} ${object.kind}`, object, at: [{ finding: "b" as const, path: "apiVersion" }] })),
    ...gone.map((object) => ({ name: `${object.apiVersion} ${object.kind}`, object, at: [{ finding: "a" as const, path: "apiVersion" }] })),
  ],
});
