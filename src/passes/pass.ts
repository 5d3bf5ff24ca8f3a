import type { CheckIr, Step } from "../ir/control.ts";
import type { Expression, HelperFunction } from "../ir/expressions.ts";
import { mapClause } from "../ir/map-clause.ts";
import { rewrite } from "../ir/walk.ts";

export { mapClause } from "../ir/map-clause.ts";

/** A change of form that leaves the meaning of a check as it is. Pure; what it does not touch is shared. */
export interface Pass {
  /** What it does, in kebab-case: `fold-constants`. */
  readonly name: string;
  readonly run: (check: CheckIr) => CheckIr;
}

/**
 * A pass that rewrites every expression of a check from the leaves up, the bodies of called functions among them; then each
 * step, for what a pass does to the list of a walk.
 */
export function rewritingPass(name: string, prepare: (check: CheckIr) => (node: Expression) => Expression, changeStep: (step: Step) => Step = (step) => step): Pass {
  return {
    name,
    run: (check) => {
      const change = prepare(check);
      const functions = new Map<string, HelperFunction>();
      const changeAll = (expression: Expression): Expression =>
        rewrite(expression, (node) => change(node.kind === "call" ? { ...node, function: changedFunction(node.function) } : node));
      const changedFunction = (helper: HelperFunction): HelperFunction => {
        const known = functions.get(helper.id);
        if (known !== undefined) return known;
        const changed = { ...helper, body: changeAll(helper.body) };
        functions.set(helper.id, changed);
        return changed;
      };
      return { ...check, clauses: check.clauses.map((clause) => mapClause(clause, changeAll)).map((clause) => ({ ...clause, steps: clause.steps.map(changeStep) })) };
    },
  };
}
