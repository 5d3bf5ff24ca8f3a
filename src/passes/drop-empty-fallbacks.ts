import type { Expression } from "../ir/expressions.ts";
import { optionalType } from "../ir/types.ts";
import { rewritingPass } from "./pass.ts";

const isEmptyList = (node: Expression): boolean => node.kind === "list" && node.items.length === 0;
const isEmptyRecord = (node: Expression): boolean => node.kind === "record" && node.fields.length === 0;

/** `value` out of `value ?? empty`; from here on it may be absent. */
function withoutFallback(node: Expression, isEmpty: (fallback: Expression) => boolean): Expression {
  if (node.kind !== "coalesce" || !isEmpty(node.fallback)) return node;
  return { ...node.value, type: optionalType(node.value.type) };
}

/**
 * `x ?? []` where a list is walked or counted, and `x ?? {}` where a member is read: an absent list has no elements and an
 * absent object no members, so the fallback says nothing. After this pass a walked list may be absent.
 */
export const dropEmptyFallbacks = rewritingPass("drop-empty-fallbacks", () => withoutFallbacks, (step) => (step.kind === "each" ? { ...step, list: withoutFallback(step.list, isEmptyList) } : step));

function withoutFallbacks(node: Expression): Expression {
  if (node.kind === "flat-map") return { ...node, list: withoutFallback(node.list, isEmptyList), body: withoutFallback(node.body, isEmptyList) };
  if ("list" in node) return { ...node, list: withoutFallback(node.list, isEmptyList) } as Expression;
  if (node.kind === "concat") return { ...node, lists: node.lists.map((list) => withoutFallback(list, isEmptyList)) };
  if (node.kind === "member" || node.kind === "entry" || node.kind === "entries" || node.kind === "keys" || node.kind === "values") {
    return { ...node, object: withoutFallback(node.object, isEmptyRecord) };
  }
  return node;
}
