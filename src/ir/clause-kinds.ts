import type { Clause, MatchedKind } from "./control.ts";
import type { Expression } from "./expressions.ts";

/** Whether a clause may deny objects of a kind, by what its conditions ask of `object.kind` and `object.apiVersion`. */
export const mayDeny = ({ steps }: Clause, kind: MatchedKind): boolean => !steps.some((step) => step.kind === "when" && decided(step.condition, kind) === false);

/** What a condition comes to for objects of a kind; undefined where more than the kind decides. */
function decided(condition: Expression, kind: MatchedKind): boolean | undefined {
  switch (condition.kind) {
    case "equals": {
      const [name, literal] = [condition.left, condition.right];
      if (name.kind !== "member" || name.object.kind !== "root" || name.object.name !== "object" || literal.kind !== "literal") return undefined;
      return name.name === "kind" || name.name === "apiVersion" ? kind[name.name] === literal.value : undefined;
    }
    case "not": {
      const operand = decided(condition.operand, kind);
      return operand === undefined ? undefined : !operand;
    }
    case "and": case "or": {
      const deciding = condition.kind === "or";
      const operands = condition.operands.map((operand) => decided(operand, kind));
      if (operands.includes(deciding)) return deciding;
      return operands.includes(undefined) ? undefined : !deciding;
    }
    default:
      return undefined;
  }
}
