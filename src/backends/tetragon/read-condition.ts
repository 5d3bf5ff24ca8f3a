import type { Span } from "../../diagnostics/span.ts";
import { present } from "../../ir/construct.ts";
import type { Binding, Call, Equals, Expression, Includes, Some, TextTest } from "../../ir/expressions.ts";
import { substitute } from "../../ir/walk.ts";
import { takeChoice } from "../../passes/choices.ts";
import { inlineCall } from "../../passes/inline-call.ts";
import { staticList, staticValue } from "../static-values.ts";
import { all, always, any, fact, type Formula, never, not, type Test, unknown } from "./formula.ts";

/** Reads a condition of the language as questions about fields. What compares no field with known values is left as unknown. */
export function readCondition(condition: Expression, parameters: Readonly<Record<string, unknown>>): Formula {
  return new Reader(parameters).read(condition);
}

class Reader {
  readonly #parameters: Readonly<Record<string, unknown>>;
  #bindings = 0;
  /** Where the author calls the library, while what is inside of it is read. */
  #caller: Span | undefined;

  constructor(parameters: Readonly<Record<string, unknown>>) {
    this.#parameters = parameters;
  }

  read(expression: Expression): Formula {
    const known = staticValue(expression, this.#parameters);
    if (known !== undefined) return known === true ? always : never;
    const choice = takeChoice(expression);
    if (choice !== undefined) return choice.kind === "let" ? this.#let(choice.binding, choice.value, choice.body) : this.#choice(choice.test, choice.whenTrue, choice.whenFalse);
    switch (expression.kind) {
      case "not":
        return not(this.read(expression.operand));
      case "and":
        return all(expression.operands.map((each) => this.read(each)));
      case "or":
        return any(expression.operands.map((each) => this.read(each)));
      case "let":
        return this.#let(expression.binding, expression.value, expression.body);
      case "conditional":
        return this.#choice(expression.test, expression.then, expression.otherwise);
      case "coalesce":
        return this.#choice(present(expression.value), expression.value, expression.fallback);
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
        return this.#ask(expression.value, { kind: "there" }, expression.span);
      case "text-test":
        return this.#textTest(expression);
      case "intrinsic":
        return this.#inside(expression);
      case "member":
        return this.#ask(expression, { kind: "in", values: [true] }, expression.span);
      default:
        return unknown(expression.kind === "matches" ? "regular expressions" : "what does more than compare a field", expression.span);
    }
  }

  #call(node: Call): Formula {
    const before = this.#caller;
    if (node.function.module === "portcullis") this.#caller ??= node.span;
    const read = this.read(inlineCall(node, (name, type): Binding => ({ id: (this.#bindings -= 1), name, type })));
    this.#caller = before;
    return read;
  }

  #let(binding: Binding, value: Expression, body: Expression): Formula {
    return this.read(substitute(body, new Map([[binding.id, value]])));
  }

  #choice(test: Expression, then: Expression, otherwise: Expression): Formula {
    const asked = this.read(test);
    if (asked.kind === "constant") return this.read(asked.value ? then : otherwise);
    return any([all([asked, this.read(then)]), all([not(asked), this.read(otherwise)])]);
  }

  #some(node: Some): Formula {
    const list = staticList(node.list, this.#parameters);
    if (node.binder.key !== undefined) return unknown("the index of a walk", node.span);
    const { id, type } = node.binder.value;
    if (list !== undefined) return any(list.values.map((value) => this.read(substitute(node.body, new Map([[id, { kind: "literal", value, type, span: node.span } as const]])))));
    const { body } = node;
    const values = body.kind === "includes" && body.item.kind === "variable" && body.item.binding.id === id ? staticList(body.list, this.#parameters)?.values : undefined;
    if (values !== undefined) return this.#ask(node.list, { kind: "in", values }, node.span);
    return unknown("anything but equality of the values of a list", node.span);
  }

  #includes({ item, list, span }: Includes): Formula {
    const values = staticList(list, this.#parameters)?.values;
    if (values !== undefined) return this.#ask(item, { kind: "in", values }, span);
    const value = staticValue(item, this.#parameters);
    return value === undefined ? unknown("a comparison of two fields", span) : this.#ask(list, { kind: "in", values: [value] }, span);
  }

  #equals({ left, right, span }: Equals): Formula {
    const [a, b] = [staticValue(left, this.#parameters), staticValue(right, this.#parameters)];
    const value = a ?? b;
    const other = a === undefined ? left : right;
    if (value === undefined) return unknown("a comparison of two fields", span);
    if (typeof value === "boolean" && other.kind !== "member") return value ? this.read(other) : not(this.read(other));
    return this.#ask(other, { kind: "in", values: [value] }, span);
  }

  #compare({ left, operator, right, span }: Extract<Expression, { kind: "compare" }>): Formula {
    const turned = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;
    const [first, second] = [staticValue(left, this.#parameters), staticValue(right, this.#parameters)];
    if (typeof second === "number") return this.#ask(left, { kind: "compare", operator, value: second }, span);
    return typeof first === "number" ? this.#ask(right, { kind: "compare", operator: turned[operator], value: first }, span) : unknown("a comparison of two fields", span);
  }

  #textTest({ operator, search, span, text }: TextTest): Formula {
    const value = staticValue(search, this.#parameters);
    if (typeof value !== "string") return unknown("a comparison of two fields", span);
    return this.#ask(text, value === "" ? { kind: "there" } : { kind: ({ "starts-with": "starts", "ends-with": "ends", contains: "contains" } as const)[operator], values: [value] }, span);
  }

  #inside({ arguments: [block, address], name, span }: Extract<Expression, { kind: "intrinsic" }>): Formula {
    const value = block === undefined ? undefined : staticValue(block, this.#parameters);
    if (name !== "cidrContains" || typeof value !== "string" || address === undefined) return unknown(`the function ${name}`, span);
    return this.#ask(address, { kind: "inside", values: [value] }, span);
  }

  #ask(value: Expression, test: Test, span: Span): Formula {
    if (value.kind === "member" && value.object.kind === "root") return fact(value.name, test, this.#caller ?? span);
    return unknown("a value that is no field of the event", this.#caller ?? span);
  }
}
