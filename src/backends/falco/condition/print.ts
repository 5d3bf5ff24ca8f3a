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
      return `not ${needsParentheses(condition.operand) ? `(${conditionText(condition.operand)})` : conditionText(condition.operand)}`;
    case "all":
    case "any":
      return condition.operands.map((each) => (isGroup(each) ? `(${conditionText(each)})` : conditionText(each))).join(` ${words[condition.kind]} `);
    case "constant":
      throw new Error("Falco has no condition that always or never holds");
  }
}

/** The whole condition of a rule or macro, a part a line. Alternatives stand in parentheses, so that what is appended binds to all of them. */
export function conditionLines(condition: Condition): string {
  return condition.kind === "all" ? condition.operands.map((each) => lines(each, 0)).join("\nand ") : lines(condition, 0);
}

type Group = Extract<Condition, { kind: "all" | "any" }>;

const words = { all: "and", any: "or" } as const;

const isGroup = (condition: Condition): condition is Group => condition.kind === "all" || condition.kind === "any";

/** `not a = b` reads as if the denial were of a alone. */
const needsParentheses = (denied: Condition): boolean => isGroup(denied) || denied.kind === "not" || (denied.kind === "comparison" && !/^[a-z]/.test(denied.operator));

/** Longer groups get a line for each of their parts. */
const longestLine = 110;

/** A part of a condition that begins at some column; what does not fit on its line is set in below it. */
function lines(condition: Condition, column: number): string {
  if (condition.kind === "not" && isGroup(condition.operand)) return `not ${group(condition.operand, column)}`;
  return isGroup(condition) ? group(condition, column) : conditionText(condition);
}

function group(condition: Group, column: number): string {
  const text = `(${conditionText(condition)})`;
  if (column + text.length <= longestLine) return text;
  const inner = column + 2;
  return `(${condition.operands.map((each) => lines(each, inner)).join(`\n${" ".repeat(inner)}${words[condition.kind]} `)})`;
}

export const itemText = (item: Item): string => ("list" in item ? item.list : written(item.value));

function written(value: string): string {
  const text = valueText(value);
  if (text === undefined) throw new Error(`${JSON.stringify(value)} cannot be written in a condition, and was not refused`);
  return text;
}
