import type { Expression } from "../../ir/expressions.ts";

/** Whether a condition can only hold for an element that is not null, and is no error for null either. */
export function impliesPresent(condition: Expression, id: number): boolean {
  if (condition.kind === "and") return condition.operands.some((operand) => impliesPresent(operand, id));
  if (condition.kind === "or") return condition.operands.every((operand) => impliesPresent(operand, id));
  const underElement = (node: Expression): boolean => node.kind === "member" && (underElement(node.object) || (node.object.kind === "variable" && node.object.binding.id === id));
  if (condition.kind === "present") return underElement(condition.value);
  const isElement = (node: Expression): boolean => underElement(node) || (node.kind === "variable" && node.binding.id === id);
  if (condition.kind === "includes") return condition.list.kind === "list" && condition.list.items.every((item) => item.kind === "literal") && isElement(condition.item);
  return condition.kind === "equals" && ((condition.right.kind === "literal" && isElement(condition.left)) || (condition.left.kind === "literal" && isElement(condition.right)));
}
