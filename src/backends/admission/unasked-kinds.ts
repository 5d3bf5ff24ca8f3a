import type { CheckIr, MatchRule } from "../../ir/control.ts";
import { judgesChanges, judgesNamespaceLabels, namespaceSubresources } from "./match-rules.ts";

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

/**
 * Which writes of a Namespace's labels a policy is not asked about, as a sentence for the capability report. A control that judges
 * the whole of a Namespace cannot be: the namespace controller finalizes the worst of them, and has to.
 * `ofChanges`: whether the engine's policies are asked about all writes where the check judges changes alone.
 */
export function unaskedWrites(check: CheckIr, ofChanges: boolean): readonly string[] {
  if (!judgesNamespaceLabels(check) || (ofChanges && judgesChanges(check))) return [];
  return [`The policy is not asked about ${namespaceSubresources.join(" and ")}, by which labels can be written too: leave those to controllers (see the control namespace-label-rules).`];
}
