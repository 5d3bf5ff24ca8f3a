import type { Binder, Expression } from "../ir/expressions.ts";
import type { Obligation } from "./obligation.ts";

/** The state of one run of a clause. */
export interface Run {
  /** The obligation whose fault is in; -1 for none. */
  fault: number;
  /** How many of the clause's steps held in a row. */
  depth: number;
  /** The obligations whose fault would have changed a value, or that were seen, by id. */
  hits: Uint8Array;
  /** Values of the clause's variables, by slot. */
  readonly frame: unknown[];
  roots: Readonly<Record<string, unknown>>;
  /** Told of each member that is read and not there: the obligation to see that, its owner and its key. */
  absent: ((id: number, owner: Readonly<Record<string, unknown>>, key: string) => void) | undefined;
  /** How many calls and visited elements all runs of the check took so far. */
  readonly effort: { spent: number };
  /** What the operands of each comparison were, where that is asked for. */
  observed: Observations | undefined;
}

/** The scalars that each operand of a comparison had, in the order of their first sight. */
export class Observations {
  readonly #byNode = new Map<Expression, Set<string | number>[]>();

  /** Notes an operand's value; of a list, its elements. A node's operand is followed for its first values only. */
  note(node: Expression, operand: number, value: unknown): void {
    const known = this.#byNode.get(node) ?? [];
    if (!this.#byNode.has(node)) this.#byNode.set(node, known);
    const values = (known[operand] ??= new Set());
    for (const each of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      if (values.size > 48) return;
      if (typeof each === "string" || typeof each === "number") values.add(each);
    }
  }

  of(node: Expression, operand: number): ReadonlySet<string | number> {
    return this.#byNode.get(node)?.[operand] ?? new Set();
  }

  get size(): number {
    let size = 0;
    for (const operands of this.#byNode.values()) for (const values of operands) size += values?.size ?? 0;
    return size;
  }
}

/** An expression, ready to run. */
export type Code = (run: Run) => unknown;

/** A list, ready to be walked: its elements, and the keys of a map's entries. */
export type WalkCode = (run: Run) => { readonly values: readonly unknown[]; readonly keys?: readonly string[] };

/** What the parts of the compiler from expressions to functions use of each other. */
export interface Compiler {
  readonly value: (node: Expression) => Code;
  /** The node as a condition: true or false, with the obligations of its leaves. */
  readonly condition: (node: Expression) => Code;
  /** The elements that a walk visits, with the obligations of its list. */
  readonly walk: (list: Expression) => WalkCode;
  /** Binds an element and its key or index for the body of a walk. */
  readonly bind: (binder: Binder) => (run: Run, value: unknown, key: unknown) => void;
  /** Declares an obligation and gives its id. */
  readonly oblige: (node: Expression, what: string, options?: Partial<Pick<Obligation, "tier" | "shownBy" | "side" | "span">>) => number;
}
