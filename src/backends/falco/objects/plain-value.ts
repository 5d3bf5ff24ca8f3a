import type { Expression } from "../../../ir/expressions.ts";

/** A constant as JSON has it. */
export function plainValue(expression: Expression): unknown {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "constant":
      return plainValue(expression.value);
    case "list":
      return expression.items.map(plainValue);
    case "record":
      return Object.fromEntries(expression.fields.map(({ name, value }) => [name, plainValue(value)]));
    default:
      return undefined;
  }
}
