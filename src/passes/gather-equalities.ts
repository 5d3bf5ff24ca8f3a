import { isDefinite } from "../ir/construct.ts";
import type { Equals, Expression, Literal } from "../ir/expressions.ts";
import { keyOf } from "../ir/identity.ts";
import { booleanType, listType } from "../ir/types.ts";

interface Group { readonly subject: Expression; readonly literals: Literal[] }

/** Alternatives with the equalities of one subject to literals gathered into one membership, at the place of the first. */
export function gathered(operands: readonly Expression[]): readonly Expression[] {
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
