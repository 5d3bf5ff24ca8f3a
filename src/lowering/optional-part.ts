import { type CallExpression, type PropertyAccessExpression, ts } from "ts-morph";
import type { Conditional, Expression } from "../ir/expressions.ts";
import { absentType, optionalType } from "../ir/types.ts";
import { and, not, present } from "./build.ts";

type Chain = CallExpression | PropertyAccessExpression;

/**
 * What is made of a value that `?.` leads to: absent where the value is. Most kinds of expression have a value of their own
 * for what is absent (nothing is in no list), which `??` and `=== false` would then take for an answer.
 */
export function throughOptional(subject: Expression, node: Chain, part: (subject: Expression) => Expression): Expression {
  if (isPartOrAbsent(subject)) return orAbsent(subject.test, part(subject.then));
  const value = part(subject);
  const isChain = (node.compilerNode.flags & ts.NodeFlags.OptionalChain) !== 0;
  return isChain && subject.type.optional && !value.type.optional ? orAbsent(present(subject), value) : value;
}

/** An element or member of what may be such a part. */
export const ofOptional = (subject: Expression, part: (subject: Expression) => Expression): Expression => (isPartOrAbsent(subject) ? orAbsent(subject.test, part(subject.then)) : part(subject));

/** `value ?? fallback`; a list that is empty anyway where its source is absent needs no fallback to an empty one. */
export function valueOr(value: Expression, fallback: Expression, whole: Expression["type"], span: Expression["span"]): Expression {
  if (!isPartOrAbsent(value)) return value.type.optional ? { kind: "coalesce", value, fallback, type: whole, span } : value;
  if (fallback.kind === "list" && fallback.items.length === 0 && ["filter", "map", "flat-map"].includes(value.then.kind)) return value.then;
  return { ...value, then: valueOr(value.then, fallback, whole, span), otherwise: fallback, type: whole, span };
}

/** Whether the value is a truth: an absent one is neither. */
export function isTruthOf(value: Expression, truth: boolean): Expression | undefined {
  if (!isPartOrAbsent(value)) return undefined;
  const asked = truth ? value.then : not(value.then);
  return ["includes", "matches", "some", "text-test"].includes(asked.kind) ? asked : and([value.test, asked], value.span);
}

type PartOrAbsent = Conditional & { readonly otherwise: { readonly kind: "absent" } };

const isPartOrAbsent = (value: Expression): value is PartOrAbsent => value.kind === "conditional" && value.otherwise.kind === "absent" && value.test.kind === "present";

function orAbsent(test: Expression, then: Expression): Expression {
  if (then.kind === "absent") return then;
  return { kind: "conditional", test, then, otherwise: { kind: "absent", type: absentType, span: then.span }, type: optionalType(then.type), span: then.span };
}
