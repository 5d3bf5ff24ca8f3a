import type { Span } from "../../diagnostics/span.ts";
import type { MatchedKind } from "../../ir/control.ts";
import type { Binder, Binding, Expression } from "../../ir/expressions.ts";
import { freeVariables } from "../../ir/walk.ts";
import { freeName } from "./names.ts";
import type { ControlSettings, PolicyVariable } from "./settings.ts";
import { type Cel, select, atom } from "./syntax.ts";
import type { Value } from "./value.ts";

/** The variables of one policy, each after those that it reads. */
export class Variables {
  readonly #made: { readonly name: string; readonly build: () => Cel }[] = [];
  readonly #byKey = new Map<string, string>();
  readonly #names = new Set<string>();
  readonly #texts = new Map<string, Set<string>>();

  /** `first`: variables under the names that they have. */
  constructor(first: readonly PolicyVariable[] = []) {
    for (const { name, expression } of first) {
      this.#names.add(name);
      this.#made.push({ name, build: () => expression });
    }
  }

  /** A reference to the variable of that key, made at its first use. `build` is asked at the end, when all its readers are known. */
  reference(key: string, wanted: string, make: () => () => Cel): Cel {
    let name = this.#byKey.get(key);
    if (name === undefined) {
      const build = make();
      name = freeName(wanted, (taken) => this.#names.has(taken));
      this.#names.add(name);
      this.#byKey.set(key, name);
      this.#made.push({ name, build });
    }
    return select(atom("variables"), name);
  }

  /** The members that messages name of the elements of a located list. */
  textsOf(key: string): Set<string> {
    const known = this.#texts.get(key) ?? new Set<string>();
    this.#texts.set(key, known);
    return known;
  }

  list(): readonly PolicyVariable[] {
    return this.#made.map(({ name, build }) => ({ name, expression: build() }));
  }
}

/** The parts of the translation, which call each other. */
export interface Translation {
  /** The value of an expression. */
  readonly value: (expression: Expression, scope: Scope) => Value;
  /** A boolean expression as CEL of type bool, which is false where a part that it needs is absent. */
  readonly holds: (expression: Expression, scope: Scope) => Cel;
  /** A list to walk. */
  readonly source: (list: Expression, binder: Binder, scope: Scope, located?: boolean) => Walk;
}

/** A walk as CEL sees it: what is walked, and the scope of its body. */
export interface Walk {
  readonly over: Cel;
  /** The names of the macro's variables: the element, and its index or key, which is bound only where the walk is keyed. */
  readonly element: string;
  readonly key: string;
  readonly keyed: boolean;
  /** Whether the elements are data of the policy. */
  readonly own: boolean;
  readonly scope: Scope;
  /** What tells the elements that count: those that are not null. */
  readonly guard: Cel;
}

/** What a check reads that CEL cannot say. Caught where the control is emitted, and reported at the author's line. */
export class Refusal extends Error {
  readonly span: Span;
  readonly what: string;

  constructor(what: string, span: Span) {
    super(`${span.file}:${span.start}: ${what}`);
    this.what = what;
    this.span = span;
  }
}

interface Bound {
  readonly value: Value;
  readonly fixed: boolean;
}

/** What is bound at a place of the expression. Immutable: each binding gives a new scope. */
export class Scope {
  readonly translation: Translation;
  readonly variables: Variables;
  readonly settings: ControlSettings;
  readonly fresh: (name: string, type: Binding["type"]) => Binding;
  /** The matched kinds that hold no pod, where others do. */
  readonly withoutPod: readonly MatchedKind[];
  readonly #bound: ReadonlyMap<number, Bound>;
  readonly #names: ReadonlySet<string>;

  constructor(parts: Pick<Scope, "translation" | "variables" | "settings" | "fresh" | "withoutPod">, bound: ReadonlyMap<number, Bound> = new Map(), names: ReadonlySet<string> = new Set()) {
    ({ translation: this.translation, variables: this.variables, settings: this.settings, fresh: this.fresh, withoutPod: this.withoutPod } = parts);
    this.#bound = bound;
    this.#names = names;
  }

  bound(binding: Binding): Value {
    return this.#find(binding).value;
  }

  /** Whether an expression reads nothing that a macro binds, so that it may become a variable of the policy. */
  isFixed(expression: Expression): boolean {
    return freeVariables(expression).every((binding) => this.#find(binding).fixed);
  }

  /** `fixed`: whether the value is the same for the whole request. */
  bind(binding: Binding, value: Value, fixed: boolean): Scope {
    return new Scope(this, new Map([...this.#bound, [binding.id, { value, fixed }]]), this.#names);
  }

  #find(binding: Binding): Bound {
    const bound = this.#bound.get(binding.id);
    if (bound === undefined) throw new Error(`the variable ${binding.name} (${binding.id}) is not bound`);
    return bound;
  }

  /** A name for a variable of a macro, and the scope in which it is taken. */
  named(wanted: string): { readonly name: string; readonly scope: Scope } {
    const name = freeName(wanted, (taken) => this.#names.has(taken));
    return { name, scope: new Scope(this, this.#bound, new Set([...this.#names, name])) };
  }
}
