import { and, equals, or, present, variable } from "../ir/construct.ts";
import type { Expression, Some } from "../ir/expressions.ts";
import { booleanType, isScalar, optionalType } from "../ir/types.ts";
import { freeVariables } from "../ir/walk.ts";
import { freshBindings } from "./fresh-bindings.ts";
import { rewritingPass } from "./pass.ts";

/**
 * Says membership as membership: searches for one value in a list, and membership in lists that are made of others.
 */
export const testMembership = rewritingPass("test-membership", (check) => {
  const bind = freshBindings(check);
  const change = (node: Expression): Expression => {
    if (node.kind === "some") return searchOf(node);
    if (node.kind !== "includes") return node;
    const { list, item } = node;
    if (list.kind === "keys" && !item.type.optional) return present({ kind: "entry", object: list.object, key: item, type: optionalType(list.type), span: node.span });
    if (list.kind === "concat") return or(list.lists.map((each) => change({ ...node, list: each })), node.span);
    if (list.kind === "filter" && list.binder.key === undefined) {
      const { value } = list.binder;
      return { kind: "some", list: list.list, binder: list.binder, body: and([equals(variable(value, node.span), item), list.body], node.span), type: booleanType, span: node.span };
    }
    if (list.kind === "map") return { kind: "some", list: list.list, binder: list.binder, body: equals(list.body, item), type: booleanType, span: node.span };
    if (list.kind === "flat-map") return { kind: "some", list: list.list, binder: list.binder, body: change({ ...node, list: list.body }), type: booleanType, span: node.span };
    if (list.kind === "values") {
      const value = bind("value", item.type);
      return { kind: "some", list, binder: { value }, body: equals(variable(value, node.span), item), type: booleanType, span: node.span };
    }
    return node;
  };
  return change;
});

/** `list.some((x) => x === value)` as `list.includes(value)`, where the elements are scalars and `value` is the same for all. */
function searchOf(node: Some): Expression {
  const { binder, body, list } = node;
  if (body.kind !== "equals" || binder.key !== undefined || !isScalar(binder.value.type) || list.kind === "entries") return node;
  const isElement = (side: Expression): boolean => side.kind === "variable" && side.binding.id === binder.value.id;
  const item = isElement(body.left) ? body.right : isElement(body.right) ? body.left : undefined;
  if (item === undefined || item.type.optional || freeVariables(item).some(({ id }) => id === binder.value.id)) return node;
  return { kind: "includes", list, item, type: booleanType, span: node.span };
}
