import { and, equals, isDefinite, not, or, present, variable } from "../ir/construct.ts";
import type { Equals, Expression, Literal, Some } from "../ir/expressions.ts";
import { keyOf } from "../ir/identity.ts";
import { booleanType, isScalar, listType, optionalType } from "../ir/types.ts";
import { freeVariables } from "../ir/walk.ts";
import { freshBindings } from "./fresh-bindings.ts";
import { rewritingPass } from "./pass.ts";

/**
 * Says membership as membership: equalities of one value with several literals, searches for one value in a list, and
 * membership in lists that are made of others.
 */
export const testMembership = rewritingPass("test-membership", (check) => {
  const bind = freshBindings(check);
  const change = (node: Expression): Expression => {
    if (node.kind === "or") return or(gathered(node.operands), node.span);
    if (node.kind === "and") return and(gathered(node.operands.map(not)).map(not), node.span);
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

interface Group { readonly subject: Expression; readonly literals: Literal[] }

/** Alternatives with the equalities of one subject gathered into one membership, at the place of the first. */
function gathered(operands: readonly Expression[]): readonly Expression[] {
  const groups = new Map<string, Group>();
  const places = operands.map((operand) => {
    const parts = alternativesOf(operand);
    if (parts === undefined) return operand;
    const key = `${typeof parts.literals[0]?.value} ${keyOf(parts.subject)}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { subject: parts.subject, literals: [...parts.literals] });
      return { key, operand };
    }
    group.literals.push(...parts.literals.filter((added) => !group.literals.some((literal) => literal.value === added.value)));
    return undefined;
  });
  return places.flatMap((place): readonly Expression[] => {
    if (place === undefined) return [];
    if (!("key" in place && "operand" in place)) return [place as Expression];
    const group = groups.get(place.key);
    return [group === undefined || group.literals.length < 2 ? place.operand : membership(group)];
  });
}

const membership = ({ subject, literals }: Group): Expression => ({
  kind: "includes",
  list: { kind: "list", items: literals, type: listType, span: subject.span },
  item: subject,
  type: booleanType,
  span: subject.span,
});

function alternativesOf(node: Expression): { readonly subject: Expression; readonly literals: readonly Literal[] } | undefined {
  if (node.kind === "equals") return equality(node);
  if (node.kind !== "includes" || node.list.kind !== "list") return undefined;
  const literals = node.list.items.filter((item) => item.kind === "literal");
  return literals.length === node.list.items.length && literals.length > 0 ? { subject: node.item, literals } : undefined;
}

function equality(node: Equals): { readonly subject: Expression; readonly literals: readonly Literal[] } | undefined {
  if (node.right.kind === "literal" && !isDefinite(node.left) && typeof node.right.value !== "boolean") return { subject: node.left, literals: [node.right] };
  if (node.left.kind === "literal" && !isDefinite(node.right) && typeof node.left.value !== "boolean") return { subject: node.right, literals: [node.left] };
  return undefined;
}
