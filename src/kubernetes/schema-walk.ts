import type { JsonType } from "./schema-store.ts";

/** One place where a document does not have the form that its kind asks for. */
export interface SchemaError {
  /** Fields and list indices from the document's root; of an unknown field the field itself, of a missing one its owner. */
  readonly path: readonly (string | number)[];
  /** What stands there and why that fails, in Kubernetes' words, without a full stop. */
  readonly message: string;
  /** What was probably meant. */
  readonly hint?: string;
}

/** Judges one value, which is never null: an absent member is not judged. */
export type Rule = (value: unknown, walk: Walk) => void;

/** More errors than this help nobody: the document is of another form altogether. */
const mostErrors = 20;

/** The state of one document's validation: where it stands, and what it has found. */
export class Walk {
  readonly errors: SchemaError[] = [];
  readonly #path: (string | number)[] = [];

  /** Judges a member or an element. */
  into(step: string | number, rule: Rule, value: unknown): void {
    this.#path.push(step);
    rule(value, this);
    this.#path.pop();
  }

  /** Whether the walk stands inside a member of the document's root. */
  isUnder(field: string): boolean {
    return this.#path[0] === field;
  }

  /** Records an error where the walk stands, or one step further. */
  report(message: string, hint?: string, step?: string | number): void {
    if (this.errors.length >= mostErrors) return;
    const path = step === undefined ? [...this.#path] : [...this.#path, step];
    this.errors.push({ path, message, ...(hint === undefined ? {} : { hint }) });
  }

  /** Records that the value has none of the types that are taken here. */
  wrongType(expected: readonly JsonType[], value: unknown): void {
    this.report(`expected ${nameTypes(expected)}, found ${describeValue(value)}`, hintOfType(expected, value));
  }
}

/** The JSON type of a value, whole numbers being `integer`. */
export function jsonTypeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "boolean";
    case "number":
      return Number.isInteger(value) ? "integer" : "number";
    default:
      return "object";
  }
}

const words = { array: "list", boolean: "boolean", integer: "integer", null: "null", number: "number", object: "object", string: "string" } satisfies Record<JsonType, string>;

/** `integer or string`, as a message says it. */
export function nameTypes(types: readonly JsonType[]): string {
  return types.map((type) => words[type]).join(" or ");
}

/** `string "80"`, `number 1.5`, `list`: the type of a value, and the value where it is short. */
export function describeValue(value: unknown): string {
  const type = jsonTypeOf(value);
  if (type === "string") return `string ${quoted(value as string)}`;
  if (type === "integer" || type === "number") return `number ${String(value)}`;
  if (type === "boolean") return `boolean ${String(value)}`;
  return words[type];
}

/** The text in double quotes, cut where it is long. */
export function quoted(text: string): string {
  const letters = [...text];
  return JSON.stringify(letters.length <= 40 ? text : `${letters.slice(0, 39).join("")}…`);
}

/** YAML decides types by how a scalar looks, so most wrong types are a matter of quotes. */
function hintOfType(expected: readonly JsonType[], value: unknown): string | undefined {
  if (expected.length === 1 && expected[0] === "string" && (typeof value === "number" || typeof value === "boolean")) {
    return `put it in quotes: "${String(value)}"`;
  }
  if (typeof value !== "string") return expected.includes("array") && jsonTypeOf(value) === "object" ? "start each element with a dash" : undefined;
  const number = expected.includes("integer") ? /^[+-]?\d+$/ : expected.includes("number") ? /^[+-]?\d+(\.\d+)?$/ : undefined;
  if (number?.test(value) || (expected.includes("boolean") && /^(true|false)$/.test(value))) return `leave the quotes away: ${value}`;
  if (expected.includes("array")) return `write a list: [${quoted(value)}]`;
  return undefined;
}
