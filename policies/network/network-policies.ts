import type { networkingv1 } from "portcullis";

/** The two ways in which pods are reached and reach out. */
export const directions = ["Ingress", "Egress"] as const;

/**
 * Whether a policy limits what the pods that it selects do in a direction. One that does not say is about Ingress, and about Egress
 * only if it has a rule for it.
 */
export function limitsDirection(policy: networkingv1.NetworkPolicy, direction: string): boolean {
  const types = policy.spec?.policyTypes ?? [];
  if (types.length > 0) return types.some((type) => type === direction);
  return direction === "Ingress" || (policy.spec?.egress ?? []).length > 0;
}

/** Whether a policy lets nothing through in a direction: a list without rules, where `[{}]` would let everything through. */
export function deniesDirection(policy: networkingv1.NetworkPolicy, direction: string): boolean {
  const rules = direction === "Ingress" ? (policy.spec?.ingress ?? []).length : (policy.spec?.egress ?? []).length;
  return limitsDirection(policy, direction) && rules === 0;
}
