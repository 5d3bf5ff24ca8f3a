import type { Clause, Step } from "../ir/control.ts";
import { children, usesOf } from "../ir/walk.ts";
import type { Expression } from "../ir/expressions.ts";
import { type Pass, rewritingPass } from "./pass.ts";

const inExpressions = rewritingPass("drop-unused-bindings", () => (node) => (node.kind === "let" && usesOf(node.binding.id, node.body) === 0 ? node.body : node));

/** Leaves out consts that the clause or the expression does not read. */
export const dropUnusedBindings: Pass = {
  name: inExpressions.name,
  run: (check) => {
    const changed = inExpressions.run(check);
    return { ...changed, clauses: changed.clauses.map(withoutUnused) };
  },
};

function withoutUnused(clause: Clause): Clause {
  const used = new Set<number>();
  const note = (expression: Expression): void => {
    if (expression.kind === "variable") used.add(expression.binding.id);
    children(expression).forEach(note);
  };
  for (const part of [clause.anchor, clause.message, ...clause.path]) if (typeof part !== "string") note(part);
  const kept: Step[] = [];
  for (const step of [...clause.steps].reverse()) {
    if (step.kind === "let" && !used.has(step.binding.id)) continue;
    note(step.kind === "each" ? step.list : step.kind === "let" ? step.value : step.condition);
    kept.unshift(step);
  }
  return { ...clause, steps: kept };
}
