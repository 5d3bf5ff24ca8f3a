import type { Cel } from "../syntax.ts";
import { type AbstractValue, knownText, nothingKnown, placeValue, scalarValue } from "./abstract-value.ts";
import { appended, either, released } from "./combine.ts";
import { callEstimate, type Estimate, listOf, operatorCost } from "./functions.ts";
import { itemsOf } from "./items.ts";
import { isMacro, macroEstimate } from "./macros.ts";
import { constant, larger, plus, type Polynomial, zero } from "./polynomial.ts";
import { isConstant, isLiteral, type Surroundings } from "./surroundings.ts";

/** CEL's price of a name or a member, a list and a map (cel-go common/cost.go). */
const [step, listPrice, mapPrice] = [constant(1), constant(10), constant(30)];

/**
 * What an expression costs at most in the units of CEL, and what it yields, by the sizes of the places that it reads. All operands
 * of `&&` and `||` count, and of a choice the dearer side, so that no object costs more (cel-go interpreter/runtimecost.go).
 */
export function estimate(cel: Cel, here: Surroundings): Estimate {
  const of = (each: Cel): Estimate => estimate(each, here);
  switch (cel.kind) {
    case "atom":
      return atomEstimate(cel.text, here);
    case "select": {
      const target = of(cel.target);
      return { cost: plus(target.cost, memberCost(cel.target)), value: memberOf(target.value, cel.name, here.longest) };
    }
    case "index": {
      const [target, at] = [of(cel.target), of(cel.index)];
      return { cost: plus(target.cost, at.cost, memberCost(cel.target)), value: at.value.known === undefined ? anyMemberOf(target.value, here.longest) : memberOf(target.value, at.value.known, here.longest) };
    }
    case "not":
      return { cost: plus(of(cel.operand).cost, step), value: scalarValue };
    case "binary":
      return binaryEstimate(cel, of, here.longest);
    case "ternary": {
      const [test, then, otherwise] = [of(cel.test), of(cel.then), of(cel.otherwise)];
      return { cost: plus(test.cost, larger(then.cost, otherwise.cost)), value: either(then.value, otherwise.value) };
    }
    case "list": {
      const items = cel.items.map(of);
      return { cost: isConstant(cel) ? zero : plus(listPrice, ...items.map(({ cost }) => cost)), value: { ...nothingKnown, items: listOf(items.map(({ value }) => value)) } };
    }
    case "map": {
      const entries = cel.entries.map(([key, value]) => [of(key), of(value)] as const);
      const fields = Object.fromEntries(entries.map(([key, { value }], at) => [key.value.known ?? `#${at}`, value]));
      return { cost: isConstant(cel) ? zero : plus(mapPrice, ...entries.flat().map(({ cost }) => cost)), value: { ...nothingKnown, fields } };
    }
    case "call": {
      if (isMacro(cel)) return macroEstimate(cel, here, estimate);
      if (cel.name === "orValue" && cel.target !== undefined) {
        const [target, fallback] = [of(cel.target), of(cel.arguments[0] as Cel)];
        return { cost: plus(target.cost, fallback.cost), value: either(target.value, fallback.value) };
      }
      const given = [...(cel.target === undefined ? [] : [cel.target]), ...cel.arguments].map(of);
      const { cost, value } = callEstimate(cel.name, given.map((each) => each.value) as [AbstractValue, ...AbstractValue[]]);
      return { cost: plus(cost, ...given.map((each) => each.cost)), value };
    }
  }
}

/** A member costs a unit, and one of something worked out another for the walk into it. */
const memberCost = (target: Cel): Polynomial => ((target.kind === "atom" && !isLiteral(target.text)) || target.kind === "select" || target.kind === "index" ? step : constant(2));

function atomEstimate(text: string, { names }: Surroundings): Estimate {
  if (text === "null") return { cost: zero, value: nothingKnown };
  if (/^r?'/.test(text)) return { cost: zero, value: knownText(textOfLiteral(text)) };
  return isLiteral(text) ? { cost: zero, value: scalarValue } : { cost: step, value: names.get(text) ?? scalarValue };
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** The text that a literal of ours stands for. */
const textOfLiteral = (text: string): string =>
  text.startsWith("r") ? text.slice(2, -1) : text.slice(1, -1).replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code: string | undefined, character = "") => (code === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16))));

function memberOf({ fields, items, places }: AbstractValue, name: string, longest: number): AbstractValue {
  const field = fields?.[name];
  const found = [...(places.length === 0 ? [] : [placeValue(longest, ...places.map(({ path, under }) => ({ path: `${path}.${name}`, under })))]), ...(field === undefined ? [] : [field]), ...(items === undefined ? [] : [released(items)])];
  return found.length === 0 ? nothingKnown : found.reduce(either);
}

function anyMemberOf(value: AbstractValue, longest: number): AbstractValue {
  const items = itemsOf(value, longest);
  return items === undefined ? nothingKnown : released(items);
}

function binaryEstimate({ operands, operator }: Extract<Cel, { kind: "binary" }>, of: (cel: Cel) => Estimate, longest: number): Estimate {
  const given = operands.map(of);
  const cost = plus(...given.map((each) => each.cost));
  if (operator === "&&" || operator === "||") return { cost, value: scalarValue };
  // A set of literals is looked up at no cost.
  if (operator === "in" && operands[1] !== undefined && isConstant(operands[1])) return { cost, value: scalarValue };
  const [first, ...others] = given.map(({ value }) => value);
  if (first === undefined) throw new Error(`${operator} lacks its operands`);
  let [total, left] = [cost, first];
  for (const right of others) {
    total = plus(total, operatorCost(operator, left, right));
    left = operator === "+" ? sumOf(left, right, longest) : scalarValue;
  }
  return { cost: total, value: left };
}

function sumOf(left: AbstractValue, right: AbstractValue, longest: number): AbstractValue {
  const [first, second] = [left, right].map((each) => itemsOf(each, longest));
  const items = first === undefined || second === undefined ? (first ?? second) : appended(first, second);
  const scalar = left.scalar === undefined && right.scalar === undefined ? {} : { scalar: scalarValue.scalar ?? 0 };
  return { ...nothingKnown, text: plus(left.text, right.text), ...scalar, ...(items === undefined ? {} : { items }) };
}
