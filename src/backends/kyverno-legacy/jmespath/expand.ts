import type { Binding, Expression } from "../../../ir/expressions.ts";
import { mapChildren, rewrite, substitute } from "../../../ir/walk.ts";
import { foldNode } from "../../../passes/fold-constants.ts";
import { inlineCall } from "../../../passes/inline-call.ts";

/** An expression without calls and consts, which JMESPath has not: both are put in where they are read. */
export function expand(expression: Expression, fresh: (name: string, type: Binding["type"]) => Binding): Expression {
  const open = (node: Expression): Expression => {
    if (node.kind === "call") return open(inlineCall(node, fresh));
    if (node.kind === "let") return open(substitute(node.body, new Map([[node.binding.id, node.value]])));
    return mapChildren(node, open);
  };
  return rewrite(open(expression), foldNode);
}

/** The parts of a condition that must all hold. */
export function conjuncts(condition: Expression): readonly Expression[] {
  if (condition.kind === "and") return condition.operands.flatMap(conjuncts);
  if (condition.kind === "not" && condition.operand.kind === "or") {
    return condition.operand.operands.flatMap((operand): readonly Expression[] => conjuncts(operand.kind === "not" ? operand.operand : { ...condition, operand }));
  }
  return [condition];
}
