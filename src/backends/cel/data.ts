import type { Expression } from "../../ir/expressions.ts";
import { call, type Cel } from "./syntax.ts";
import { numberText, stringLiteral } from "./text.ts";
import { atom } from "./syntax.ts";

/** Plain data (a parameter's value) as CEL literals. Lists and maps of CEL are of one type, so that values of several are `dyn`. */
export function dataLiteral(value: unknown): Cel {
  if (typeof value === "string") return stringLiteral(value);
  if (typeof value === "number") return atom(numberText(value));
  if (typeof value === "boolean") return atom(String(value));
  if (Array.isArray(value)) return { kind: "list", items: alike(value) };
  if (typeof value !== "object" || value === null) throw new Error(`${JSON.stringify(value)} is no value of a parameter`);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  const values = alike(entries.map(([, member]) => member as unknown));
  return { kind: "map", entries: entries.map(([name], place) => [stringLiteral(name), values[place] as Cel]) };
}

/** The literals, each as `dyn` where they are of several types. Lists and maps are not compared in depth. */
function alike(values: readonly unknown[]): readonly Cel[] {
  const kinds = new Set(values.map((value) => (typeof value === "number" ? (Number.isSafeInteger(value) ? "int" : "double") : typeof value)));
  const mixed = kinds.size > 1 || kinds.has("object");
  return values.map((value) => (mixed && values.length > 1 ? call("dyn", dataLiteral(value)) : dataLiteral(value)));
}

/** The data that a constant's expression spells out. */
export function dataOf(expression: Expression): unknown {
  if (expression.kind === "literal") return expression.value;
  if (expression.kind === "list") return expression.items.map(dataOf);
  if (expression.kind === "record") return Object.fromEntries(expression.fields.map(({ name, value }) => [name, dataOf(value)]));
  throw new Error(`${expression.kind} is no constant`);
}
