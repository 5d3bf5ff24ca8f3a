import type { Condition } from "../condition/condition.ts";
import { all, any, not } from "../condition/condition.ts";

/**
 * What an expression of a control is, where only the text of an audit event can be asked:
 * - `known`: a value that no event decides; undefined for an absent one.
 * - `at`: what stands at a JSON pointer into the event.
 * - `elements`: a list, element by element, each with the condition under which it is there.
 * - `record`: an object that the control puts together.
 * - `one-of`: the value whose condition holds; exactly one does.
 */
export type Value =
  | { readonly kind: "known"; readonly value: unknown }
  | { readonly kind: "at"; readonly pointer: string }
  | { readonly kind: "elements"; readonly elements: readonly Guarded[] }
  | { readonly kind: "record"; readonly fields: ReadonlyMap<string, Value> }
  | { readonly kind: "one-of"; readonly values: readonly Guarded[] };

/** A value, and when it is there. */
export interface Guarded {
  readonly when: Condition;
  readonly value: Value;
  /** Of a walk over the members of an object: the name. */
  readonly key?: string;
}

export const absent: Value = { kind: "known", value: undefined };
export const known = (value: unknown): Value => ({ kind: "known", value: value ?? undefined });
export const at = (pointer: string): Value => ({ kind: "at", pointer });

/** The field of Falco's json plugin for a pointer into the event. */
export const fieldAt = (pointer: string): string => `jevt.value[${pointer}]`;
export const existsAt = (pointer: string): Condition => ({ kind: "exists", field: fieldAt(pointer) });

/** The pointer to a member (RFC 6901). */
export const memberAt = (pointer: string, name: string): string => `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** A condition on a value, asked of each that it may be. */
export function overEach(value: Value, ask: (one: Exclude<Value, { kind: "one-of" }>) => Condition): Condition {
  return value.kind === "one-of" ? any(value.values.map(({ value: one, when }) => all([when, overEach(one, ask)]))) : ask(value);
}

/** What becomes of a value, for each that it may be. */
export function mapEach(value: Value, change: (one: Exclude<Value, { kind: "one-of" }>) => Value): Value {
  return value.kind === "one-of" ? oneOf(value.values.map(({ value: one, when }) => ({ when, value: mapEach(one, change) }))) : change(value);
}

/** The value whose condition holds, without choices in choices, and without those that cannot be. */
export function oneOf(values: readonly Guarded[]): Value {
  const flat = values
    .flatMap(({ value, when }) => (value.kind === "one-of" ? value.values.map((inner) => ({ when: all([when, inner.when]), value: inner.value })) : [{ value, when }]))
    .filter(({ when }) => when.kind !== "constant" || when.value);
  const certain = flat.find(({ when }) => when.kind === "constant" && when.value);
  if (certain !== undefined) return certain.value;
  const [first] = flat;
  return first !== undefined && flat.every(({ value }) => JSON.stringify(value) === JSON.stringify(first.value)) ? first.value : { kind: "one-of", values: flat };
}

/** A value where a condition holds, else another. */
export const choose = (test: Condition, then: Value, otherwise: Value): Value => oneOf([{ when: test, value: then }, { when: not(test), value: otherwise }]);
