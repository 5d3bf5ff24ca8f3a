import type { Binding, Expression } from "../../ir/expressions.ts";
import { substitute } from "../../ir/walk.ts";
import type { Line } from "./lines.ts";
import { freeName } from "./names.ts";
import type { RegoPackage } from "./rego-package.ts";
import type { Term } from "./term.ts";

/** The text of a path, as parts to be joined: literal text, or a Rego term that is a string. */
export type PathPart = string | { readonly term: string };

/** Where a value stands in the object: undefined parts of the input have none. */
export interface Place {
  readonly parts: readonly PathPart[];
  /** Whether a dot has to stand before a member that follows. */
  readonly dot: boolean;
}

/** A term that is a part of the object. */
export interface Located {
  readonly term: Term;
  readonly place?: Place;
}

/** What a variable is bound to. `indexOf`: the list in which an index counts, null elements included. */
export interface Bound extends Located {
  readonly indexOf?: string;
  /** The value of a const that has a rule of its own, for other rules to refer to it. */
  readonly definition?: Expression;
}

/**
 * How a body may be shaped: `any` number of ways; a `single` way, so that alternatives become a rule; or `once`, where in
 * addition each solution counts, so that a question must not give several.
 */
export type Multiplicity = "any" | "single" | "once";

/** What a body has reached: the lines so far, and the names that they bind. */
export interface State {
  readonly lines: readonly Line[];
  readonly scope: Scope;
}

/** The mutually recursive parts of the translation, found through the scope so that no file imports in a circle. */
export interface Translation {
  /** A value as a term; what is no plain term becomes a helper rule or a comprehension. */
  readonly term: (expression: Expression, scope: Scope) => Term;
  /** The ways in which a condition holds, or in which it fails. */
  readonly holds: (condition: Expression, wanted: boolean, state: State) => readonly State[];
  /** The ways to walk a list, each with the binder's names bound. `ordered` where the order of elements counts. */
  readonly walk: (list: Expression, binder: import("../../ir/expressions.ts").Binder, state: State, ordered?: boolean) => readonly State[];
  /** The ways to give a const its value; `body` is all that reads it. */
  readonly bindConst: (binding: Binding, value: Expression, use: ConstUse, state: State) => readonly State[];
  /** The ways to find a part of the object and where it stands. */
  readonly locate: (expression: Expression, state: State) => readonly (State & { readonly located: Located })[];
  /** A rule or function of the package that has the value; how to refer to it. A question is true there, or undefined. */
  readonly helper: (name: string, value: Expression, scope: Scope) => Term;
  /** The same for a question whose answer is a value: true or false. */
  readonly answer: (question: Expression, scope: Scope) => Term;
  /** A call as a term, or as the function's body. `write` says how the arguments are written. */
  readonly call: (call: Extract<Expression, { kind: "call" }>, scope: Scope, write?: (argument: Term) => string) => Expression | Term;
  /** The rule that holds a list which does not depend on anything that a body binds: `some at, item in rule`. */
  readonly hoisted: (call: Expression, scope: Scope) => HoistedList | undefined;
}

/** What a const is used for: decides whether it is written in place, named in the body, or becomes a rule. */
export interface ConstUse {
  readonly times: number;
  /** Whether a path starts from it. */
  readonly anchors: boolean;
}

/** A list kept in a rule of its own. */
export interface HoistedList {
  readonly ref: string;
  /** Whether the rule maps the path of each element to the element, instead of listing them. */
  readonly byPath: boolean;
  readonly refs: readonly string[];
}

/** The names that one body of a rule has bound, in one of the ways to satisfy it. Immutable. */
export class Scope {
  readonly package: RegoPackage;
  readonly translation: Translation;
  readonly multiplicity: Multiplicity;
  readonly #bound: ReadonlyMap<number, Bound>;
  readonly #aliases: ReadonlyMap<number, Expression>;
  readonly #names: ReadonlySet<string>;

  constructor(owner: RegoPackage, translation: Translation, multiplicity: Multiplicity = "any", bound: ReadonlyMap<number, Bound> = new Map(), aliases: ReadonlyMap<number, Expression> = new Map(), names: ReadonlySet<string> = new Set()) {
    this.package = owner;
    this.translation = translation;
    this.multiplicity = multiplicity;
    this.#bound = bound;
    this.#aliases = aliases;
    this.#names = names;
  }

  /** What a variable stands for here. */
  bound(binding: Binding): Bound | undefined {
    return this.#bound.get(binding.id);
  }

  /** The expression with the consts that are written in place put in. */
  resolve(expression: Expression): Expression {
    return substitute(expression, this.#aliases);
  }

  /** A name for a variable of this body that nothing here has yet. */
  freeName(wanted: string): string {
    return freeName(wanted, (name) => this.#names.has(name) || this.package.hasRule(name));
  }

  /** All names of the body. */
  get names(): ReadonlySet<string> {
    return this.#names;
  }

  withName(name: string): Scope {
    return this.#with({ names: new Set([...this.#names, name]) });
  }

  bind(binding: Binding, bound: Bound): Scope {
    return this.#with({ bound: new Map([...this.#bound, [binding.id, bound]]) });
  }

  alias(binding: Binding, value: Expression): Scope {
    return this.#with({ aliases: new Map([...this.#aliases, [binding.id, value]]) });
  }

  counting(multiplicity: Multiplicity): Scope {
    return new Scope(this.package, this.translation, multiplicity, this.#bound, this.#aliases, this.#names);
  }

  #with(change: { readonly bound?: ReadonlyMap<number, Bound>; readonly aliases?: ReadonlyMap<number, Expression>; readonly names?: ReadonlySet<string> }): Scope {
    return new Scope(this.package, this.translation, this.multiplicity, change.bound ?? this.#bound, change.aliases ?? this.#aliases, change.names ?? this.#names);
  }
}

/** The state with one more line. */
export const adding = (state: State, ...lines: readonly Line[]): State => ({ ...state, lines: [...state.lines, ...lines] });
