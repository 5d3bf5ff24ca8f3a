import { matchesGlob } from "../../../dsl/library/globs.ts";
import type { Span } from "../../../diagnostics/span.ts";
import type { Clause } from "../../../ir/control.ts";
import type { Binder, Call, Expression } from "../../../ir/expressions.ts";
import { all, always, any, type Condition, never, not } from "../condition/condition.ts";
import { describeUnwritable, valueText } from "../condition/value-text.ts";
import { globCondition } from "../patterns.ts";
import { Refusal } from "../refusal.ts";
import { staticValue } from "../../static-values.ts";
import { holdsText } from "./json-lists.ts";
import { elementsAsked } from "./list-bounds.ts";
import { nouns, rootNouns } from "./nouns.ts";
import { plainValue } from "./plain-value.ts";
import { absent, at, choose, existsAt, fieldAt, type Guarded, known, mapEach, memberAt, oneOf, overEach, type Value } from "./value.ts";

type Single = Exclude<Value, { readonly kind: "one-of" }>;
/** What the names in reach stand for, by binding id. */
type Scope = ReadonlyMap<number, Value>;

/** What is known of an object when the rules are written. */
export interface ObjectPlace {
  /** The roots that the check may read, with where they stand in the event. */
  readonly roots: Readonly<Record<string, Value>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What stands at some pointers of every such request. */
  readonly fixed: Readonly<Record<string, Value>>;
}

/** Pieces of work after which a control is given up: lists in lists in lists multiply. */
const enough = 20_000;

/**
 * Says the check of a control as conditions on the audit event that holds the object. Lists are asked element by element, up to a
 * bound; `tooLong` collects the conditions under which one of them is longer. Throws a `Refusal` at what Falco cannot say.
 */
export class ObjectConditions {
  readonly #place: ObjectPlace;
  readonly #tooLong = new Map<string, Condition>();
  #work = 0;

  constructor(place: ObjectPlace) {
    this.#place = place;
  }

  /** Each list that was asked element by element has more of them than were asked. */
  get tooLong(): readonly Condition[] {
    return [...this.#tooLong.values()];
  }

  /** When a clause denies. */
  clause({ steps }: Clause): Condition {
    return this.#from(steps, new Map());
  }

  #from(steps: Clause["steps"], scope: Scope): Condition {
    const [step, ...rest] = steps;
    if (step === undefined) return always;
    switch (step.kind) {
      case "when": {
        const condition = this.#condition(step.condition, scope);
        return condition.kind === "constant" && !condition.value ? never : all([condition, this.#from(rest, scope)]);
      }
      case "let":
        return this.#from(rest, new Map([...scope, [step.binding.id, this.#value(step.value, scope)]]));
      case "each":
        return any(this.#elements(step.list, scope).map((element, index) => all([element.when, this.#from(rest, bound(scope, step.binder, element, index))])));
    }
  }

  #condition(expression: Expression, scope: Scope): Condition {
    this.#count(expression.span);
    switch (expression.kind) {
      case "not":
        return not(this.#condition(expression.operand, scope));
      case "and":
        return all(expression.operands.map((each) => this.#condition(each, scope)));
      case "or":
        return any(expression.operands.map((each) => this.#condition(each, scope)));
      case "present":
        return overEach(this.#value(expression.value, scope), isPresent);
      case "equals":
        return this.#equal(this.#value(expression.left, scope), this.#value(expression.right, scope), expression.span);
      case "includes":
        return this.#includes(this.#value(expression.list, scope), this.#value(expression.item, scope), expression.span);
      case "some":
        return any(this.#elements(expression.list, scope).map((element, index) => all([element.when, this.#condition(expression.body, bound(scope, expression.binder, element, index))])));
      case "compare": {
        const sides = [this.#value(expression.left, scope), this.#value(expression.right, scope)].map((side) => (side.kind === "known" && typeof side.value === "number" ? side.value : this.#refuse("an order of numbers, since it has only the text of fields", expression.span)));
        return orders[expression.operator](sides[0] ?? NaN, sides[1] ?? NaN) ? always : never;
      }
      case "text-test":
        return this.#search(expression.operator, this.#value(expression.text, scope), this.#value(expression.search, scope), expression.span);
      case "call":
        return isGlobTest(expression) ? this.#glob(expression, scope) : this.#condition(expression.function.body, this.#arguments(expression, scope));
      case "let":
        return this.#condition(expression.body, new Map([...scope, [expression.binding.id, this.#value(expression.value, scope)]]));
      default:
        return overEach(this.#value(expression, scope), (value) => (value.kind === "known" ? (value.value === true ? always : never) : this.#compared(value, true, expression.span)));
    }
  }

  #value(expression: Expression, scope: Scope): Value {
    this.#count(expression.span);
    switch (expression.kind) {
      case "literal":
        return known(expression.value);
      case "absent":
        return absent;
      case "constant":
        return known(plainValue(expression.value));
      case "parameter":
        return known(this.#place.parameters[expression.name]);
      case "variable":
        return scope.get(expression.binding.id) ?? this.#refuse(`the name ${expression.binding.name}`, expression.span);
      case "root":
        return this.#place.roots[expression.name] ?? this.#refuse(rootNouns[expression.name] ?? expression.name, expression.span);
      case "member":
        return mapEach(this.#value(expression.object, scope), (object) => this.#member(object, expression.name, expression.span));
      case "entry":
        return mapEach(this.#value(expression.key, scope), (key) => {
          if (key.kind !== "known" || typeof key.value !== "string") return this.#refuse("keys that come from the object", expression.span);
          const name = key.value;
          return mapEach(this.#value(expression.object, scope), (object) => this.#member(object, name, expression.span));
        });
      case "conditional":
        return choose(this.#condition(expression.test, scope), this.#value(expression.then, scope), this.#value(expression.otherwise, scope));
      case "coalesce": {
        const fallback = this.#value(expression.fallback, scope);
        return mapEach(this.#value(expression.value, scope), (value) => (isEmptyList(fallback) && value.kind !== "known" ? value : choose(isPresent(value), value, fallback)));
      }
      case "let":
        return this.#value(expression.body, new Map([...scope, [expression.binding.id, this.#value(expression.value, scope)]]));
      case "call":
        return isGlobTest(expression) ? truth(this.#glob(expression, scope)) : this.#value(expression.function.body, this.#arguments(expression, scope));
      case "list":
        return { kind: "elements", elements: expression.items.map((item) => ({ when: always, value: this.#value(item, scope) })) };
      case "record":
        return { kind: "record", fields: new Map(expression.fields.map(({ name, value }) => [name, this.#value(value, scope)])) };
      case "concat":
      case "filter":
      case "map":
      case "flat-map":
        return { kind: "elements", elements: this.#elements(expression, scope) };
      case "find": {
        const found = this.#elements(expression.list, scope).map((element, index) => ({ value: element.value, when: all([element.when, this.#condition(expression.body, bound(scope, expression.binder, element, index))]) }));
        return oneOf([...found.map(({ value, when }, index) => ({ value, when: all([when, ...found.slice(0, index).map((earlier) => not(earlier.when))]) })), { value: absent, when: all(found.map(({ when }) => not(when))) }]);
      }
      case "not":
      case "and":
      case "or":
      case "present":
      case "equals":
      case "includes":
      case "some":
      case "text-test":
        return truth(this.#condition(expression, scope));
      default: {
        const value = staticValue(expression, this.#place.parameters);
        return value === undefined ? this.#refuse(nouns[expression.kind] ?? "this condition", expression.span) : known(value);
      }
    }
  }

  /** The elements of a list that is walked, each with when it is there. */
  #elements(list: Expression, scope: Scope): readonly Guarded[] {
    switch (list.kind) {
      case "concat":
        return list.lists.flatMap((each) => this.#elements(each, scope));
      case "filter":
        return this.#elements(list.list, scope).map((element, index) => ({ ...element, when: all([element.when, this.#condition(list.body, bound(scope, list.binder, element, index))]) })).filter(({ when }) => when.kind !== "constant" || when.value);
      case "map":
        return this.#elements(list.list, scope).map((element, index) => ({ when: element.when, value: this.#value(list.body, bound(scope, list.binder, element, index)) }));
      case "flat-map":
        return this.#elements(list.list, scope).flatMap((element, index) => this.#elements(list.body, bound(scope, list.binder, element, index)).map((inner) => ({ value: inner.value, when: all([element.when, inner.when]) })));
      case "entries":
      case "keys":
      case "values": {
        const object = this.#value(list.object, scope);
        if (object.kind !== "known") return this.#refuse("a walk over the members of an object", list.span);
        return Object.entries((object.value ?? {}) as Readonly<Record<string, unknown>>).map(([key, value]) => ({ when: always, key, value: known(list.kind === "keys" ? key : value) }));
      }
      default:
        return this.#elementsOf(this.#value(list, scope), list.span);
    }
  }

  #elementsOf(value: Value, span: Span): readonly Guarded[] {
    if (value.kind === "one-of") return value.values.flatMap(({ value: one, when }) => this.#elementsOf(one, span).map((element) => ({ value: element.value, when: all([when, element.when]) })));
    if (value.kind === "elements") return value.elements.filter(({ value: each }) => each.kind !== "known" || each.value !== undefined);
    if (value.kind === "record") return this.#refuse("a walk over an object", span);
    if (value.kind === "known") return Array.isArray(value.value) ? value.value.filter((each) => each !== null && each !== undefined).map((each) => ({ when: always, value: known(each) })) : [];
    const most = elementsAsked(value.pointer);
    const beyond = existsAt(`${value.pointer}/${most}`);
    this.#tooLong.set(value.pointer, beyond);
    return Array.from({ length: most }, (_, index) => {
      this.#count(span);
      const pointer = `${value.pointer}/${index}`;
      return { when: existsAt(pointer), value: at(pointer) };
    });
  }

  #member(object: Single, name: string, span: Span): Value {
    if (object.kind === "at") {
      if (/[\]["'\s]/.test(name)) return this.#refuse(`the field ${JSON.stringify(name)}, which no filter can name`, span);
      const pointer = memberAt(object.pointer, name);
      return this.#place.fixed[pointer] ?? at(pointer);
    }
    if (object.kind === "record") return object.fields.get(name) ?? absent;
    if (object.kind === "elements") return this.#refuse("a member of a list", span);
    const { value } = object;
    return known(typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined);
  }

  #equal(left: Value, right: Value, span: Span): Condition {
    return overEach(left, (one) => overEach(right, (other) => {
      if (one.kind === "known" && other.kind === "known") return one.value === other.value ? always : never;
      const [asked, given] = one.kind === "known" ? [other, one] : [one, other];
      if (given.kind !== "known") return this.#refuse("a comparison of two fields of an object", span);
      return given.value === undefined ? not(isPresent(asked)) : this.#compared(asked, given.value, span);
    }));
  }

  #includes(list: Value, item: Value, span: Span): Condition {
    return overEach(item, (one) => overEach(list, (whole) => {
      if (whole.kind === "at") {
        if (one.kind !== "known") return this.#refuse("a search for one field of an object in a list of it", span);
        return one.value === undefined ? never : (holdsText(fieldAt(whole.pointer), one.value) ?? this.#refuse(`a search for ${JSON.stringify(one.value)} in a list`, span));
      }
      return any(this.#elementsOf(whole, span).map(({ value, when }) => all([when, overEach(value, (each) => this.#equal(each, one, span))])));
    }));
  }

  #search(operator: "starts-with" | "ends-with" | "contains", text: Value, search: Value, span: Span): Condition {
    return overEach(text, (one) => overEach(search, (wanted) => {
      if (wanted.kind !== "known" || typeof wanted.value !== "string") return this.#refuse("a search for a part of the object", span);
      if (one.kind === "known") return typeof one.value === "string" && tests[operator](one.value, wanted.value) ? always : never;
      if (one.kind !== "at") return this.#refuse("a search in a list", span);
      // Falco finds the empty text nowhere; every text has it.
      return wanted.value === "" ? existsAt(one.pointer) : { kind: "comparison", field: fieldAt(one.pointer), operator: words[operator], value: this.#writable(wanted.value, span) };
    }));
  }

  #glob(call: Call, scope: Scope): Condition {
    const [text, glob] = call.arguments.map((argument) => this.#value(argument, scope)) as [Value, Value];
    return overEach(text, (one) => overEach(glob, (pattern) => {
      if (pattern.kind !== "known" || typeof pattern.value !== "string" || one.kind === "elements" || one.kind === "record") return this.#refuse("globs that come from the object", call.span);
      if (one.kind === "known") return typeof one.value === "string" && matchesGlob(one.value, pattern.value) ? always : never;
      const condition = globCondition(fieldAt(one.pointer), pattern.value);
      if (condition === undefined || ("value" in condition && typeof condition.value === "string" && valueText(condition.value) === undefined)) return this.#refuse(`the glob ${pattern.value}`, call.span);
      return condition;
    }));
  }

  #compared(asked: Single, value: unknown, span: Span): Condition {
    if (asked.kind !== "at" || (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")) return this.#refuse("a comparison with a list or an object", span);
    return { kind: "comparison", field: fieldAt(asked.pointer), operator: "=", value: this.#writable(String(value), span) };
  }

  #writable(value: string, span: Span): string {
    return valueText(value) === undefined ? this.#refuse(describeUnwritable(value), span) : value;
  }

  #arguments(call: Call, scope: Scope): Scope {
    return new Map([...scope, ...call.function.parameters.map((parameter, index): [number, Value] => {
      const given = call.arguments[index];
      return [parameter.id, given === undefined ? absent : this.#value(given, scope)];
    })]);
  }

  #count(span: Span): void {
    this.#work += 1;
    if (this.#work > enough) this.#refuse("so many lists within lists, one comparison for each element", span);
  }

  #refuse(what: string, span: Span): never {
    throw new Refusal(what, span);
  }
}

const bound = (scope: Scope, { key, value }: Binder, element: Guarded, index: number): Scope => new Map([...scope, [value.id, element.value], ...(key === undefined ? [] : [[key.id, known(element.key ?? index)] as const])]);

function isPresent(value: Single): Condition {
  if (value.kind === "at") return existsAt(value.pointer);
  return value.kind === "known" && value.value === undefined ? never : always;
}
const isEmptyList = (value: Value): boolean => (value.kind === "elements" && value.elements.length === 0) || (value.kind === "known" && Array.isArray(value.value) && value.value.length === 0);
const truth = (condition: Condition): Value => choose(condition, known(true), known(false));
const isGlobTest = ({ function: { module, name } }: Call): boolean => module === "portcullis" && name === "matchesGlob";

const orders = { "<": (left: number, right: number) => left < right, "<=": (left: number, right: number) => left <= right, ">": (left: number, right: number) => left > right, ">=": (left: number, right: number) => left >= right } as const;
const words = { "starts-with": "startswith", "ends-with": "endswith", contains: "contains" } as const;
const tests = { "starts-with": (text: string, search: string) => text.startsWith(search), "ends-with": (text: string, search: string) => text.endsWith(search), contains: (text: string, search: string) => text.includes(search) } as const;
