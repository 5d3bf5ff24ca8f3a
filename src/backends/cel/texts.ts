import type { Expression } from "../../ir/expressions.ts";
import { isReference } from "../../passes/inline-call.ts";
import { joined, type Pieces } from "./places.ts";
import type { Scope } from "./scope.ts";
import { atom, binary, call, type Cel, method, nothing, ternary } from "./syntax.ts";
import { stringLiteral } from "./text.ts";
import { granted, mayBeAbsent, orNull, type Value } from "./value.ts";

/** What stands in a text for a member that an object lacks against its schema: what JavaScript writes there. */
const missing = stringLiteral("undefined");

/** The pieces of a template string. */
export const textPieces = (parts: readonly Expression[], scope: Scope): Pieces => parts.map((part) => (part.kind === "literal" ? String(part.value) : partText(part, scope)));

/** A template string as one expression of type string. */
export function textOf(parts: readonly Expression[], scope: Scope): Cel {
  const pieces = textPieces(parts, scope);
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined && typeof only !== "string" ? only : joined(pieces);
}

function partText(part: Expression, scope: Scope): Cel {
  if (part.kind === "member" && part.object.kind === "variable") {
    const text = scope.bound(part.object.binding).texts?.(part.name);
    if (text !== undefined) return text;
  }
  const value = scope.translation.value(part, scope);
  // Only what an object says itself may be missing against its schema; of what is worked out, the type is right.
  const isWorkedOut = !part.type.optional && !isReference(part);
  const isNamed = part.kind === "variable" && !part.type.optional && value.cel.kind === "atom";
  return valueText(isWorkedOut || isNamed ? { ...value, optional: false, nullInside: false, cel: value.optional ? orNull(value) : value.cel } : value);
}

/** A value as text: never an error, and never without a value. */
export function valueText(value: Value): Cel {
  if (value.type === "string" && !mayBeAbsent(value)) return value.cel;
  if (!mayBeAbsent(value)) return call("string", value.cel);
  if (value.optional && !value.nullInside) return call("string", method(value.cel, "orValue", missing));
  const there = value.optional ? granted(value.cel) : value.cel;
  return ternary(binary("!=", orNull(value), nothing), call("string", there), missing);
}

/** A text to search, split or match. The type checker has seen that it is there; the schema may be broken still. */
export function textOperand(node: Expression, scope: Scope): Cel {
  const value = scope.translation.value(node, scope);
  return value.optional ? method(value.cel, "orValue", atom("''")) : value.cel;
}
