import { type AbstractValue, knownText, nothingKnown, scalarValue } from "./abstract-value.ts";
import { listOf } from "./functions.ts";

/** What is known of data: all of it. */
export function dataValue(data: unknown): AbstractValue {
  if (typeof data === "string") return knownText(data);
  if (Array.isArray(data)) return { ...nothingKnown, items: listOf(data.map(dataValue)) };
  if (typeof data === "object" && data !== null) return { ...nothingKnown, fields: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, dataValue(value)])) };
  return data === null || data === undefined ? nothingKnown : scalarValue;
}
