/**
 * Conditions of Falco's filter language. Every comparison with a field that the event lacks is false, `!=` among them, and
 * `not` turns that into true.
 */
export type Condition = Constant | Comparison | Membership | Exists | MacroReference | Not | All | Any;

/** What always or never holds. Falco has no word for it; only whole conditions may come to it. */
export interface Constant { readonly kind: "constant"; readonly value: boolean }
export type ComparisonOperator = "=" | "!=" | "<" | "<=" | ">" | ">=" | TextOperator;
export type TextOperator = "contains" | "startswith" | "endswith" | "glob";
export interface Comparison { readonly kind: "comparison"; readonly field: string; readonly operator: ComparisonOperator; readonly value: string }
/** `in`: the field, each of its values where it has several, is among the items. `intersects`: one of its values is. */
export interface Membership { readonly kind: "membership"; readonly field: string; readonly operator: "in" | "intersects"; readonly items: readonly Item[] }
/** A value, or the items of a list that is defined in the rules file. */
export type Item = { readonly value: string } | { readonly list: string };
export interface Exists { readonly kind: "exists"; readonly field: string }
/** A macro by name; its condition is known where it was made here, and not where it was read. */
export interface MacroReference { readonly kind: "macro"; readonly name: string; readonly body?: Condition }
export interface Not { readonly kind: "not"; readonly operand: Condition }
export interface All { readonly kind: "all"; readonly operands: readonly Condition[] }
export interface Any { readonly kind: "any"; readonly operands: readonly Condition[] }

export const always: Constant = { kind: "constant", value: true };
export const never: Constant = { kind: "constant", value: false };

export function not(operand: Condition): Condition {
  if (operand.kind === "not") return operand.operand;
  return operand.kind === "constant" ? { kind: "constant", value: !operand.value } : { kind: "not", operand };
}

/** Whether two conditions are written alike. */
export const same = (left: Condition, right: Condition): boolean => JSON.stringify(left) === JSON.stringify(right);

const distinct = (conditions: readonly Condition[]): readonly Condition[] => conditions.filter((each, index) => conditions.findIndex((other) => same(each, other)) === index);

/** All of the conditions. What another one says already is left out, and `a exists and not a = b` becomes `a != b`. */
export function all(conditions: readonly Condition[]): Condition {
  const flat = distinct(conditions.flatMap((each) => (each.kind === "all" ? each.operands : [each])).filter((each) => each.kind !== "constant" || !each.value));
  if (flat.some((each) => each.kind === "constant")) return never;
  const sharpened = flat.map((each): Condition => {
    if (each.kind !== "not" || each.operand.kind !== "comparison" || each.operand.operator !== "=") return each;
    const { field } = each.operand;
    return flat.some((other) => other.kind === "exists" && other.field === field) ? { ...each.operand, operator: "!=" } : each;
  });
  const kept = sharpened.filter((each) => each.kind !== "exists" || !sharpened.some((other) => other !== each && requires(other, each.field)));
  return kept.length < 2 ? (kept[0] ?? always) : { kind: "all", operands: kept };
}

/** One of the conditions. Equalities of one field become a membership. */
export function any(conditions: readonly Condition[]): Condition {
  const flat = distinct(conditions.flatMap((each) => (each.kind === "any" ? each.operands : [each])).filter((each) => each.kind !== "constant" || each.value));
  if (flat.some((each) => each.kind === "constant")) return always;
  const merged = flat.reduce<readonly Condition[]>((done, each) => {
    const index = done.findIndex((other) => united(other, each) !== undefined);
    return index < 0 ? [...done, each] : done.map((other, place) => (place === index ? (united(other, each) ?? other) : other));
  }, []);
  return merged.length < 2 ? (merged[0] ?? never) : { kind: "any", operands: merged };
}

/** One condition for two alternatives: of equalities of one field, alone or beside the same other conditions. */
function united(left: Condition, right: Condition): Condition | undefined {
  if (left.kind !== "all" || right.kind !== "all" || left.operands.length !== right.operands.length) return joined(left, right);
  const apart = left.operands.filter((operand) => !right.operands.some((other) => same(operand, other)));
  const differing = right.operands.filter((operand) => !left.operands.some((other) => same(operand, other)));
  const [one, other] = [apart[0], differing[0]];
  const both = apart.length === 1 && one !== undefined && other !== undefined ? joined(one, other) : undefined;
  return both === undefined ? undefined : { kind: "all", operands: left.operands.map((operand) => (operand === one ? both : operand)) };
}

function joined(left: Condition, right: Condition): Membership | undefined {
  const [a, b] = [asMembership(left), asMembership(right)];
  if (a === undefined || b === undefined || a.field !== b.field || a.operator !== b.operator) return undefined;
  return { ...a, items: [...a.items, ...b.items.filter((item) => !a.items.some((known) => JSON.stringify(known) === JSON.stringify(item)))] };
}

function asMembership(condition: Condition): Membership | undefined {
  if (condition.kind === "membership") return condition;
  return condition.kind === "comparison" && condition.operator === "=" ? { kind: "membership", field: condition.field, operator: "in", items: [{ value: condition.value }] } : undefined;
}

/** The network fields, by the address that each compares. */
export const networkOf: Readonly<Record<string, string>> = { "fd.sip": "fd.snet", "fd.cip": "fd.cnet", "fd.rip": "fd.rnet", "fd.lip": "fd.lnet" };

/** Whether a condition can hold only where the event has the field. */
export function requires(condition: Condition, field: string): boolean {
  switch (condition.kind) {
    case "comparison":
    case "membership":
    case "exists":
      return condition.field === field || condition.field === networkOf[field];
    case "all":
      return condition.operands.some((each) => requires(each, field));
    case "any":
      return condition.operands.every((each) => requires(each, field));
    case "macro":
      return condition.body !== undefined && requires(condition.body, field);
    case "not":
    case "constant":
      return false;
  }
}

/** Calls `see` for a condition and all in it; the bodies of macros are not in it. */
export function visitCondition(condition: Condition, see: (node: Condition) => void): void {
  see(condition);
  if (condition.kind === "not") visitCondition(condition.operand, see);
  if (condition.kind === "all" || condition.kind === "any") for (const each of condition.operands) visitCondition(each, see);
}
