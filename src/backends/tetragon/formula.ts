import type { Span } from "../../diagnostics/span.ts";
import type { Scalar } from "../static-values.ts";

/** What is asked of a field's value. */
export type Test =
  | { readonly kind: "there" }
  /** Equal to one of the values. */
  | { readonly kind: "in"; readonly values: readonly Scalar[] }
  | { readonly kind: "starts" | "ends" | "contains"; readonly values: readonly string[] }
  /** An address inside one of the blocks. */
  | { readonly kind: "inside"; readonly values: readonly string[] }
  | { readonly kind: "compare"; readonly operator: "<" | "<=" | ">" | ">="; readonly value: number };

/** One question about one field of the event. A field that the event lacks answers no, and the denial of the question yes. */
export interface Fact {
  readonly kind: "fact";
  readonly field: string;
  readonly test: Test;
  readonly denied: boolean;
  readonly span: Span;
}

/** A part of a condition that no selector can say, and what it asks for, as the end of a sentence. */
export interface Unknown {
  readonly kind: "unknown";
  readonly what: string;
  readonly denied: boolean;
  readonly span: Span;
}

export type Literal = Fact | Unknown;

/** A condition with denials at its leaves alone. */
export type Formula = { readonly kind: "constant"; readonly value: boolean } | Literal | { readonly kind: "all" | "any"; readonly operands: readonly Formula[] };

export const always: Formula = { kind: "constant", value: true };
export const never: Formula = { kind: "constant", value: false };

/** A question about a field; one with no values is answered no. */
export function fact(field: string, test: Test, span: Span): Formula {
  return "values" in test && test.values.length === 0 ? never : { kind: "fact", field, test, denied: false, span };
}

export const unknown = (what: string, span: Span): Unknown => ({ kind: "unknown", what, denied: false, span });

export function not(formula: Formula): Formula {
  if (formula.kind === "constant") return { kind: "constant", value: !formula.value };
  if (formula.kind === "fact" || formula.kind === "unknown") return { ...formula, denied: !formula.denied };
  const operands = formula.operands.map(not);
  return formula.kind === "all" ? any(operands) : all(operands);
}

/** All of them. Denials that ask the same of one field become one of all their values. */
export const all = (operands: readonly Formula[]): Formula => joined("all", operands, false);

/** One of them. Questions that ask the same of one field become one with all their values. */
export const any = (operands: readonly Formula[]): Formula => joined("any", operands, true);

function joined(kind: "all" | "any", operands: readonly Formula[], absorbs: boolean): Formula {
  const flat = operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand]));
  if (flat.some((operand) => operand.kind === "constant" && operand.value === absorbs)) return { kind: "constant", value: absorbs };
  const kept: Formula[] = [];
  for (const operand of flat) {
    if (operand.kind === "constant") continue;
    const index = kept.findIndex((other) => merges(other, operand, kind === "all"));
    const other = kept[index];
    if (other === undefined) kept.push(operand);
    else kept[index] = merged(other as Fact, operand as Fact);
  }
  const [only] = kept;
  if (only === undefined) return { kind: "constant", value: !absorbs };
  return kept.length === 1 ? only : { kind, operands: kept };
}

function merges(left: Formula, right: Formula, denied: boolean): boolean {
  if (left.kind !== "fact" || right.kind !== "fact") return false;
  return left.field === right.field && left.test.kind === right.test.kind && left.denied === denied && right.denied === denied && "values" in left.test;
}

function merged(left: Fact, right: Fact): Fact {
  if (!("values" in left.test) || !("values" in right.test)) return left;
  return { ...left, test: { ...left.test, values: [...new Set<Scalar>([...left.test.values, ...right.test.values])] } as Test };
}
