import type { networkingv1 } from "portcullis";

/** The two ways in which pods are reached and reach out. */
export const directions = ["Ingress", "Egress"] as const;

/** Whether a policy limits what reaches the pods that it selects; one that does not say is about that. */
export function limitsIngress(policy: networkingv1.NetworkPolicy): boolean {
  const types = policy.spec?.policyTypes ?? [];
  return types.length === 0 || types.some((type) => type === "Ingress");
}

/** Whether a policy limits what the pods that it selects reach; one that does not say is about that only if it has a rule for it. */
export function limitsEgress(policy: networkingv1.NetworkPolicy): boolean {
  const types = policy.spec?.policyTypes ?? [];
  return types.length === 0 ? (policy.spec?.egress ?? []).length > 0 : types.some((type) => type === "Egress");
}

/** Whether a policy lets nothing in: a list without rules, where `[{}]` would let everything in. */
export const deniesIngress = (policy: networkingv1.NetworkPolicy): boolean => limitsIngress(policy) && (policy.spec?.ingress ?? []).length === 0;

/** Whether a policy lets nothing out. It has to say that it is about Egress: without a rule it would not be. */
export const deniesEgress = (policy: networkingv1.NetworkPolicy): boolean => (policy.spec?.policyTypes ?? []).some((type) => type === "Egress") && (policy.spec?.egress ?? []).length === 0;
