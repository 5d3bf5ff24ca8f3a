import { containerWith, type corev1, defineControl, isListed, names, podBearing, workload } from "portcullis";

/** Annotations of accounts that a cloud reads a role from: those of EKS, GKE and AKS. */
const roleAnnotations = ["eks.amazonaws.com/role-arn", "iam.gke.io/gcp-service-account", "azure.workload.identity/client-id"];

export default defineControl({
  title: "Accounts must take only those roles of the cloud that are listed for their namespace",
  description:
    "One annotation gives every pod of an account the rights of a role in the cloud: buckets, queues, sometimes the cloud account itself. Whoever may create accounts in a namespace may name any role that trusts the cluster. The role's own trust policy has to name the account too: one that trusts the whole cluster makes this control moot. Pod Identity of EKS leaves no annotation, and is not seen.",
  severity: "high",
  frameworks: { owasp: { "2022": ["K06"], "2025": ["K08"] } },
  match: podBearing("v1/ServiceAccount"),
  parameters: {
    allowed: names({
      default: [],
      description: "Roles that may be taken, each behind its namespace and a slash, whole or their start with a star behind it: shop/arn:aws:iam::123456789012:role/shop-*, or shop/web@project.iam.gserviceaccount.com.",
    }),
  },
  findings: {
    a: "An account takes a role that is not listed for its namespace",
    b: "The default account takes a role",
    c: "A pod takes a role that is not listed for its namespace",
  },

  check({ object, pod, parameters, deny }) {
    const namespace = object.metadata?.namespace ?? "default";
    if (object.kind === "ServiceAccount") {
      for (const key of roleAnnotations) {
        const role = object.metadata?.annotations?.[key] ?? "";
        if (role === "") continue;
        if (object.metadata?.name === "default") deny(object, ["metadata", "annotations", key], `the default account of ${namespace} takes the role ${role}, and with it every pod that names no account; give it to an account of the program`, "b");
        if (!isListed(`${namespace}/${role}`, parameters.allowed)) deny(object, ["metadata", "annotations", key], `the account takes the role ${role}, which is not listed for ${namespace}`, "a");
      }
    }
    if (pod !== undefined) {
      const role = pod.metadata?.annotations?.["iam.amazonaws.com/role"] ?? "";
      if (role !== "" && !isListed(`${namespace}/${role}`, parameters.allowed)) {
        deny(pod, ["metadata", "annotations", "iam.amazonaws.com/role"], `the pod takes the role ${role}, which is not listed for ${namespace}`, "c");
      }
    }
  },

  remediation: "List the role for the namespace, give it to an account of the one program that needs it, and have its trust policy name that account.",
  pass: [
    { name: "an account without a role", object: account("web", {}) },
    {
      name: "roles that are listed for the namespace",
      parameters: { allowed: ["shop/arn:aws:iam::123456789012:role/shop-*", "shop/web@shop-prod.iam.gserviceaccount.com"] },
      object: account("web", { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/shop-web", "iam.gke.io/gcp-service-account": "web@shop-prod.iam.gserviceaccount.com", "eks.amazonaws.com/token-expiration": "86400" }),
    },
    { name: "a role that is left empty, on the default account", object: account("default", { "azure.workload.identity/client-id": "" }) },
    { name: "a pod with a listed role", parameters: { allowed: ["shop/reader"] }, object: workload("Pod", { containers: [containerWith({})] }, { annotations: { "iam.amazonaws.com/role": "reader" } }) },
    { name: "a template whose annotations are others", object: workload("Deployment", { containers: [containerWith({})] }, { annotations: { "iam.amazonaws.com/permitted": ".*", "eks.amazonaws.com/role-arn": "read-by-nobody" } }) },
  ],
  fail: [
    {
      name: "a role that nobody listed, as guides have it",
      object: account("web", { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/admin" }),
      at: [{ finding: "a", path: 'metadata.annotations["eks.amazonaws.com/role-arn"]' }],
    },
    {
      name: "a role that is listed for another namespace",
      parameters: { allowed: ["billing/*"] },
      object: account("web", { "iam.gke.io/gcp-service-account": "billing@shop-prod.iam.gserviceaccount.com" }),
      at: [{ finding: "a", path: 'metadata.annotations["iam.gke.io/gcp-service-account"]' }],
    },
    {
      name: "the default account, with a role that is listed",
      parameters: { allowed: ["shop/*"] },
      object: account("default", { "azure.workload.identity/client-id": "0f2d1c0b-4d3c-4a4f-8b8e-9a7c6d5e4f3a" }),
      at: [{ finding: "b", path: 'metadata.annotations["azure.workload.identity/client-id"]' }],
    },
    {
      name: "an account without a namespace",
      parameters: { allowed: ["shop/*"] },
      object: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "web", annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/shop-web" } } },
      at: [{ finding: "a", path: 'metadata.annotations["eks.amazonaws.com/role-arn"]' }],
    },
    {
      name: "a pod that asks an agent on the node for a role",
      parameters: { allowed: ["shop/reader"] },
      object: workload("CronJob", { containers: [containerWith({})] }, { annotations: { "iam.amazonaws.com/role": "writer" } }),
      at: [{ finding: "c", path: 'spec.jobTemplate.spec.template.metadata.annotations["iam.amazonaws.com/role"]' }],
    },
  ],
});

function account(name: string, annotations: Readonly<Record<string, string>>): corev1.ServiceAccount & { readonly apiVersion: "v1"; readonly kind: "ServiceAccount" } {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: "shop", annotations } };
}
