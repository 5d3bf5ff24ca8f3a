import { parse } from "yaml";
import type { EmittedFile } from "../../src/backends/backend.ts";
import { expandLists } from "../../src/backends/falco/check/expand-lists.ts";
import { rulesDocument, wholeCondition } from "../../src/backends/falco/check/rules-document.ts";
import { type Condition, networkOf } from "../../src/backends/falco/condition/condition.ts";
import { parseCondition } from "../../src/backends/falco/condition/parse.ts";
import { cidrContains } from "../../src/dsl/intrinsics.ts";
import type { EventSource } from "../../src/events/event-field.ts";
import { fieldNamed } from "../../src/events/lookup.ts";

/** A field of an event by its name; undefined where the event has none. */
export type Fields = (name: string) => unknown;

/** A rule as Falco runs it. */
export interface LoadedRule {
  readonly name: string;
  readonly source: EventSource;
  readonly tags: readonly string[];
  readonly condition: Condition;
  readonly fires: (fields: Fields) => boolean;
}

/** Reads emitted rules files as Falco does: lists are put in as text, exceptions are appended, macros are put in as conditions. */
export function loadRules(files: readonly EmittedFile[]): readonly LoadedRule[] {
  return files.filter(({ path }) => path.endsWith(".yaml")).flatMap(({ content }) => {
    const { lists, macros, rules } = rulesDocument(parse(String(content)) as readonly Readonly<Record<string, unknown>>[]);
    const items = new Map(lists.map(({ items: values, list }) => [list, values.map(String)]));
    const bodies = new Map<string, Condition>();
    const read = (text: string): Condition => {
      const parsed = parseCondition(expandLists(text, items));
      if ("fault" in parsed) throw new Error(`${parsed.fault} at ${parsed.at} of ${text}`);
      return withMacros(parsed.condition, bodies);
    };
    for (const { condition, macro } of macros) bodies.set(macro, read(condition));
    return rules.map((rule): LoadedRule => {
      const condition = read(wholeCondition(rule));
      return { name: rule.rule, source: rule.source, tags: (rule as unknown as { tags: string[] }).tags, condition, fires: (fields) => holds(condition, rule.source, fields) };
    });
  });
}

function withMacros(condition: Condition, bodies: ReadonlyMap<string, Condition>): Condition {
  switch (condition.kind) {
    case "macro": {
      const body = bodies.get(condition.name);
      if (body === undefined) throw new Error(`undefined macro ${condition.name}`);
      return body;
    }
    case "not":
      return { ...condition, operand: withMacros(condition.operand, bodies) };
    case "all":
    case "any":
      return { ...condition, operands: condition.operands.map((each) => withMacros(each, bodies)) };
    default:
      return condition;
  }
}

/** Falco's own truth: a comparison with a field that is not there is false, and so is one with a list that is empty. */
function holds(condition: Condition, source: EventSource, fields: Fields): boolean {
  switch (condition.kind) {
    case "not":
      return !holds(condition.operand, source, fields);
    case "all":
      return condition.operands.every((each) => holds(each, source, fields));
    case "any":
      return condition.operands.some((each) => holds(each, source, fields));
    case "exists":
      return valuesOf(condition.field, fields).length > 0;
    case "comparison":
      return valuesOf(condition.field, fields).some((value) => compares(condition.field, value, condition.operator, condition.value));
    case "membership": {
      const values = valuesOf(condition.field, fields);
      const among = (value: unknown): boolean => condition.items.some((item) => compares(condition.field, value, "=", "value" in item ? item.value : item.list));
      const named = fieldNamed(source, condition.field);
      if (values.length === 0) return false;
      return condition.operator === "in" && named?.isList === true && named.field.form === "list" ? values.every(among) : values.some(among);
    }
    default:
      throw new Error(`no rule holds a ${condition.kind}`);
  }
}

function valuesOf(field: string, fields: Fields): readonly unknown[] {
  const address = Object.entries(networkOf).find(([, network]) => network === field)?.[0];
  const value = fields(address ?? field);
  return value === undefined || value === null ? [] : [value].flat();
}

function compares(field: string, value: unknown, operator: string, other: string): boolean {
  if (Object.values(networkOf).includes(field)) return (operator === "!=") !== cidrContains(other, String(value));
  const text = String(value);
  switch (operator) {
    case "=":
      return text === other;
    case "!=":
      return text !== other;
    case "<":
      return Number(value) < Number(other);
    case "<=":
      return Number(value) <= Number(other);
    case ">":
      return Number(value) > Number(other);
    case ">=":
      return Number(value) >= Number(other);
    case "contains":
      return text.includes(other);
    case "startswith":
      return text.startsWith(other);
    case "endswith":
      return text.endsWith(other);
    case "glob":
      return new RegExp(`^${other.replace(/[.+]/g, "\\$&").replaceAll("*", "[^]*")}$`).test(text);
    default:
      throw new Error(`no rule compares by ${operator}`);
  }
}
