/** An expression of CEL, as the printer takes it. */
export type Cel =
  | { readonly kind: "atom"; readonly text: string }
  | { readonly kind: "select"; readonly target: Cel; readonly name: string; readonly optional: boolean }
  | { readonly kind: "index"; readonly target: Cel; readonly index: Cel; readonly optional: boolean }
  | { readonly kind: "call"; readonly target?: Cel; readonly name: string; readonly arguments: readonly Cel[] }
  | { readonly kind: "not"; readonly operand: Cel }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly operands: readonly Cel[] }
  | { readonly kind: "ternary"; readonly test: Cel; readonly then: Cel; readonly otherwise: Cel }
  | { readonly kind: "list"; readonly items: readonly Cel[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Cel, Cel])[] };

export type BinaryOperator = "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "+" | "-" | "*";

export const atom = (text: string): Cel => ({ kind: "atom", text });
export const nothing = atom("null");
export const yes = atom("true");
export const no = atom("false");
export const emptyList: Cel = { kind: "list", items: [] };

/** Whether a member is selected by its name; others are by an index. */
export const isName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);

export const select = (target: Cel, name: string): Cel => ({ kind: "select", target, name, optional: false });
export const index = (target: Cel, at: Cel): Cel => ({ kind: "index", target, index: at, optional: false });
export const call = (name: string, ...given: readonly Cel[]): Cel => ({ kind: "call", name, arguments: given });
export const method = (target: Cel, name: string, ...given: readonly Cel[]): Cel => ({ kind: "call", target, name, arguments: given });
export const binary = (operator: BinaryOperator, left: Cel, right: Cel): Cel => ({ kind: "binary", operator, operands: [left, right] });
export const list = (...items: readonly Cel[]): Cel => ({ kind: "list", items });

/** A list of one value. CEL names values by walking such lists; one that was walked before is taken as it is. */
export const one = (cel: Cel): Cel => (cel.kind === "index" && !cel.optional && isAtom(cel.index, "0") && holdsOne(cel.target) ? cel.target : list(cel));

const holdsOne = (cel: Cel): boolean => (cel.kind === "list" ? cel.items.length === 1 : cel.kind === "call" && cel.name === "map" && cel.arguments.length === 2 && cel.target !== undefined && holdsOne(cel.target));

/** `test ? then : otherwise`, without the test where it is known. */
export function ternary(test: Cel, then: Cel, otherwise: Cel): Cel {
  if (isAtom(test, "true")) return then;
  return isAtom(test, "false") ? otherwise : { kind: "ternary", test, then, otherwise };
}

export const isAtom = (cel: Cel, text: string): boolean => cel.kind === "atom" && cel.text === text;

/** Operands joined by an operator that associates, flattened, without those that a condition has already; `unit` stands for none. */
function chain(operator: "&&" | "||" | "+", operands: readonly Cel[], unit: Cel): Cel {
  const given = operands.flatMap((operand) => (operand.kind === "binary" && operand.operator === operator ? operand.operands : [operand])).filter((operand) => !(operand.kind === "atom" && unit.kind === "atom" && operand.text === unit.text));
  const flat = operator === "+" ? given : [...new Map(given.map((operand) => [JSON.stringify(operand), operand])).values()];
  const [only] = flat;
  return flat.length < 2 ? (only ?? unit) : { kind: "binary", operator, operands: flat };
}

export function all(operands: readonly Cel[]): Cel {
  return operands.some((operand) => isAtom(operand, "false")) ? no : chain("&&", operands, yes);
}

export function any(operands: readonly Cel[]): Cel {
  return operands.some((operand) => isAtom(operand, "true")) ? yes : chain("||", operands, no);
}

/** Lists one after the other. */
export function concat(lists: readonly Cel[]): Cel {
  const kept = lists.filter((each) => !(each.kind === "list" && each.items.length === 0));
  return kept.length === 0 ? emptyList : chain("+", kept, atom(""));
}

const opposite: { readonly [Operator in BinaryOperator]?: BinaryOperator } = { "==": "!=", "!=": "==" };

/** The opposite of a boolean expression. */
export function negate(cel: Cel): Cel {
  if (cel.kind === "not") return cel.operand;
  if (isAtom(cel, "true")) return no;
  if (isAtom(cel, "false")) return yes;
  const operator = cel.kind === "binary" ? opposite[cel.operator] : undefined;
  return cel.kind === "binary" && operator !== undefined ? { ...cel, operator } : { kind: "not", operand: cel };
}
