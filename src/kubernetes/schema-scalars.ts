import { closestName } from "../text/closest.ts";
import type { JsonType, Schema } from "./schema-store.ts";
import { jsonTypeOf, quoted, type Rule } from "./schema-walk.ts";

/** The rule of a schema for strings, numbers and booleans. */
export function scalarRule(schema: Schema): Rule {
  if (schema.enum !== undefined) return enumRule(schema.enum);
  const types = (typeof schema.type === "string" ? [schema.type] : (schema.type ?? [])).filter((type) => type !== "null");
  const text = textRule(schema);
  const whole = schema.format === "int32" ? int32Rule : undefined;
  return (value, walk) => {
    const type = jsonTypeOf(value);
    if (!accepts(types, type)) walk.wrongType(types, value);
    else if (type === "string") text?.(value, walk);
    else if (type === "integer") whole?.(value, walk);
  };
}

function accepts(types: readonly JsonType[], type: JsonType): boolean {
  return types.includes(type) || (type === "integer" && types.includes("number"));
}

/** The empty string is taken where the field may be left out, but it is no choice to offer. */
function enumRule(values: readonly (string | null)[]): Rule {
  const accepted = new Set<unknown>(values);
  const choices = values.filter((value) => value !== null && value !== "") as string[];
  const shown = choices.length > 12 ? `${choices.slice(0, 12).join(", ")} or ${choices.length - 12} more` : choices.join(", ");
  return (value, walk) => {
    if (accepted.has(value)) return;
    if (typeof value !== "string") return walk.wrongType(["string"], value);
    const meant = closestName(value, choices);
    const lacks = choices.length === 1 ? `is not ${shown}` : `is not one of ${shown}`;
    return walk.report(`${quoted(value)} ${lacks}`, meant === undefined ? undefined : `did you mean ${JSON.stringify(meant)}?`);
  };
}

const int32Rule: Rule = (value, walk) => {
  const number = value as number;
  if (number < -(2 ** 31) || number >= 2 ** 31) walk.report(`${number} is out of the range of a 32-bit integer`);
};

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)$/;
/** Go's decoder passes over line breaks, as `base64` prints them. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function textRule(schema: Schema): Rule | undefined {
  if (schema.pattern !== undefined) {
    const quantity = new RegExp(schema.pattern);
    return (value, walk) => {
      if (!quantity.test(value as string)) walk.report(`${quoted(value as string)} is not a quantity`, "write an amount such as 500m, 1Gi or 2");
    };
  }
  if (schema.format === "date-time") {
    return (value, walk) => {
      if (!rfc3339.test(value as string)) walk.report(`${quoted(value as string)} is not a time by RFC 3339`, "write it as 2006-01-02T15:04:05Z");
    };
  }
  if (schema.format === "byte") {
    // Most such fields hold secrets, so the message must not repeat them.
    return (value, walk) => {
      if (!base64.test((value as string).replace(/[\r\n]/g, ""))) walk.report("the value is not base64", walk.isUnder("data") ? "encode it, or write plain text under stringData" : "encode it");
    };
  }
  return undefined;
}
