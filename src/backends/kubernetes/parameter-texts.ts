import { globs, names, type Parameter } from "../../dsl/parameters.ts";
import { atom, binary, call, type Cel, index, list, method, negate, no, ternary } from "../cel/syntax.ts";
import { numberText, patternLiteral, stringLiteral } from "../cel/text.ts";

/**
 * How the values of a parameter are written as texts, which is all that a ConfigMap holds. Space around a text or a line does
 * not count: people and tools put it there.
 */
export interface ParameterTexts {
  /** The value as text; undefined for one that no text stands for. */
  readonly write: (value: unknown) => string | undefined;
  /** CEL that reads a text, of the declared type whatever stands there. */
  readonly read: (text: Cel) => Cel;
  /** What a text may be at fault for, each with CEL that holds then. Faults that follow are not asked for. */
  readonly faults: (text: Cel) => readonly { readonly holds: Cel; readonly says: string }[];
}

type Schema = Parameter<unknown>["schema"];

const hasOnly = (schema: Schema, ...known: readonly string[]): boolean => Object.keys(schema).every((name) => known.includes(name));

/** The texts of a parameter by its schema; undefined for data that has no such form, and for conditions that CEL is not told of. */
export function parameterTexts(schema: Schema): ParameterTexts | undefined {
  const { type, items } = schema;
  if (type === "string" && hasOnly(schema, "type", "enum", "pattern")) return words(schema);
  if (type === "boolean" && hasOnly(schema, "type")) return switches;
  if (type === "integer" && hasOnly(schema, "type", "minimum", "maximum")) return wholeNumbers(schema);
  const item = (items ?? {}) as Schema;
  const isList = type === "array" && hasOnly(schema, "type", "items") && item["type"] === "string" && hasOnly(item, "type", "enum", "pattern");
  return isList ? lines(item) : undefined;
}

const isTrimmed = (text: string): boolean => text.trim() === text && !/^\u0085|\u0085$/.test(text);

const amongWords = (text: Cel, { enum: words }: Schema): Cel => (Array.isArray(words) ? negate(binary("in", text, list(...words.map((word) => stringLiteral(String(word)))))) : no);
const named = ({ enum: words }: Schema): string => (Array.isArray(words) ? words.join(", ") : "");

/** Patterns are of the part that ECMAScript shares with RE2, which CEL has. */
const unlike = (text: Cel, { pattern }: Schema): Cel => (typeof pattern === "string" ? negate(method(text, "matches", patternLiteral(pattern))) : no);

const words = (schema: Schema): ParameterTexts => ({
  write: (value) => (isTrimmed(String(value)) ? String(value) : undefined),
  read: (text) => text,
  faults: (text) => [
    ...(schema["enum"] === undefined ? [] : [{ holds: amongWords(text, schema), says: `is none of ${named(schema)}` }]),
    ...(schema["pattern"] === undefined ? [] : [{ holds: unlike(text, schema), says: `does not fit ${String(schema["pattern"])}` }]),
  ],
});

const switches: ParameterTexts = {
  write: String,
  read: (text) => binary("==", text, stringLiteral("true")),
  faults: (text) => [{ holds: negate(binary("in", text, list(stringLiteral("true"), stringLiteral("false")))), says: "is neither true nor false" }],
};

/** As many digits as every engine counts exactly. */
const digits = "^-?[0-9]{1,15}$";

function wholeNumbers({ minimum, maximum }: Schema): ParameterTexts {
  const isNumber = (text: Cel): Cel => method(text, "matches", patternLiteral(digits));
  const bound = (operator: "<" | ">", limit: unknown, says: string) => (text: Cel) => (typeof limit === "number" ? [{ holds: binary(operator, call("int", text), atom(numberText(limit))), says: `${says} ${limit}` }] : []);
  return {
    write: (value) => (new RegExp(digits).test(String(value)) ? String(value) : undefined),
    read: (text) => ternary(isNumber(text), call("int", text), atom("0")),
    faults: (text) => [{ holds: negate(isNumber(text)), says: "is no whole number" }, ...bound("<", minimum, "is less than")(text), ...bound(">", maximum, "is more than")(text)],
  };
}

const patternOf = ({ schema }: Parameter<unknown>): unknown => (schema["items"] as Schema)["pattern"];

/** What is wrong with an item that does not fit a pattern, in words where it is one of the library's. */
const misfits = new Map([
  [patternOf(globs({ default: [], description: "" })), "has a glob with more than four stars"],
  [patternOf(names({ default: [], description: "" })), "has a name with a star elsewhere than at its end"],
]);

/** One item a line. Empty lines do not count, so that no item is empty. */
function lines(item: Schema): ParameterTexts {
  const read = (text: Cel): Cel => method(method(method(text, "split", stringLiteral("\n")), "map", atom("line"), method(atom("line"), "trim")), "filter", atom("line"), binary("!=", atom("line"), stringLiteral("")));
  const each = (text: Cel, holds: Cel): Cel => method(read(text), "exists", atom("item"), holds);
  return {
    write: (value) => {
      const items = value as readonly string[];
      return items.every((text) => text !== "" && isTrimmed(text) && !text.includes("\n")) ? items.map((text) => `${text}\n`).join("") : undefined;
    },
    read,
    faults: (text) => [
      ...(item["enum"] === undefined ? [] : [{ holds: each(text, amongWords(atom("item"), item)), says: `has an item that is none of ${named(item)}` }]),
      ...(item["pattern"] === undefined ? [] : [{ holds: each(text, unlike(atom("item"), item)), says: misfits.get(item["pattern"]) ?? `has an item that does not fit ${String(item["pattern"])}` }]),
    ],
  };
}

/** What is wrong with the text under a key: a text of its own, empty where nothing is. */
export function faultText(texts: Cel, key: string, { faults }: ParameterTexts): Cel {
  const text = index(texts, stringLiteral(key));
  const found = faults(text).reduceRight<Cel>((otherwise, { holds, says }) => ternary(holds, stringLiteral(`has the key ${key}, which ${says}`), otherwise), stringLiteral(""));
  return ternary(negate(binary("in", stringLiteral(key), texts)), stringLiteral(`lacks the key ${key}`), found);
}
