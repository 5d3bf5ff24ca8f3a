import type { PolicyVariable } from "../settings.ts";
import { atom, binary, call, type Cel, method, ternary } from "../syntax.ts";
import { stringLiteral } from "../text.ts";
import { type AbstractValue, nothingKnown, placeValue } from "./abstract-value.ts";
import { atMost } from "./at-most.ts";
import { dataValue } from "./data-value.ts";
import { estimate } from "./estimate.ts";
import { plus, type Polynomial } from "./polynomial.ts";

/** The expressions of a policy. */
export interface PolicyExpressions {
  /** Each after those that it reads. */
  readonly variables: readonly PolicyVariable[];
  readonly validations: readonly Cel[];
  /** The `messageExpression`s. */
  readonly messages: readonly Cel[];
  /** What is known of `params`, and of variables that are made from it: the values that the target gives. */
  readonly params?: unknown;
  readonly given?: Readonly<Record<string, unknown>>;
}

/**
 * How large a request may be for a cost to hold: the elements of the lists, and members of the maps, that the policy walks, in
 * each of `object`, `oldObject`, `namespaceObject` and `request` together; and the characters of the longest text, a name of a member
 * among them. Below 24 characters numbers may be longer as text.
 */
export interface CostBounds {
  readonly elements: number;
  readonly text: number;
}

/** Units of CEL: of the dearest single expression, and of all that a request has evaluated when it is denied. */
export interface PolicyCost {
  readonly expression: number;
  readonly policy: number;
}

const roots = ["object", "oldObject", "namespaceObject", "request"];

/**
 * What a policy costs at most, for texts of at most `text` characters, as a function of the elements. The API server works out a
 * variable once for all validations and once more for the messages, and limits each expression by itself, variables too
 * (k8s.io/apiserver pkg/admission/plugin/cel/composition.go).
 */
export function policyCost({ given = {}, messages, params, validations, variables }: PolicyExpressions, text: number): (elements: number) => PolicyCost {
  const made: Record<string, AbstractValue> = params === undefined ? {} : { params: dataValue(params) };
  const costs = new Map<string, { readonly cost: Polynomial; readonly reads: ReadonlySet<string> }>();
  const evaluate = (cel: Cel) => estimate(cel, { longest: text, names: new Map([...roots.map((name): [string, AbstractValue] => [name, placeValue(text, { path: name, under: 0 })]), ["params", dataValue(params)], ["variables", { ...nothingKnown, fields: made }]]) });
  for (const { expression, name } of variables) {
    const { cost, value } = evaluate(expression);
    made[name] = given[name] === undefined ? value : dataValue(given[name]);
    costs.set(name, { cost, reads: variablesOf(expression) });
  }
  const parts = [validations, messages].map((expressions) => {
    const read = new Set<string>();
    const visit = (names: Iterable<string>): void => {
      for (const name of names) if (!read.has(name)) visit((read.add(name), costs.get(name)?.reads ?? []));
    };
    const own = expressions.map((each) => (visit(variablesOf(each)), evaluate(each).cost));
    return [...own, ...[...read].flatMap((name) => costs.get(name)?.cost ?? [])];
  });
  const each = [...new Set(parts.flat())].map(atMost);
  const all = atMost(plus(...parts.flat()));
  return (elements) => ({ expression: Math.max(0, ...each.map((cost) => cost(elements))), policy: all(elements) });
}

/** The names of the variables that an expression reads. */
function variablesOf(cel: Cel): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (each: Cel): void => {
    if (each.kind === "select" && each.target.kind === "atom" && each.target.text === "variables") found.add(each.name);
    partsOf(each).forEach(visit);
  };
  visit(cel);
  return found;
}

function partsOf(cel: Cel): readonly Cel[] {
  switch (cel.kind) {
    case "atom":
      return [];
    case "select":
      return [cel.target];
    case "index":
      return [cel.target, cel.index];
    case "call":
      return [...(cel.target === undefined ? [] : [cel.target]), ...cel.arguments];
    case "not":
      return [cel.operand];
    case "binary":
      return cel.operands;
    case "ternary":
      return [cel.test, cel.then, cel.otherwise];
    case "list":
      return cel.items;
    case "map":
      return cel.entries.flat();
  }
}

const size = (cel: Cel): Cel => call("size", cel);

/** What the message of a control costs beside the variables: see `messageExpression`. */
export const messageOf = (message: Cel): Cel =>
  ternary(binary("<=", size(call("bytes", message)), atom("5120")), message, binary("+", method(message, "substring", atom("0"), atom("1270")), stringLiteral(" …")));

/** The most elements, up to `most`, within which a cost keeps to the limits of an engine. */
export function elementsWithin(cost: (elements: number) => PolicyCost, limits: PolicyCost, most: number): number {
  const fits = (elements: number): boolean => {
    const { expression, policy } = cost(elements);
    return expression <= limits.expression && policy <= limits.policy;
  };
  if (fits(most)) return most;
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
