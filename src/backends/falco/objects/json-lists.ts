import { any, type Condition } from "../condition/condition.ts";

/**
 * Whether a list of texts holds one, asked of the list's JSON text. There a text begins behind the bracket or a comma with a quote that
 * has no backslash before it, and nothing inside a text looks so; the json plugin writes no blanks (valyala/fastjson, MarshalTo).
 * Undefined for what JSON may write in several ways.
 */
export function holdsText(field: string, value: unknown): Condition | undefined {
  if (typeof value !== "string" || !/^[\x20-\x7e]+$/.test(value) || /["\\<>&]/.test(value)) return undefined;
  const contains = (part: string): Condition => ({ kind: "comparison", field, operator: "contains", value: part });
  return any([contains(`["${value}"`), contains(`,"${value}"`)]);
}
