import { all, any, type Condition, not } from "../condition/condition.ts";

/** Leaves out that a place of the object is there where another part asks for something in it. */
export function withoutImplied(condition: Condition): Condition {
  if (condition.kind === "not") return not(withoutImplied(condition.operand));
  if (condition.kind === "any") return any(condition.operands.map(withoutImplied));
  if (condition.kind !== "all") return condition;
  const parts = condition.operands.map(withoutImplied);
  return all(parts.filter((part) => part.kind !== "exists" || !parts.some((other) => other !== part && asksInside(other, part.field))));
}

/** Whether a condition can hold only where something inside the place of a field is there. */
function asksInside(condition: Condition, place: string): boolean {
  switch (condition.kind) {
    case "comparison":
    case "membership":
    case "exists":
      return condition.field.startsWith(`${place.slice(0, -1)}/`);
    case "all":
      return condition.operands.some((each) => asksInside(each, place));
    case "any":
      return condition.operands.every((each) => asksInside(each, place));
    default:
      return false;
  }
}

/** How many comparisons a condition makes, without those of macros. */
export function comparisonsIn(condition: Condition): number {
  if (condition.kind === "not") return comparisonsIn(condition.operand);
  return condition.kind === "all" || condition.kind === "any" ? condition.operands.reduce((sum, each) => sum + comparisonsIn(each), 0) : 1;
}
