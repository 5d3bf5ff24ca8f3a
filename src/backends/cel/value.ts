import { binary, call, type Cel, isAtom, method, no, nothing, select, yes } from "./syntax.ts";
import type { Place } from "./places.ts";

/** What CEL's checker knows of a value: `dyn` of everything that comes from an object. */
export type StaticType = "dyn" | "bool" | "string" | "int" | "double" | "list" | "map";

/** A translated value. Absent and null are one: a value that is absent is null, or an optional without a value. */
export interface Value {
  readonly cel: Cel;
  readonly type: StaticType;
  /** Whether `cel` is an optional, from which the value is still to be taken. */
  readonly optional: boolean;
  /** Whether the value, or what the optional holds, may be null. */
  readonly nullInside: boolean;
  /** Of a list: whether elements may be null. */
  readonly nullElements: boolean;
  /** Whether it is data of the policy itself, whose members are all there. */
  readonly own: boolean;
  /** Where it stands in the object. */
  readonly place?: Place;
  /** Of an element of a located list: a member as text, which the list then carries. */
  readonly texts?: (member: string) => Cel | undefined;
}

/** A value that is there and of a known type. */
export const known = (cel: Cel, type: StaticType): Value => ({ cel, type, optional: false, nullInside: false, nullElements: false, own: false });

/** A value out of an object, which may be null. */
export const unknown = (cel: Cel, place?: Place): Value => ({ cel, type: "dyn", optional: false, nullInside: true, nullElements: true, own: false, ...(place === undefined ? {} : { place }) });

export const mayBeAbsent = (value: Value): boolean => value.optional || value.nullInside;

/** The value, null where it is absent. */
export function orNull(value: Value): Cel {
  if (!value.optional) return value.cel;
  // Of an entry under a computed key CEL would infer that it is null.
  return method(dynOptional(value), "orValue", value.cel.kind === "index" ? call("dyn", nothing) : nothing);
}

/** An optional whose value CEL's checker takes for anything. */
export function dynOptional({ cel, type }: Value): Cel {
  if (type === "dyn") return cel;
  if (cel.kind === "index") return { ...cel, target: call("dyn", cel.target) };
  return method(cel, "optMap", { kind: "atom", text: "known" }, call("dyn", { kind: "atom", text: "known" }));
}

/** The value for a place where CEL's checker must not see its type. */
export const asDyn = (value: Value): Cel => (value.type === "dyn" || value.optional || isAtom(value.cel, "null") ? orNull(value) : call("dyn", value.cel));

/** Whether the value is there. */
export function isThere(value: Value): Cel {
  if (!mayBeAbsent(value)) return yes;
  if (isAtom(value.cel, "null")) return no;
  return value.optional && !value.nullInside ? method(value.cel, "hasValue") : binary("!=", orNull(value), nothing);
}

/** The value, or an empty one of its kind where it is absent: of text '', of a list []. */
export function orEmpty(value: Value, empty: Cel): Cel {
  if (!mayBeAbsent(value)) return value.cel;
  if (isAtom(value.cel, "null")) return empty;
  if (value.optional && !value.nullInside) return method(value.cel, "orValue", empty);
  return method(call("optional.ofNonZeroValue", orNull(value)), "orValue", empty);
}

/** The chain of members with all hops taken for granted, for a place where the value is known to be there. */
export function granted(cel: Cel): Cel {
  if (cel.kind === "select") return select(granted(cel.target), cel.name);
  return cel.kind === "index" ? { ...cel, target: granted(cel.target), optional: false } : cel;
}
