import type { MatchRule } from "../../ir/control.ts";

const kinds = ["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"];

/**
 * Whether the API server asks no webhook about objects of a kind, lest a webhook keep itself from being mended: all configuration of
 * admission (IsExemptAdmissionConfigurationResource in k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/rules).
 */
export const isUnasked = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): boolean => apiVersion.startsWith("admissionregistration.k8s.io/") && kinds.includes(kind);

/** What a webhook's policy cannot prevent of what a control judges, as a sentence for the capability report; none where it is asked about all. */
export function unaskedReason({ kinds: judged }: MatchRule): readonly string[] {
  const unasked = judged.filter(isUnasked).map(({ kind }) => kind);
  if (unasked.length === 0) return [];
  return [`The API server asks no webhook about ${[...new Set(unasked)].join(", ")}: the policy finds what is wrong there in audits and scans, and prevents nothing.`];
}
