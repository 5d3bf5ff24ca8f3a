import type { Span } from "../../../diagnostics/span.ts";
import type { Binding, Expression } from "../../../ir/expressions.ts";
import type { Jmes } from "./syntax.ts";

/** What JMESPath cannot say of a check. The control is then judged by CEL. */
export class Beyond extends Error {
  readonly what: string;

  constructor(what: string, span: Span) {
    super(`${span.file}:${span.start}: ${what}`);
    this.what = what;
  }
}

/**
 * What is in reach at a place of an expression. JMESPath has one current value at a time: the object at first, and in a filter
 * each element in turn, from which neither the object nor an outer element can be reached.
 */
export interface Scope {
  /** How many walks stand around the place. */
  readonly depth: number;
  /** The one input that the rule has a variable for. */
  readonly root: "pod" | "object";
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What the walk around the place binds, as read from the current value. */
  readonly bound: ReadonlyMap<number, { readonly depth: number; readonly value: Jmes }>;
  /** The value of an expression: given here, since truths and values are made of each other. */
  readonly value: (expression: Expression, scope: Scope) => Jmes;
  readonly fresh: (name: string, type: Binding["type"]) => Binding;
}

/** The scope of a walk's body. */
export const inWalk = (scope: Scope, values: readonly (readonly [Binding, Jmes])[]): Scope => {
  const depth = scope.depth + 1;
  return { ...scope, depth, bound: new Map([...scope.bound, ...values.map(([{ id }, value]) => [id, { depth, value }] as const)]) };
};

/** What a bound variable is here. */
export function boundValue({ binding, span }: Extract<Expression, { kind: "variable" }>, { bound, depth }: Scope): Jmes {
  const found = bound.get(binding.id);
  if (found === undefined) throw new Error(`the variable ${binding.name} (${binding.id}) is not bound`);
  if (found.depth !== depth) throw new Beyond(`${binding.name} from inside another walk`, span);
  return found.value;
}
