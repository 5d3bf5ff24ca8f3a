import type { Condition, MacroReference } from "./condition/condition.ts";
import { Names } from "./names.ts";

/** A list of a rules file, and what it is for. */
export interface ListDefinition {
  readonly name: string;
  readonly values: readonly string[];
  readonly about?: string;
}

/** A macro of a rules file, and what it says. */
export interface MacroDefinition {
  readonly name: string;
  readonly condition: Condition;
  readonly about?: string;
}

/** The lists and macros that conditions may name, each defined once. */
export class Definitions {
  readonly lists = new Map<string, ListDefinition>();
  /** In the order in which they were made: each stands behind those that it names. */
  readonly macros = new Map<string, MacroDefinition>();
  readonly #names = new Names();
  readonly #made = new Map<string, MacroReference>();

  /** The name of a list with these values. Equal names with other values are told apart. */
  list(candidates: readonly string[], values: readonly string[], about?: string): string {
    const name = this.#names.claim(candidates, `list ${JSON.stringify(values)}`);
    if (!this.lists.has(name)) this.lists.set(name, { name, values, ...(about === undefined ? {} : { about }) });
    return name;
  }

  /** The macro of a helper function, by the function's id; its condition is asked for at the first call. A constant needs no macro. */
  macro(id: string, candidates: readonly string[], condition: () => Condition, about?: string): Condition {
    const known = this.#made.get(id);
    if (known !== undefined) return known;
    const body = condition();
    if (body.kind === "constant") return body;
    const name = this.#names.claim(candidates, `macro ${id}`);
    const reference: MacroReference = { kind: "macro", name, body };
    this.#made.set(id, reference);
    this.macros.set(name, { name, condition: body, ...(about === undefined ? {} : { about }) });
    return reference;
  }
}
