import { all, type Condition, visitCondition } from "./condition/condition.ts";

/** What each part of a condition costs, roughly: the event's type, a comparison, a search in a text, a walk over ancestors or JSON. */
const costs = { type: 0, comparison: 1, list: 2, text: 3, walk: 4 } as const;

/** The parts of a condition from cheap to dear, each kept in the author's order among its equals. The first false one ends the evaluation. */
export function cheapFirst(condition: Condition): Condition {
  if (condition.kind === "all") return { ...condition, operands: condition.operands.map(cheapFirst).toSorted((left, right) => costOf(left) - costOf(right)) };
  return condition.kind === "any" ? { ...condition, operands: condition.operands.map(cheapFirst) } : condition;
}

/** A condition that starts with the event's type costs little for all other events. */
function costOf(condition: Condition): number {
  if (condition.kind === "macro") return condition.body === undefined ? costs.comparison : costOf(condition.body);
  if (condition.kind === "all") return Math.min(...condition.operands.map(costOf)) === costs.type ? costs.type : Math.max(...condition.operands.map(costOf));
  if (condition.kind === "any") return Math.max(...condition.operands.map(costOf));
  if (condition.kind === "not") return Math.max(costs.comparison, costOf(condition.operand));
  if (condition.kind === "constant") return costs.comparison;
  if (condition.field === "evt.type" || condition.field === "ka.stage") return costs.type;
  if (condition.field.startsWith("jevt.") || /^proc\.a(name|exepath|cmdline)$/.test(condition.field)) return costs.walk;
  if (condition.kind === "comparison") return /^[a-z]/.test(condition.operator) ? costs.text : costs.comparison;
  return condition.kind === "membership" ? costs.list : costs.comparison;
}

/** The names of macros and lists that a condition names itself. */
export function namesIn(condition: Condition): { readonly macros: ReadonlySet<string>; readonly lists: ReadonlySet<string> } {
  const macros = new Set<string>();
  const lists = new Set<string>();
  visitCondition(condition, (node) => {
    if (node.kind === "macro") macros.add(node.name);
    if (node.kind === "membership") for (const item of node.items) if ("list" in item) lists.add(item.list);
  });
  return { macros, lists };
}

/** Leaves out of a conjunction what one of its macros says already: `portcullis_a and b`, where a's condition has b among its parts. */
export function withoutRepetition(condition: Condition): Condition {
  if (condition.kind === "any") return { ...condition, operands: condition.operands.map(withoutRepetition) };
  if (condition.kind !== "all") return condition;
  const operands = condition.operands.map(withoutRepetition);
  const said = (part: Condition): boolean => operands.some((other) => other !== part && other.kind === "macro" && other.body !== undefined && partsOf(other.body).some((known) => JSON.stringify(known) === JSON.stringify(part)));
  return all(operands.filter((part) => !said(part)));
}

/** All that a condition demands at once, through its macros. */
function partsOf(condition: Condition): readonly Condition[] {
  const own = condition.kind === "all" ? condition.operands : [condition];
  return own.flatMap((part) => (part.kind === "macro" && part.body !== undefined ? [part, ...partsOf(part.body)] : [part]));
}
