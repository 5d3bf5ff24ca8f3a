import { matchesGlob } from "../dsl/library/globs.ts";
import { cidrContains, lowerAscii } from "../dsl/intrinsics.ts";
import type { Expression } from "../ir/expressions.ts";

/** What a condition may be compared with. */
export type Scalar = string | number | boolean;

/** A list whose elements are known when the rules are written; its source, where it is a parameter or a constant with a name. */
export interface StaticList {
  readonly values: readonly Scalar[];
  readonly source?: Extract<Expression, { kind: "parameter" | "constant" }>;
}

type Parameters = Readonly<Record<string, unknown>>;

const isScalarValue = (value: unknown): value is Scalar => typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** The elements of a list of scalars that no event decides; undefined for another expression. */
export function staticList(expression: Expression, parameters: Parameters): StaticList | undefined {
  switch (expression.kind) {
    case "parameter": {
      const values = parameters[expression.name];
      return Array.isArray(values) && values.every(isScalarValue) ? { values, source: expression } : undefined;
    }
    case "constant": {
      const inner = staticList(expression.value, parameters);
      return inner === undefined ? undefined : { ...inner, source: expression };
    }
    case "list": {
      const values = expression.items.map((item) => staticValue(item, parameters));
      return values.every(isScalarValue) ? { values } : undefined;
    }
    case "concat": {
      const lists = expression.lists.map((list) => staticList(list, parameters));
      return lists.every((list) => list !== undefined) ? { values: lists.flatMap(({ values }) => values) } : undefined;
    }
    default:
      return undefined;
  }
}

/** The value of an expression that no event decides; undefined for another. */
export function staticValue(expression: Expression, parameters: Parameters): Scalar | undefined {
  const value = (part: Expression): Scalar | undefined => staticValue(part, parameters);
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "constant":
      return value(expression.value);
    case "parameter": {
      const given = parameters[expression.name];
      return isScalarValue(given) ? given : undefined;
    }
    case "conditional": {
      const test = value(expression.test);
      return test === undefined ? undefined : value(test === true ? expression.then : expression.otherwise);
    }
    case "equals": {
      const [left, right] = [value(expression.left), value(expression.right)];
      return left === undefined || right === undefined ? undefined : left === right;
    }
    case "includes": {
      const list = staticList(expression.list, parameters);
      const item = value(expression.item);
      return list === undefined || item === undefined ? undefined : list.values.includes(item);
    }
    case "present":
      return value(expression.value) === undefined ? undefined : true;
    case "text": {
      const parts = expression.parts.map(value);
      return parts.every(isScalarValue) ? parts.map(String).join("") : undefined;
    }
    case "text-test": {
      const [text, search] = [value(expression.text), value(expression.search)];
      if (typeof text !== "string" || typeof search !== "string") return undefined;
      return expression.operator === "starts-with" ? text.startsWith(search) : expression.operator === "ends-with" ? text.endsWith(search) : text.includes(search);
    }
    case "intrinsic": {
      const [first, second] = expression.arguments.map(value);
      if (expression.name === "cidrContains" && typeof first === "string" && typeof second === "string") return cidrContains(first, second);
      return expression.name === "lowerAscii" && typeof first === "string" ? lowerAscii(first) : undefined;
    }
    case "call": {
      const [text, glob] = expression.arguments.map(value);
      const isGlob = expression.function.module === "portcullis" && expression.function.name === "matchesGlob";
      return isGlob && typeof text === "string" && typeof glob === "string" ? matchesGlob(text, glob) : undefined;
    }
    default:
      return undefined;
  }
}
