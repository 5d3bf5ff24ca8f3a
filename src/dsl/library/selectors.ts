import type { metav1 } from "../../kubernetes/index.ts";

/** What labels are told by: keys with their values. */
type Labels = Readonly<Record<string, string | undefined>>;

/**
 * Whether a selector chooses what has these labels. An empty selector chooses everything, an absent one nothing; a selector that
 * stands for everything where it is absent has to be given as `selector ?? {}`.
 */
export function selectorMatches(selector: metav1.LabelSelector | undefined, labels: Labels | undefined): boolean {
  if (selector === undefined) return false;
  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value) && (selector.matchExpressions ?? []).every((requirement) => requirementHolds(requirement, labels));
}

/** Whether a selector chooses everything, since it asks for nothing. */
export function selectsAll(selector: metav1.LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
}

/** Whether labels meet one requirement of a selector. What lacks the label is not in any list of its values. */
function requirementHolds(requirement: metav1.LabelSelectorRequirement, labels: Labels | undefined): boolean {
  const value = labels?.[requirement.key];
  if (requirement.operator === "In") return value !== undefined && (requirement.values ?? []).includes(value);
  if (requirement.operator === "NotIn") return value === undefined || !(requirement.values ?? []).includes(value);
  if (requirement.operator === "Exists") return value !== undefined;
  return requirement.operator === "DoesNotExist" && value === undefined;
}
