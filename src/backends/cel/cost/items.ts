import { type AbstractValue, freshBinder, type Items, placeValue } from "./abstract-value.ts";
import { either, underBinder } from "./combine.ts";
import { listOf } from "./functions.ts";
import { constant, larger, plus, sizeOfPlace } from "./polynomial.ts";

/** Whatever is walked where a value is: elements of a list, or values of a map. Undefined where it is neither. */
export function itemsOf(value: AbstractValue, longest: number): Items | undefined {
  const { fields, items, places } = value;
  const members = fields === undefined ? undefined : listOf(Object.values(fields));
  const found = [...(places.length === 0 ? [] : [itemsOfPlaces(value, longest)]), ...(items === undefined ? [] : [items]), ...(members === undefined ? [] : [members])];
  const [first, ...others] = found;
  return first === undefined ? undefined : others.reduce(alternatively, first);
}

function itemsOfPlaces({ places }: AbstractValue, longest: number): Items {
  const binder = freshBinder();
  const inner = places.map(({ path }) => `${path}[]`);
  return {
    binder,
    count: plus(...places.map(sizeOfPlace)),
    element: placeValue(longest, ...[...new Set(inner)].map((path) => ({ path, under: binder }))),
    totals: places.map(({ path, under }) => ({ prefix: `${path}[]`, times: 1, under })),
  };
}

/** The elements of one list or of another. */
function alternatively(left: Items, right: Items): Items {
  const binder = freshBinder();
  const [first, second] = [underBinder(left, binder), underBinder(right, binder)];
  return { binder, count: larger(first.count, second.count), element: either(first.element, second.element), totals: [...first.totals, ...second.totals] };
}

/** The name or position of an element. A request of 3 MiB has no list with more than seven digits of elements. */
export function keyOf({ fields, items, places }: AbstractValue, longest: number): AbstractValue {
  const names = Object.keys(fields ?? {}).map((name) => [...name].length);
  const isMap = fields !== undefined || items === undefined;
  return { text: isMap ? constant(Math.max(0, ...names, ...(places.length === 0 ? [] : [longest]))) : constant(0), scalar: 7, places: [] };
}
