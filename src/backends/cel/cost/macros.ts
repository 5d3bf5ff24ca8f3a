import { atom, type Cel } from "../syntax.ts";
import { type AbstractValue, type Items, nothingKnown, overAll, scalarValue } from "./abstract-value.ts";
import { either } from "./combine.ts";
import { type Estimate, listOf } from "./functions.ts";
import { itemsOf, keyOf } from "./items.ts";
import { isConstant, type Surroundings } from "./surroundings.ts";
import { constant, plus, type Polynomial } from "./polynomial.ts";

type Call = Extract<Cel, { kind: "call" }>;
type Macro = Call & { readonly target: Cel };
type Estimator = (cel: Cel, here: Surroundings) => Estimate;

const names = new Set(["map", "filter", "all", "exists", "transformList", "transformMap", "optMap"]);

export const isMacro = (cel: Call): cel is Macro => cel.target !== undefined && names.has(cel.name);

/** The most texts of a list of literals that are walked one by one. */
const fewTexts = 8;

/** What a walk costs: the steps that its macro expands to, for each element (cel-go parser/macro.go, ext/comprehensions.go). */
export function macroEstimate(cel: Macro, here: Surroundings, estimate: Estimator): Estimate {
  const target = estimate(cel.target, here);
  if (cel.name === "optMap") return mappedOptional(cel, target, here, estimate);
  const step = (element: AbstractValue, key: AbstractValue): Estimate => stepOf(cel, element, key, here, estimate);
  const key = keyOf(target.value, here.longest);
  const texts = textsOf(cel.target);
  const result = constant(1);
  if (texts !== undefined) {
    const steps = texts.map((text) => step(estimate(text, here).value, key));
    return { cost: plus(target.cost, ...steps.map(({ cost }) => cost), result), value: yielded(cel, listOf(steps.map(({ value }) => value))) };
  }
  const items = itemsOf(target.value, here.longest) ?? listOf([]);
  // With one variable a map is walked by its keys.
  const { cost, value } = step(target.value.fields === undefined ? items.element : either(items.element, key), key);
  return { cost: plus(target.cost, overAll(items, cost), result), value: yielded(cel, value === items.element ? items : { ...items, element: value, partedBy: undefined }) };
}

const isQuestion = (name: string): boolean => name === "exists" || name === "all";

const textsOf = (cel: Cel): readonly Cel[] | undefined => (cel.kind === "list" && cel.items.length <= fewTexts && cel.items.every((item) => item.kind === "atom" && item.text.startsWith("'")) ? cel.items : undefined);

const yielded = ({ name }: Macro, items: Items): AbstractValue => (isQuestion(name) ? scalarValue : { ...nothingKnown, items });

/** One step of a walk, and the element that it adds to the result. */
function stepOf({ arguments: given, name }: Macro, element: AbstractValue, key: AbstractValue, here: Surroundings, estimate: Estimator): Estimate {
  const hasKey = name === "transformList" || name === "transformMap" || (isQuestion(name) && given.length === 3);
  const variables = given.slice(0, hasKey ? 2 : 1).map((each) => (each.kind === "atom" ? each.text : ""));
  const [keyName, elementName] = hasKey ? variables : [undefined, variables[0]];
  const bound = new Map(here.names);
  if (keyName !== undefined) bound.set(keyName, key);
  if (elementName !== undefined) bound.set(elementName, element);
  const inner: Surroundings = { ...here, names: bound };
  const rest = given.slice(variables.length);
  const body = name === "filter" ? atom(elementName ?? "") : rest.at(-1);
  const tests = name === "filter" ? rest : rest.slice(0, -1);
  if (body === undefined) throw new Error(`${name} lacks its body`);
  const made = estimate(body, inner);
  return { cost: plus(...tests.map((test) => estimate(test, inner).cost), made.cost, stepCost(name, body)), value: made.value };
}

/** What a step costs beside what the author of the expression wrote. */
function stepCost(name: string, body: Cel): Polynomial {
  // Asks whether to go on (two or, with a negation, three), and joins what was found with what the step finds.
  if (isQuestion(name)) return constant(name === "all" ? 3 : 4);
  // The map so far, the key, the call that adds to it.
  if (name === "transformMap") return constant(3);
  // The list so far and the call that adds a list of one, which costs nothing where it is a literal.
  return constant(isConstant(body) ? 2 : 12);
}

/** The optional is worked out twice, to ask for its value and to take it. */
function mappedOptional({ arguments: [variable, body] }: Macro, target: Estimate, here: Surroundings, estimate: Estimator): Estimate {
  if (variable?.kind !== "atom" || body === undefined) throw new Error("optMap lacks its body");
  const made = estimate(body, { ...here, names: new Map([...here.names, [variable.text, target.value]]) });
  return { cost: plus(target.cost, target.cost, made.cost, constant(3)), value: made.value };
}
