import type { MatchedKind, MatchRule } from "../../ir/control.ts";
import { resources } from "../../kubernetes/generated/resources.ts";
import { type ResourceRule, resourceRules } from "../admission/match-rules.ts";
import { isExact, isNamespace } from "../admission/namespaces.ts";

/** A binding's `matchResources`, as the API has it. */
export interface MatchResources {
  readonly namespaceSelector?: { readonly matchExpressions: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[] };
  readonly excludeResourceRules?: readonly ResourceRule[];
}

/** The label that the API server itself gives every namespace, and keeps at the namespace's name. */
const nameLabel = "kubernetes.io/metadata.name";

const served: Readonly<Record<string, { readonly scope: string }>> = resources;

const isNamespaced = (matched: MatchedKind): boolean => isNamespace(matched) || served[`${matched.apiVersion}/${matched.kind}`]?.scope === "Namespaced";

/**
 * What a binding matches of a control's objects in a placement, less the exempt namespaces: undefined for all of them, "nothing"
 * where the placement names namespaces and none of the objects belongs to one.
 *
 * The API server asks a Namespace for its own labels, and what has no namespace for none: that matches every selector
 * (k8s.io/apiserver pkg/admission/plugin/webhook/predicates/namespace). So a placement in namespaces leaves such kinds out by rule.
 */
export function matchResources(match: MatchRule, namespaces: readonly string[] | undefined, exempt: readonly string[]): MatchResources | undefined | "nothing" {
  const outside = namespaces === undefined ? [] : match.kinds.filter((kind) => served[`${kind.apiVersion}/${kind.kind}`] !== undefined && !isNamespaced(kind));
  if (namespaces !== undefined && !match.kinds.some(isNamespaced)) return "nothing";
  const spares = match.kinds.some(isNamespaced);
  const named = namespaces?.every(isExact) === true ? [{ key: nameLabel, operator: "In", values: namespaces }] : [];
  const names = exempt.filter(isExact);
  const spared = !spares ? [] : exempt.includes("*") ? [{ key: nameLabel, operator: "DoesNotExist" }] : names.length === 0 ? [] : [{ key: nameLabel, operator: "NotIn", values: names }];
  const matchExpressions = [...named, ...spared];
  if (matchExpressions.length + outside.length === 0) return undefined;
  return {
    ...(matchExpressions.length === 0 ? {} : { namespaceSelector: { matchExpressions } }),
    ...(outside.length === 0 ? {} : { excludeResourceRules: resourceRules({ form: "kinds", kinds: outside }) }),
  };
}
