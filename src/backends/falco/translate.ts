import type { Span } from "../../diagnostics/span.ts";
import type { EventSource } from "../../events/event-field.ts";
import { not as notExpression, present } from "../../ir/construct.ts";
import type { Binding, Call, Equals, Expression, Includes, Some, TextTest } from "../../ir/expressions.ts";
import { same as sameExpression } from "../../ir/identity.ts";
import { substitute } from "../../ir/walk.ts";
import { takeChoice } from "../../passes/choices.ts";
import { inlineCall } from "../../passes/inline-call.ts";
import { all, always, any, type ComparisonOperator, type Condition, type Item, never, not } from "./condition/condition.ts";
import { describeUnwritable, valueText } from "./condition/value-text.ts";
import type { Definitions } from "./definitions.ts";
import { comparesText, fieldOf, type FilterField, heldBy, takes } from "./fields.ts";
import { prefix, snakeCase, stemOf } from "./names.ts";
import { globCondition, insideCondition } from "./patterns.ts";
import { Refusal } from "./refusal.ts";
import { type Scalar, staticList, type StaticList, staticValue } from "../static-values.ts";

/** What is known where a condition is written. */
export interface Surroundings {
  readonly control: string;
  readonly source: EventSource;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What parameters are for, by name. */
  readonly about: Readonly<Record<string, string>>;
  readonly definitions: Definitions;
  /** Whether values stand where they are used, and not in a list of their own. */
  readonly inline?: boolean;
}

/**
 * Says a condition of the language in Falco's. Helper functions of the event alone become macros, and named lists become lists.
 * Throws a `Refusal` at what Falco cannot say.
 */
export class Translator {
  readonly #in: Surroundings;
  #bindings = 0;

  constructor(surroundings: Surroundings) {
    this.#in = surroundings;
  }

  condition(expression: Expression): Condition {
    const known = staticValue(expression, this.#in.parameters);
    if (known !== undefined) return known === true ? always : never;
    const choice = takeChoice(expression);
    if (choice !== undefined) return this.#choice(choice.kind === "let" ? { kind: "let", binding: choice.binding, value: choice.value, body: choice.body } : { kind: "conditional", test: choice.test, then: choice.whenTrue, otherwise: choice.whenFalse });
    switch (expression.kind) {
      case "not":
        return not(this.condition(expression.operand));
      case "and":
        return all(expression.operands.filter((each) => !this.#asksListFirst(each, expression.operands)).map((each) => this.condition(each)));
      case "or":
        return any(expression.operands.map((each) => this.condition(each)));
      case "conditional":
      case "let":
        return this.#choice(expression);
      case "coalesce":
        return this.#choice({ kind: "conditional", test: present(expression.value), then: expression.value, otherwise: expression.fallback });
      case "call":
        return this.#call(expression);
      case "some":
        return this.#some(expression);
      case "includes":
        return this.#includes(expression);
      case "equals":
        return this.#equals(expression);
      case "compare":
        return this.#compare(expression);
      case "present":
        return this.#present(expression.value);
      case "text-test":
        return this.#textTest(expression);
      case "intrinsic":
        return this.#inside(expression);
      case "member":
        return this.#comparison(this.#field(expression), "=", true, expression.span);
      default:
        return this.#refuse(nouns[expression.kind] ?? "this condition", expression.span);
    }
  }

  /** Whether an operand only asks for a field of several values before another one asks for one of them, which Falco denies where there is none. */
  #asksListFirst(operand: Expression, operands: readonly Expression[]): boolean {
    return operand.kind === "present" && operands.some((other) => (other.kind === "some" || other.kind === "includes") && sameExpression(other.list, operand.value));
  }

  #choice(node: Pick<Extract<Expression, { kind: "conditional" }>, "kind" | "test" | "then" | "otherwise"> | Pick<Extract<Expression, { kind: "let" }>, "kind" | "binding" | "value" | "body">): Condition {
    if (node.kind === "let") return this.condition(substitute(node.body, new Map([[node.binding.id, node.value]])));
    const test = this.condition(node.test);
    if (test.kind === "constant") return this.condition(test.value ? node.then : node.otherwise);
    return any([all([test, this.condition(node.then)]), all([not(test), this.condition(node.otherwise)])]);
  }

  #call(node: Call): Condition {
    const { id, name, module, description, body, parameters } = node.function;
    const [argument] = node.arguments;
    if (node.arguments.length === 1 && argument?.kind === "root") {
      const own = stemOf(module) === this.#in.control;
      const candidates = own ? [`${prefix}${snakeCase(this.#in.control)}_${snakeCase(name)}`] : [`${prefix}${snakeCase(name)}`, `${prefix}${snakeCase(stemOf(module))}_${snakeCase(name)}`];
      return this.#in.definitions.macro(id, candidates, () => this.condition(substitute(body, new Map(parameters.map((parameter) => [parameter.id, argument])))), description);
    }
    if (module === "portcullis" && name === "matchesGlob") {
      const [text, glob] = node.arguments as [Expression, Expression];
      const field = this.#field(text);
      const pattern = staticValue(glob, this.#in.parameters);
      if (!comparesText(field) || typeof pattern !== "string") return this.#refuse("globs that come from the event", node.span);
      const condition = globCondition(field.name, pattern);
      if (condition === undefined) return this.#refuse(`the glob ${pattern}`, node.span);
      return this.#written(condition, node.span);
    }
    return this.condition(inlineCall(node, (called, type): Binding => ({ id: (this.#bindings -= 1), name: called, type })));
  }

  #some(node: Some): Condition {
    const list = staticList(node.list, this.#in.parameters);
    if (node.binder.key !== undefined) return this.#refuse("the index of a walk", node.span);
    const { id, type } = node.binder.value;
    if (list !== undefined) {
      const each = list.values.map((value) => this.condition(substitute(node.body, new Map([[id, { kind: "literal", value, type, span: node.span } as const]]))));
      return this.#named(any(each), list);
    }
    const field = this.#listField(node.list);
    const body = notExpression(node.body);
    // Whether some value is outside a list: not all of them are in it, which is said of no values too, so one must be there.
    const outside = body.kind === "includes" && isElement(body.item, id) ? staticList(body.list, this.#in.parameters) : undefined;
    if (outside !== undefined && field.form === "list") return all([{ kind: "exists", field: field.name }, not(this.#membership(field, "in", outside, node.span))]);
    const among = this.#among(node.body, id);
    if (among === undefined) return this.#refuse(`anything but equality of the values of ${field.name}`, node.span);
    return this.#membership(field, field.form === "list" ? "intersects" : "in", among, node.span);
  }

  /** The values of which an element of a walk must be one. */
  #among(body: Expression, element: number): StaticList | undefined {
    if (body.kind === "includes" && isElement(body.item, element)) return staticList(body.list, this.#in.parameters);
    if (body.kind !== "equals") return undefined;
    const value = isElement(body.left, element) ? staticValue(body.right, this.#in.parameters) : isElement(body.right, element) ? staticValue(body.left, this.#in.parameters) : undefined;
    return value === undefined ? undefined : { values: [value] };
  }

  #includes({ list, item, span }: Includes): Condition {
    const values = staticList(list, this.#in.parameters);
    if (values !== undefined) return this.#membership(this.#field(item), "in", values, span);
    const field = this.#listField(list);
    const value = staticValue(item, this.#in.parameters);
    return value === undefined ? this.#refuse("a comparison of two fields", span) : this.#membership(field, field.form === "list" ? "intersects" : "in", { values: [value] }, span);
  }

  #equals({ left, right, span }: Equals): Condition {
    const [a, b] = [staticValue(left, this.#in.parameters), staticValue(right, this.#in.parameters)];
    const value = a ?? b;
    const other = a === undefined ? left : right;
    if (value === undefined) return this.#refuse("a comparison of two fields", span);
    if (typeof value === "boolean" && other.kind !== "member") return value ? this.condition(other) : not(this.condition(other));
    return this.#comparison(this.#field(other), "=", value, span);
  }

  #compare({ left, operator, right, span }: Extract<Expression, { kind: "compare" }>): Condition {
    const value = staticValue(right, this.#in.parameters);
    if (value !== undefined) return this.#comparison(this.#field(left), operator, value, span);
    const turned = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;
    const first = staticValue(left, this.#in.parameters);
    return first === undefined ? this.#refuse("a comparison of two fields", span) : this.#comparison(this.#field(right), turned[operator], first, span);
  }

  #present(value: Expression): Condition {
    const field = this.#field(value);
    // A plugin's field with an empty list has no value for Falco, and has one for the API server.
    return field.isList ? this.#refuse(`whether ${field.name}, a field of several values, is there`, value.span) : { kind: "exists", field: field.name };
  }

  #textTest({ operator, search, span, text }: TextTest): Condition {
    const value = staticValue(search, this.#in.parameters);
    const field = this.#field(text);
    if (typeof value !== "string") return this.#refuse("a comparison of two fields", span);
    return value === "" ? { kind: "exists", field: field.name } : this.#comparison(field, ({ "starts-with": "startswith", "ends-with": "endswith", contains: "contains" } as const)[operator], value, span);
  }

  #inside({ arguments: [block, address], name, span }: Extract<Expression, { kind: "intrinsic" }>): Condition {
    const value = block === undefined ? undefined : staticValue(block, this.#in.parameters);
    if (name !== "cidrContains" || typeof value !== "string" || address === undefined) return this.#refuse(name === "cidrContains" ? "networks that come from the event" : `the function ${name}`, span);
    const field = this.#field(address);
    return insideCondition(field.name, value) ?? this.#refuse(field.held === "address" ? `the network ${value}` : `networks of ${field.name}, which is no address`, span);
  }

  #comparison(field: FilterField, operator: ComparisonOperator, value: Scalar, span: Span): Condition {
    if (field.isList) return this.#refuse(`a comparison of ${field.name}, a field of several values, with one value`, span);
    if (!takes(field, operator, String(value))) return this.#refuse(`${field.name} ${operator} ${String(value)}: the field takes ${heldBy(field)}`, span);
    return this.#written({ kind: "comparison", field: field.name, operator, value: String(value) }, span);
  }

  #membership(field: FilterField, operator: "in" | "intersects", list: StaticList, span: Span): Condition {
    if (list.values.length === 0) return never;
    const wrong = list.values.find((value) => !takes(field, "=", String(value)));
    if (wrong !== undefined) return this.#refuse(`${field.name} ${operator} (${String(wrong)}): the field takes ${heldBy(field)}`, span);
    return this.#named(this.#written({ kind: "membership", field: field.name, operator, items: itemsOf(list.values) }, span), list);
  }

  /** The same with a list by name in the place of its items, where they are those of a parameter or a constant. Types of events stand where they are asked for. */
  #named(condition: Condition, list: StaticList): Condition {
    if (condition.kind === "all" || condition.kind === "any") return { ...condition, operands: condition.operands.map((each) => this.#named(each, list)) };
    if (condition.kind !== "membership" || condition.field === "evt.type" || list.source === undefined || this.#in.inline === true) return condition;
    const { source } = list;
    const items = condition.items.flatMap((item) => ("value" in item ? [item.value] : []));
    if (!sameTexts(items, [...new Set(list.values.map(String))])) return condition;
    const { about, control, definitions } = this.#in;
    const owner = source.kind === "parameter" ? control : stemOf(source.module);
    const name = definitions.list([`${prefix}${snakeCase(owner)}_${snakeCase(source.name)}`], items, source.kind === "parameter" ? about[source.name] : undefined);
    return { ...condition, items: [{ list: name }] };
  }

  /** Refuses values that no condition can hold. */
  #written(condition: Condition, span: Span): Condition {
    const values = condition.kind === "comparison" ? [condition.value] : condition.kind === "membership" ? condition.items.flatMap((item) => ("value" in item ? [item.value] : [])) : [];
    const wrong = values.find((value) => valueText(value) === undefined);
    return wrong === undefined ? condition : this.#refuse(describeUnwritable(wrong), span);
  }

  #field(expression: Expression): FilterField {
    if (expression.kind === "member" && expression.object.kind === "root") {
      const field = fieldOf(this.#in.source, expression.name);
      return "fault" in field ? this.#refuse(field.fault, expression.span) : field;
    }
    return this.#refuse(nouns[expression.kind] ?? "a value that is no field of the event", expression.span);
  }

  #listField(expression: Expression): FilterField {
    const field = this.#field(expression);
    return field.isList ? field : this.#refuse(`a walk over ${field.name}, which has one value`, expression.span);
  }

  #refuse(what: string, span: Span): never {
    throw new Refusal(what, span);
  }
}

const isElement = (expression: Expression, id: number): boolean => expression.kind === "variable" && expression.binding.id === id;

const sameTexts = (left: readonly string[], right: readonly string[]): boolean => JSON.stringify(left) === JSON.stringify(right);

const itemsOf = (values: readonly Scalar[]): readonly Item[] => [...new Set(values.map(String))].map((value) => ({ value }));

/** What Falco has no words for, as the author would call it. */
const nouns: Partial<Readonly<Record<Expression["kind"], string>>> = {
  arithmetic: "arithmetic",
  "flat-map": "lists made of others",
  concat: "lists made of others",
  element: "one element of a list",
  filter: "lists made of others",
  find: "a search for one element",
  intrinsic: "a function of a field",
  join: "texts made of lists",
  length: "the length of a list",
  lookup: "other objects",
  map: "lists made of others",
  matches: "regular expressions",
  split: "parts of a text",
  text: "texts made of others",
  "type-test": "the type of a value",
};
