/** An expression of JMESPath, as the printer takes it. */
export type Jmes =
  | { readonly kind: "atom"; readonly text: string }
  | { readonly kind: "member"; readonly target: Jmes; readonly name: string }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Jmes[] }
  | { readonly kind: "compare"; readonly operator: "==" | "!=" | "<" | "<=" | ">" | ">="; readonly left: Jmes; readonly right: Jmes }
  | { readonly kind: "and" | "or"; readonly operands: readonly Jmes[] }
  | { readonly kind: "not"; readonly operand: Jmes }
  /** `list[?test]`. */
  | { readonly kind: "filter"; readonly list: Jmes; readonly test: Jmes }
  /** What becomes of each element: `list.each`, after a filter. */
  | { readonly kind: "project"; readonly list: Jmes; readonly each: Jmes }
  | { readonly kind: "list"; readonly items: readonly Jmes[] }
  | { readonly kind: "hash"; readonly entries: readonly (readonly [string, Jmes])[] }
  /** A list of lists made into one list: `list[]`. */
  | { readonly kind: "flatten"; readonly list: Jmes }
  /** Each stage read from the value of the one before: `a | b`. */
  | { readonly kind: "pipe"; readonly stages: readonly Jmes[] };

export const atom = (text: string): Jmes => ({ kind: "atom", text });
export const yes = atom("`true`");
export const no = atom("`false`");
export const nothing = atom("`null`");
export const emptyList = atom("`[]`");

export const call = (name: string, ...given: readonly Jmes[]): Jmes => ({ kind: "call", name, arguments: given });
export const compare = (left: Jmes, operator: "==" | "!=" | "<" | "<=" | ">" | ">=", right: Jmes): Jmes => ({ kind: "compare", operator, left, right });

export const isAtom = (given: Jmes, wanted: Jmes): boolean => given.kind === "atom" && wanted.kind === "atom" && given.text === wanted.text;

/** Truths that all hold; those that are known are left out. */
export function all(operands: readonly Jmes[]): Jmes {
  const kept = operands.flatMap((each) => (each.kind === "and" ? each.operands : [each])).filter((each) => !isAtom(each, yes));
  if (kept.some((each) => isAtom(each, no))) return no;
  return kept.length < 2 ? (kept[0] ?? yes) : { kind: "and", operands: kept };
}

/** Truths of which one holds. */
export function any(operands: readonly Jmes[]): Jmes {
  const kept = operands.flatMap((each) => (each.kind === "or" ? each.operands : [each])).filter((each) => !isAtom(each, no));
  if (kept.some((each) => isAtom(each, yes))) return yes;
  return kept.length < 2 ? (kept[0] ?? no) : { kind: "or", operands: kept };
}

/** The opposite of a truth. */
export function negate(truth: Jmes): Jmes {
  if (truth.kind === "not") return truth.operand;
  if (isAtom(truth, yes)) return no;
  if (isAtom(truth, no)) return yes;
  if (truth.kind === "compare" && (truth.operator === "==" || truth.operator === "!=")) return { ...truth, operator: truth.operator === "==" ? "!=" : "==" };
  return { kind: "not", operand: truth };
}

/** `value`, or an empty list where it is absent. */
export const orEmptyList = (value: Jmes): Jmes => ({ kind: "or", operands: [value, emptyList] });
