import type { Clause, Step } from "./control.ts";
import type { Expression } from "./expressions.ts";

/** Applies a rewriting to each step, anchor, path and message of a clause. */
export function mapClause(clause: Clause, change: (expression: Expression) => Expression): Clause {
  const steps = clause.steps.map((step): Step => {
    if (step.kind === "each") return { ...step, list: change(step.list) };
    return step.kind === "let" ? { ...step, value: change(step.value) } : { ...step, condition: change(step.condition) };
  });
  return { ...clause, steps, anchor: change(clause.anchor), path: clause.path.map((segment) => (typeof segment === "string" ? segment : change(segment))), message: change(clause.message) };
}
