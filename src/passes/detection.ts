import type { CheckIr, Clause } from "../ir/control.ts";
import type { DetectionIr, DetectionRuleIr } from "../ir/detection.ts";
import { and, literal } from "../ir/construct.ts";
import type { Expression } from "../ir/expressions.ts";
import { objectType } from "../ir/types.ts";
import type { Pass } from "./pass.ts";

/** Runs passes over the conditions of a detection: each rule stands for a check that denies the event where its condition holds. */
export function runDetectionPasses(detection: DetectionIr, passes: readonly Pass[]): DetectionIr {
  return { ...detection, rules: detection.rules.map((rule) => ({ ...rule, condition: rewritten(detection.id, rule, passes) })) };
}

function rewritten(id: string, { condition, span }: DetectionRuleIr, passes: readonly Pass[]): Expression {
  const clause: Clause = { steps: [{ kind: "when", condition, span }], anchor: { kind: "root", name: "object", type: objectType, span }, path: [], message: literal("", span), span };
  const check: CheckIr = { id, match: { form: "kinds", kinds: [] }, clauses: [clause], capabilities: [] };
  const [result] = passes.reduce((passed, pass) => pass.run(passed), check).clauses;
  // A clause that can never deny is left out by the passes.
  if (result === undefined) return literal(false, span);
  const conditions = result.steps.map((step): Expression => {
    if (step.kind !== "when") throw new Error(`a pass gave the condition of ${id} a step ${step.kind}`);
    return step.condition;
  });
  return conditions.length === 0 ? literal(true, span) : and(conditions, span);
}
