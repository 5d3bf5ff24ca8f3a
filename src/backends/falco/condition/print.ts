import type { Condition, Item } from "./condition.ts";
import { valueText } from "./value-text.ts";

/** A condition as one line of Falco's filter language. Its values must be such that `valueText` can write them. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case "comparison":
      return `${condition.field} ${condition.operator} ${written(condition.value)}`;
    case "membership":
      return `${condition.field} ${condition.operator} (${condition.items.map(itemText).join(", ")})`;
    case "exists":
      return `${condition.field} exists`;
    case "macro":
      return condition.name;
    case "not":
      return condition.operand.kind === "macro" ? `not ${condition.operand.name}` : `not (${conditionText(condition.operand)})`;
    case "all":
      return condition.operands.map((each) => (each.kind === "any" ? `(${conditionText(each)})` : conditionText(each))).join(" and ");
    case "any":
      return condition.operands.map((each) => (each.kind === "all" ? `(${conditionText(each)})` : conditionText(each))).join(" or ");
    case "constant":
      throw new Error("Falco has no condition that always or never holds");
  }
}

/** The whole condition of a rule or macro, a part a line. Alternatives stand in parentheses, so that what is appended binds to all of them. */
export function conditionLines(condition: Condition): string {
  if (condition.kind === "all") return condition.operands.map((each) => (each.kind === "any" ? alternatives(each) : conditionText(each))).join("\nand ");
  return condition.kind === "any" ? alternatives(condition) : conditionText(condition);
}

/** Alternatives in parentheses, one a line where they are long. */
function alternatives({ operands }: Extract<Condition, { kind: "any" }>): string {
  const parts = operands.map((each) => (each.kind === "all" ? `(${conditionText(each)})` : conditionText(each)));
  const text = `(${parts.join(" or ")})`;
  return text.length > 120 ? `(${parts.join("\n  or ")})` : text;
}

export const itemText = (item: Item): string => ("list" in item ? item.list : written(item.value));

function written(value: string): string {
  const text = valueText(value);
  if (text === undefined) throw new Error(`${JSON.stringify(value)} cannot be written in a condition, and was not refused`);
  return text;
}
