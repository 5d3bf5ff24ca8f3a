import type { Span } from "../diagnostics/span.ts";
import type { Binding, Expression, Literal, Variable } from "./expressions.ts";
import { booleanType, numberType, stringType } from "./types.ts";

/** Makers of the nodes that passes and backends write. The truths among them are folded as they are made. */
export function literal(value: string | number | boolean, span: Span): Literal {
  const type = typeof value === "string" ? stringType : typeof value === "number" ? numberType : booleanType;
  return { kind: "literal", value, type, span };
}

export const variable = (binding: Binding, span: Span): Variable => ({ kind: "variable", binding, type: binding.type, span });

/** Whether the expression is the literal `value`. */
export const isLiteral = (expression: Expression, value: string | number | boolean): boolean => expression.kind === "literal" && expression.value === value;

export function not(operand: Expression): Expression {
  if (operand.kind === "not") return operand.operand;
  if (operand.kind === "literal") return literal(operand.value !== true, operand.span);
  return { kind: "not", operand, type: booleanType, span: operand.span };
}

export function and(operands: readonly Expression[], span: Span): Expression {
  const kept = operands.flatMap((operand) => (operand.kind === "and" ? operand.operands : [operand])).filter((operand) => !isLiteral(operand, true));
  if (kept.some((operand) => isLiteral(operand, false))) return literal(false, span);
  return kept.length < 2 ? (kept[0] ?? literal(true, span)) : { kind: "and", operands: kept, type: booleanType, span };
}

export function or(operands: readonly Expression[], span: Span): Expression {
  const kept = operands.flatMap((operand) => (operand.kind === "or" ? operand.operands : [operand])).filter((operand) => !isLiteral(operand, false));
  if (kept.some((operand) => isLiteral(operand, true))) return literal(true, span);
  return kept.length < 2 ? (kept[0] ?? literal(false, span)) : { kind: "or", operands: kept, type: booleanType, span };
}

/** Kinds whose value is never absent, whatever their parts are. */
const definite: ReadonlySet<Expression["kind"]> = new Set([
  "literal", "record", "list", "concat", "filter", "map", "flat-map", "entries", "keys", "values", "some", "includes", "length", "join", "equals", "compare",
  "arithmetic", "not", "and", "or", "present", "type-test", "text", "text-test", "split", "matches", "constant", "parameter",
]);

/** Whether an expression has a value by its kind alone, without trust in the type of a field. A split text has a first part. */
export const isDefinite = (expression: Expression): boolean =>
  definite.has(expression.kind) || (expression.kind === "element" && expression.list.kind === "split" && isLiteral(expression.index, 0));

export function present(value: Expression): Expression {
  if (value.kind === "absent") return literal(false, value.span);
  return isDefinite(value) ? literal(true, value.span) : { kind: "present", value, type: booleanType, span: value.span };
}

export function equals(left: Expression, right: Expression): Expression {
  if (left.kind === "absent") return not(present(right));
  if (right.kind === "absent") return not(present(left));
  if (left.kind === "literal" && right.kind === "literal") return literal(left.value === right.value, left.span);
  return { kind: "equals", left, right, type: booleanType, span: left.span };
}
