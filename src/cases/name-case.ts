import type { Expression } from "../ir/expressions.ts";
import { formatPath } from "../plain/violation.ts";
import type { Obligation } from "./obligation.ts";
import type { ReadPath, Reads } from "./reads.ts";
import { type CaseRequest, isObject, partAt, type Place } from "./request.ts";

const mostNamed = 2;

/**
 * What a case is about, by the parts that its obligation reads: `spec.containers[0].securityContext.privileged = true`,
 * `spec.initContainers absent`. `denied` are the places of the case's violations: of several parts those are named.
 */
export function nameCase(obligation: Obligation, reads: Reads, request: CaseRequest, denied: readonly Place[]): string {
  const groups = pathGroups(obligation.node, reads);
  const named = groups.flatMap((paths) => {
    const places = paths.filter(([root]) => root !== "parameters").flatMap((path) => instances(request, path));
    const score = (place: Place): number => 2 * shared(place, denied) + (partAt(request, place) === undefined ? 0 : 1);
    const best = places.reduce<Place | undefined>((chosen, place) => (chosen === undefined || score(place) > score(chosen) ? place : chosen), undefined);
    return best === undefined ? [] : [`${placeText(best)} ${valueText(partAt(request, best))}`];
  });
  const distinct = [...new Set(named)].slice(0, mostNamed);
  return distinct.length === 0 ? obligation.what : distinct.join(", ");
}

/** The paths that an obligation is about: where it reads, or, operand by operand, what it compares. */
export function pathGroups(node: Expression, reads: Reads): readonly (readonly ReadPath[])[] {
  const own = reads.places.get(node);
  if (own !== undefined) return [own];
  return (reads.operands.get(node) ?? []).map((paths) => paths.filter((path) => path.at(-1) !== "{key}" && path.at(-1) !== "#"));
}

/** The places that a path means in a request, down to the first part that is missing and from there on as the path says. */
function instances(request: CaseRequest, path: ReadPath): readonly Place[] {
  let places: readonly Place[] = [[]];
  for (const segment of path) {
    places = places.flatMap((place): readonly Place[] => {
      const whole = partAt(request, place);
      if (segment === "[]") return Array.isArray(whole) && whole.length > 0 ? [...whole.keys()].map((index) => [...place, index]) : [];
      if (segment === "{}") return isObject(whole) ? Object.keys(whole).map((key) => [...place, key]) : [];
      return [[...place, segment]];
    });
  }
  return places;
}

/** How far the longest of some places and this one go together. */
function shared(place: Place, others: readonly Place[]): number {
  const lengths = others.map((other) => {
    const parts = place.findIndex((key, index) => other[index] !== key);
    return parts < 0 ? place.length : parts;
  });
  return Math.max(0, ...lengths);
}

export function placeText([root, ...rest]: Place): string {
  return formatPath(root === "object" ? rest : [root ?? "", ...rest]);
}

function valueText(value: unknown): string {
  if (value === undefined) return "absent";
  if (Array.isArray(value)) return value.length === 0 ? "= []" : `has ${value.length} element${value.length === 1 ? "" : "s"}`;
  const text = JSON.stringify(value);
  if (isObject(value) && text !== "{}") return "is set";
  const letters = [...text];
  return `= ${letters.length <= 48 ? text : `${letters.slice(0, 47).join("")}…`}`;
}
