import type { CheckIr } from "../ir/control.ts";
import type { Binding, Expression } from "../ir/expressions.ts";
import { bindingsOf, bindingsOfBinder, visit } from "../ir/walk.ts";
import type { ValueType } from "../ir/types.ts";

/** Makes bindings whose ids the check does not use yet. */
export function freshBindings(check: CheckIr): (name: string, type: ValueType) => Binding {
  let next = highestId(check) + 1;
  return (name, type) => ({ id: next++, name, type });
}

function highestId(check: CheckIr): number {
  let highest = 0;
  const seen = new Set<string>();
  const see = (bindings: readonly Binding[]): void => {
    for (const { id } of bindings) highest = Math.max(highest, id);
  };
  const search = (expression: Expression): void =>
    visit(expression, (node) => {
      see(bindingsOf(node));
      if (node.kind !== "call" || seen.has(node.function.id)) return;
      seen.add(node.function.id);
      see(node.function.parameters);
      search(node.function.body);
    });
  for (const clause of check.clauses) {
    for (const step of clause.steps) {
      if (step.kind === "each") see(bindingsOfBinder(step.binder));
      if (step.kind === "let") see([step.binding]);
      search(step.kind === "each" ? step.list : step.kind === "let" ? step.value : step.condition);
    }
    for (const part of [clause.anchor, clause.message, ...clause.path]) if (typeof part !== "string") search(part);
  }
  return highest;
}
