import type { Expression } from "../../ir/expressions.ts";
import { textsText } from "./bodies.ts";
import type { RegoPackage } from "./rego-package.ts";
import { stringText } from "./rego-text.ts";
import type { PathPart, Place, Scope } from "./scope.ts";

const plainName = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Where the object itself stands. */
export const objectPlace: Place = { parts: [], dot: false };

/** Where the pod stands in the object. */
export const podPlace = (owner: RegoPackage): Place => ({ parts: [{ term: owner.libraryRule("pod_prefix") }], dot: false });

/** The place of a member that the control spells out. */
export function memberPlace(place: Place, name: string): Place {
  const segment = !plainName.test(name) ? `["${name}"]` : place.dot ? `.${name}` : name;
  return { parts: [...place.parts, segment], dot: true };
}

/** The place of a member whose key is a term. */
export function keyPlace(place: Place, key: string, owner: RegoPackage): Place {
  const segment = `${owner.libraryRule("key_segment")}(${key})`;
  return { parts: [...place.parts, { term: place.dot ? segment : `trim_prefix(${segment}, ".")` }], dot: true };
}

/** The place of a list element whose index is a term. */
export const indexPlace = (place: Place, index: string): Place => ({ parts: [...place.parts, "[", { term: `format_int(${index}, 10)` }, "]"], dot: true });

/** The place of a reference; undefined where it leads to no part of the object, or is no reference. */
export function placeOf(expression: Expression, scope: Scope): Place | undefined {
  if (expression.kind === "variable") return scope.bound(expression.binding)?.place;
  if (expression.kind === "root") return expression.name === "object" ? objectPlace : expression.name === "pod" ? podPlace(scope.package) : undefined;
  if (expression.kind === "member") {
    const outer = placeOf(expression.object, scope);
    return outer === undefined ? undefined : memberPlace(outer, expression.name);
  }
  if (expression.kind !== "entry") return undefined;
  const outer = placeOf(expression.object, scope);
  return outer === undefined ? undefined : keyPlace(outer, scope.translation.term(expression.key, scope).text, scope.package);
}

/** The path as a Rego string. */
export function pathText(place: Place): string {
  const parts: PathPart[] = [];
  for (const part of place.parts) {
    const last = parts.at(-1);
    if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  const [only] = parts;
  if (parts.length === 1 && typeof only === "object" && !place.dot) return `trim_suffix(${only.term}, ".")`;
  return joinText(parts.map((part) => (typeof part === "string" ? { literal: part } : { term: part.term })));
}

/** Strings joined: a literal or a term alone stays as it is. */
export function joinText(parts: readonly ({ readonly literal: string } | { readonly term: string })[]): string {
  const texts = parts.map((part) => ("literal" in part ? stringText(part.literal) : part.term));
  if (texts.length === 0) return stringText("");
  return texts.length === 1 ? (texts[0] ?? "") : `concat("", ${textsText(texts)})`;
}
