import type { Span } from "../diagnostics/span.ts";
import type { Binding, Expression, Variable } from "../ir/expressions.ts";
import { booleanType } from "../ir/types.ts";

/** Small makers of the IR nodes that lowering writes most. */
export const variable = (binding: Binding, span: Span): Variable => ({ kind: "variable", binding, type: binding.type, span });

export const truth = (value: boolean, span: Span): Expression => ({ kind: "literal", value, type: booleanType, span });

export const not = (operand: Expression): Expression => (operand.kind === "not" ? operand.operand : { kind: "not", operand, type: booleanType, span: operand.span });

export const present = (value: Expression): Expression => ({ kind: "present", value, type: booleanType, span: value.span });

const isTruth = (expression: Expression, value: boolean): boolean => expression.kind === "literal" && expression.value === value;

export function and(operands: readonly Expression[], span: Span): Expression {
  const kept = operands.flatMap((operand) => (operand.kind === "and" ? operand.operands : [operand])).filter((operand) => !isTruth(operand, true));
  const falsehood = kept.find((operand) => isTruth(operand, false));
  if (falsehood !== undefined) return falsehood;
  if (kept.length < 2) return kept[0] ?? truth(true, span);
  return { kind: "and", operands: kept, type: booleanType, span };
}

export function or(operands: readonly Expression[], span: Span): Expression {
  const kept = operands.flatMap((operand) => (operand.kind === "or" ? operand.operands : [operand])).filter((operand) => !isTruth(operand, false));
  const certain = kept.find((operand) => isTruth(operand, true));
  if (certain !== undefined) return certain;
  if (kept.length < 2) return kept[0] ?? truth(false, span);
  return { kind: "or", operands: kept, type: booleanType, span };
}
