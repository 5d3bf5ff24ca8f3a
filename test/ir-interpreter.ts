import type { CheckIr, Clause, Step } from "../src/ir/control.ts";
import type { Binder, Expression } from "../src/ir/expressions.ts";
import { characters, cidrContains, decimal, lowerAscii } from "../src/dsl/intrinsics.ts";
import { compareViolations, formatPath, type PathSegment, type Violation } from "../src/plain/violation.ts";
import { componentValue } from "../src/plain/component-value.ts";
import { componentKinds } from "../src/kubernetes/components/names.ts";
import { ObjectSet } from "../src/plain/object-set.ts";
import { podBearingKinds } from "../src/kubernetes/pod-bearing.ts";

/**
 * What an expression is worth: JSON, undefined where absent; where it stands in the object, if it is a part of it; and the
 * elements of a list that is made of others.
 */
interface Value {
  readonly json?: unknown;
  readonly path?: readonly PathSegment[];
  readonly elements?: readonly Value[];
}

/** What a check is run over, null members and all. */
export interface InterpreterRequest {
  readonly object: unknown;
  readonly oldObject?: unknown;
  readonly operation?: unknown;
  readonly user?: unknown;
  readonly namespace?: unknown;
  readonly others?: readonly unknown[];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly kubernetesMinor: number;
}

type Environment = ReadonlyMap<number, Value>;

/** Runs the intermediate representation word by word as src/ir defines it: an oracle between the plain run and what backends emit. */
export function interpret(check: CheckIr, request: InterpreterRequest): Violation[] {
  const object = request.object as { readonly apiVersion?: unknown; readonly kind?: unknown } | null;
  if (typeof object !== "object" || object === null) return [];
  const isMatched = check.match.kinds.some(({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind);
  const pod = podOf(object, request);
  if (!isMatched || (check.match.form === "pod-bearing" && pod.json === undefined)) return [];
  const component = check.match.component === undefined ? undefined : componentValue(object, check.match.component);
  if (check.match.component !== undefined && component === undefined && componentKinds.some((name) => name === `${String(object.apiVersion)}/${String(object.kind)}`)) return [];
  const interpreter = new Interpreter(request, pod, component);
  const found = new Map<string, Violation>();
  for (const clause of check.clauses) {
    for (const environment of interpreter.solutions(clause.steps, new Map())) {
      const violation = interpreter.violation(check.id, clause, environment);
      found.set(JSON.stringify(violation), violation);
    }
  }
  return [...found.values()].sort(compareViolations);
}

const absent: Value = {};
/** A value as JSON, a list that was worked out with its elements. */
const wholeOf = ({ elements, json }: Value): unknown => (elements === undefined ? json : elements.map(wholeOf));
const of = (json: unknown): Value => ({ json: json === null ? undefined : json });

function podOf(object: { readonly apiVersion?: unknown; readonly kind?: unknown }, request: InterpreterRequest): Value {
  const row = podBearingKinds.find(({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind);
  if (row === undefined) return absent;
  return row.podPath.reduce<Value>(memberOf, { json: request.object, path: [] });
}

function memberOf(value: Value, name: string): Value {
  const { json, path } = value;
  if (typeof json !== "object" || json === null || Array.isArray(json) || !Object.hasOwn(json, name)) return absent;
  const member = of((json as Record<string, unknown>)[name]);
  return path === undefined || member.json === undefined ? member : { ...member, path: [...path, name] };
}

/** The elements of a list without nulls; where they are parts of the object, with the index at which they stand there. */
function elementsOf(value: Value): readonly Value[] {
  if (value.elements !== undefined) return value.elements;
  if (!Array.isArray(value.json)) return [];
  const { path } = value;
  return value.json.flatMap((json: unknown, index): Value[] => (json === null || json === undefined ? [] : [{ json, ...(path === undefined ? {} : { path: [...path, index] }) }]));
}

const isPresent = (value: Value): boolean => value.json !== undefined || value.elements !== undefined;

class Interpreter {
  readonly #request: InterpreterRequest;
  readonly #pod: Value;
  readonly #component: unknown;

  constructor(request: InterpreterRequest, pod: Value, component: unknown) {
    this.#request = request;
    this.#pod = pod;
    this.#component = component;
  }

  /** Every way in which the steps hold. */
  solutions(steps: readonly Step[], environment: Environment): Environment[] {
    const [step, ...rest] = steps;
    if (step === undefined) return [environment];
    if (step.kind === "when") return this.#holds(step.condition, environment) ? this.solutions(rest, environment) : [];
    if (step.kind === "let") return this.solutions(rest, new Map([...environment, [step.binding.id, this.#value(step.value, environment)]]));
    return this.#walk(step.list, step.binder, environment).flatMap(({ inner }) => this.solutions(rest, inner));
  }

  violation(control: string, clause: Clause, environment: Environment): Violation {
    const anchor = this.#value(clause.anchor, environment);
    if (anchor.path === undefined) throw new Error("a violation does not start from a part of the object");
    let part = anchor;
    const below = clause.path.map((segment): PathSegment => {
      const key = typeof segment === "string" ? segment : (this.#value(segment, environment).json as PathSegment);
      const element = typeof key === "number" ? elementsOf(part)[key] : undefined;
      part = typeof key === "string" ? memberOf(part, key) : (element ?? absent);
      const index = element?.path?.at(-1);
      return index ?? key;
    });
    const message = String(this.#value(clause.message, environment).json);
    if (clause.placed === true) return { control, ...(clause.finding === undefined ? {} : { finding: clause.finding }), path: below.join(""), message };
    return { control, ...(clause.finding === undefined ? {} : { finding: clause.finding }), path: formatPath([...anchor.path, ...below]), message };
  }

  #holds(condition: Expression, environment: Environment): boolean {
    return this.#value(condition, environment).json === true;
  }

  #walk(list: Expression, binder: Binder, environment: Environment): { readonly element: Value; readonly inner: Environment }[] {
    const pairs = list.kind === "entries" || (list.kind === "filter" && binder.key !== undefined && this.#isEntries(list)) ? this.#entries(list, environment) : elementsOf(this.#value(list, environment)).map((element, index) => ({ key: of(index), element }));
    return pairs.map(({ key, element }) => ({ element, inner: new Map([...environment, [binder.value.id, element], ...(binder.key === undefined ? [] : [[binder.key.id, key] as const])]) }));
  }

  #isEntries(list: Expression): boolean {
    return list.kind === "entries" || (list.kind === "filter" && this.#isEntries(list.list));
  }

  #entries(list: Expression, environment: Environment): { readonly key: Value; readonly element: Value }[] {
    if (list.kind === "filter") {
      const { binder, body } = list;
      return this.#entries(list.list, environment).filter(({ key, element }) =>
        this.#holds(body, new Map([...environment, [binder.value.id, element], ...(binder.key === undefined ? [] : [[binder.key.id, key] as const])])),
      );
    }
    if (list.kind !== "entries") throw new Error(`${list.kind} has no entries`);
    const object = this.#value(list.object, environment);
    const { json } = object;
    if (typeof json !== "object" || json === null) return [];
    return Object.keys(json).map((key) => ({ key: of(key), element: memberOf(object, key) })).filter(({ element }) => element.json !== undefined);
  }

  #value(node: Expression, environment: Environment): Value {
    const value = (child: Expression): Value => this.#value(child, environment);
    const json = (child: Expression): unknown => value(child).json;
    const truth = (answer: boolean): Value => of(answer);
    switch (node.kind) {
      case "literal": return of(node.value);
      case "absent": return absent;
      case "variable": {
        const bound = environment.get(node.binding.id);
        if (bound === undefined) throw new Error(`${node.binding.name} is not bound`);
        return bound;
      }
      case "root": return this.#root(node.name);
      case "parameter": return of(this.#request.parameters[node.name]);
      case "constant": return value(node.value);
      case "member": return memberOf(value(node.object), node.name);
      case "entry": return memberOf(value(node.object), String(json(node.key)));
      case "element": return elementsOf(value(node.list))[json(node.index) as number] ?? absent;
      case "record": return of(Object.fromEntries(node.fields.map((field) => [field.name, wholeOf(value(field.value))])));
      case "list": return { elements: node.items.map(value).filter(isPresent) };
      case "concat": return { elements: node.lists.flatMap((list) => elementsOf(value(list))) };
      case "filter": return { elements: this.#walk(node.list, node.binder, environment).filter(({ inner }) => this.#holds(node.body, inner)).map(({ element }) => element) };
      case "map": return { elements: this.#walk(node.list, node.binder, environment).map(({ inner }) => this.#value(node.body, inner)).filter(isPresent) };
      case "flat-map": return { elements: this.#walk(node.list, node.binder, environment).flatMap(({ inner }) => elementsOf(this.#value(node.body, inner))) };
      case "find": return this.#walk(node.list, node.binder, environment).find(({ inner }) => this.#holds(node.body, inner))?.element ?? absent;
      case "some": return truth(this.#walk(node.list, node.binder, environment).some(({ inner }) => this.#holds(node.body, inner)));
      case "entries": return { elements: this.#entries(node, environment).map(({ element }) => element) };
      case "values": return { elements: this.#entries({ ...node, kind: "entries" }, environment).map(({ element }) => element) };
      case "keys": return { elements: this.#entries({ ...node, kind: "entries" }, environment).map(({ key }) => key) };
      case "includes": return truth(isPresent(value(node.item)) && elementsOf(value(node.list)).some((element) => element.json === json(node.item)));
      case "length": return of(elementsOf(value(node.list)).length);
      case "join": return of(elementsOf(value(node.list)).map((element) => element.json).join(String(json(node.separator))));
      case "equals": return truth(json(node.left) === json(node.right));
      case "compare": {
        const [left, right] = [json(node.left) as number, json(node.right) as number];
        return truth(node.operator === "<" ? left < right : node.operator === "<=" ? left <= right : node.operator === ">" ? left > right : left >= right);
      }
      case "arithmetic": {
        const [left, right] = [json(node.left) as number, json(node.right) as number];
        return of(node.operator === "+" ? left + right : node.operator === "-" ? left - right : left * right);
      }
      case "not": return truth(!this.#holds(node.operand, environment));
      case "and": return truth(node.operands.every((operand) => this.#holds(operand, environment)));
      case "or": return truth(node.operands.some((operand) => this.#holds(operand, environment)));
      case "present": return truth(isPresent(value(node.value)));
      case "type-test": return truth(typeof json(node.value) === node.tested);
      case "conditional": return value(this.#holds(node.test, environment) ? node.then : node.otherwise);
      case "coalesce": {
        const first = value(node.value);
        return isPresent(first) ? first : value(node.fallback);
      }
      case "let": return this.#value(node.body, new Map([...environment, [node.binding.id, value(node.value)]]));
      case "text": return of(node.parts.map((part) => String(json(part))).join(""));
      case "text-test": {
        const [text, search] = [String(json(node.text)), String(json(node.search))];
        return truth(node.operator === "contains" ? text.includes(search) : node.operator === "starts-with" ? text.startsWith(search) : text.endsWith(search));
      }
      case "split": return { elements: String(json(node.text)).split(String(json(node.separator))).map(of) };
      case "matches": return truth(ecmaPattern(node.source).test(String(json(node.text))));
      case "intrinsic": {
        const [first = "", second = ""] = node.arguments.map((argument) => String(json(argument)));
        return of({ lowerAscii, characters, decimal, cidrContains }[node.name](first, second));
      }
      case "call": return this.#value(node.function.body, new Map([...environment, ...node.function.parameters.map((parameter, index) => [parameter.id, node.arguments[index] === undefined ? absent : value(node.arguments[index])] as const)]));
      case "lookup": {
        const others = new ObjectSet(this.#request.others ?? []);
        return { elements: (node.namespace === undefined ? others.of(node.kindName) : others.of(node.kindName, String(json(node.namespace)))).map(of) };
      }
    }
  }

  #root(name: Extract<Expression, { kind: "root" }>["name"]): Value {
    if (name === "object") return { json: this.#request.object, path: [] };
    if (name === "pod") return this.#pod;
    if (name === "component") return of(this.#component);
    return of(this.#request[name]);
  }
}

/** The author's pattern, which the plain run uses. */
function ecmaPattern(source: string): RegExp {
  const end = source.lastIndexOf("/");
  return new RegExp(source.slice(1, end), source.slice(end + 1));
}
