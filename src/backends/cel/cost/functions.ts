import { type AbstractValue, freshBinder, type Items, knownText, overAll, scalarValue, textValue } from "./abstract-value.ts";
import { either } from "./combine.ts";
import { constant, larger, plus, type Polynomial, share, sizeOfPlace, smaller, times, zero } from "./polynomial.ts";

/** What an expression costs at most, and what it yields. */
export interface Estimate {
  readonly cost: Polynomial;
  readonly value: AbstractValue;
}

/** What CEL takes for the size of a value: characters, elements or members, and 1 of everything else. */
export function sizeOf({ fields, items, known, places, text }: AbstractValue): Polynomial {
  if (known !== undefined) return text;
  const counts = [...(items === undefined ? [] : [items.count]), ...(fields === undefined ? [] : [constant(Object.keys(fields).length)])];
  return larger(constant(1), text, plus(...places.map(sizeOfPlace)), ...counts);
}

/** Reading a text costs a tenth of a unit for each character, a regular expression a quarter (cel-go common/cost.go). */
export const traversal = (size: Polynomial, often = 1): Polynomial => share(size, 0.1 * often);
const one = constant(1);

/** The cost of an operator between two values, without theirs (cel-go interpreter/runtimecost.go, costCall). */
export function operatorCost(operator: string, left: AbstractValue, right: AbstractValue): Polynomial {
  switch (operator) {
    case "==":
    case "!=":
      return traversal(smaller(sizeOf(left), sizeOf(right)));
    case "<":
    case "<=":
    case ">":
    case ">=":
      return larger(one, traversal(smaller(sizeOf(left), sizeOf(right))));
    case "in":
      return larger(one, sizeOf(right));
    case "+":
      return isText(left) && isText(right) ? traversal(plus(left.text, right.text)) : larger(one, traversal(plus(left.text, right.text)));
    default:
      return one;
  }
}

const isText = ({ fields, items, places, scalar }: AbstractValue): boolean => fields === undefined && items === undefined && places.length === 0 && scalar === undefined;

type Given = readonly [AbstractValue, ...AbstractValue[]];

/** What a function costs and yields; its target, if it has one, stands first. */
const table: Readonly<Record<string, (...given: Given) => Estimate>> = {
  dyn: (value) => ({ cost: one, value }),
  "optional.ofNonZeroValue": (value) => ({ cost: one, value }),
  hasValue: () => ({ cost: one, value: scalarValue }),
  type: () => ({ cost: one, value: scalarValue }),
  size: () => ({ cost: one, value: scalarValue }),
  int: () => ({ cost: one, value: scalarValue }),
  double: () => ({ cost: one, value: scalarValue }),
  bool: () => ({ cost: one, value: scalarValue }),
  string: (value) => ({ cost: one, value: value.known === undefined ? textValue(larger(value.text, constant(value.scalar ?? 0))) : value }),
  bytes: (value) => ({ cost: traversal(value.text), value: textValue(value.text) }),
  lowerAscii: (value) => ({ cost: traversal(value.text), value: textValue(value.text) }),
  trim: (value) => ({ cost: traversal(value.text), value: value.known === undefined ? textValue(value.text) : knownText(value.known.trim()) }),
  substring: (value) => ({ cost: traversal(value.text), value: textValue(value.text) }),
  startsWith: (_, start) => ({ cost: traversal(start?.text ?? zero), value: scalarValue }),
  endsWith: (_, end) => ({ cost: traversal(end?.text ?? zero), value: scalarValue }),
  contains: (value, part) => ({ cost: times(traversal(value.text), traversal(part?.text ?? zero)), value: scalarValue }),
  matches: (value, pattern) => ({ cost: times(traversal(plus(value.text, one)), share(pattern?.text ?? zero, 0.25)), value: scalarValue }),
  replace: (value, from, to) => ({ cost: traversal(value.text, 2), value: textValue(replacedText(value, from, to)) }),
  split: (value, separator) => ({ cost: traversal(value.text, 2), value: { text: zero, places: [], items: partsOf(value, separator) } }),
  join: (value, separator) => {
    const items = value.items;
    const isWhole = items?.partedBy !== undefined && (items.partedBy === separator || (items.partedBy.known !== undefined && items.partedBy.known === separator?.known));
    const text = items === undefined ? zero : overAll(items, isWhole ? items.element.text : plus(items.element.text, separator?.text ?? zero));
    return { cost: traversal(text, 2), value: textValue(text) };
  },
  cidr: (value) => ({ cost: traversal(value.text), value: scalarValue }),
  isCIDR: (value) => ({ cost: traversal(value.text), value: scalarValue }),
  isIP: (value) => ({ cost: traversal(value.text), value: scalarValue }),
  // The size of a block is that of its address: 16 bytes at most.
  containsIP: (_, inner) => ({ cost: plus(constant(4), traversal(inner?.text ?? zero)), value: scalarValue }),
  containsCIDR: (_, inner) => ({ cost: plus(constant(7), traversal(inner?.text ?? zero)), value: scalarValue }),
};

/** What a call costs beside its operands, and what it yields. Throws for a function that no expression of ours calls. */
export function callEstimate(name: string, given: Given): Estimate {
  const made = table[name];
  if (made === undefined) throw new Error(`the cost of ${name} is not known`);
  return made(...given);
}

function replacedText(value: AbstractValue, from: AbstractValue | undefined, to: AbstractValue | undefined): Polynomial {
  const [before = 0, after] = [from?.known?.length, to?.known?.length];
  if (before > 0 && after !== undefined) return times(value.text, constant(Math.max(1, after / before)));
  return plus(value.text, times(plus(value.text, one), to?.text ?? zero));
}

/** The parts of a split text: one more than it has characters, and together no longer than it is. */
function partsOf(value: AbstractValue, separator: AbstractValue | undefined): Items {
  const binder = freshBinder();
  if (value.known !== undefined && separator?.known !== undefined) {
    const parts = value.known.split(separator.known).map(knownText);
    return { binder, count: constant(parts.length), element: parts.reduce(either), totals: [] };
  }
  const prefix = `#${binder}`;
  return { binder, count: plus(value.text, one), element: textValue(sizeOfPlace({ path: prefix, under: binder })), totals: [{ prefix, times: 1, sum: value.text }], ...(separator === undefined ? {} : { partedBy: separator }) };
}

/** Several values as a list. Of texts the sum of their lengths is known too. */
export function listOf(values: readonly AbstractValue[]): Items {
  const binder = freshBinder();
  const [first, ...others] = values;
  if (first === undefined) return { binder, count: zero, element: { text: zero, places: [] }, totals: [] };
  const element = others.reduce(either, first);
  if (others.length === 0) return { binder, count: one, element, totals: [] };
  const prefix = `#${binder}`;
  const isTexts = values.every(isText) && element.known === undefined;
  return { binder, count: constant(values.length), element: isTexts ? textValue(sizeOfPlace({ path: prefix, under: binder })) : element, totals: isTexts ? [{ prefix, times: 1, sum: plus(...values.map(({ text }) => text)) }] : [] };
}
