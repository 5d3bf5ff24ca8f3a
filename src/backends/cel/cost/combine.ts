import { type AbstractValue, freshBinder, type Items, totalOf, type Total } from "./abstract-value.ts";
import { larger, type Place, plus, type Polynomial, sizeOfPlace, substitute } from "./polynomial.ts";

/** What may be either of two values. */
export function either(left: AbstractValue, right: AbstractValue): AbstractValue {
  const items = left.items === undefined ? right.items : right.items === undefined ? left.items : joined(left.items, right.items, larger, Math.max);
  const scalars = [left.scalar, right.scalar].filter((each) => each !== undefined);
  return {
    text: larger(left.text, right.text),
    places: distinct([...left.places, ...right.places]),
    ...(left.known !== undefined && left.known === right.known ? { known: left.known } : {}),
    ...(scalars.length === 0 ? {} : { scalar: Math.max(...scalars) }),
    ...(items === undefined ? {} : { items }),
    ...(left.fields === undefined && right.fields === undefined ? {} : { fields: fieldsOfEither(left, right) }),
  };
}

function fieldsOfEither({ fields: left = {} }: AbstractValue, { fields: right = {} }: AbstractValue): Readonly<Record<string, AbstractValue>> {
  const merged: Record<string, AbstractValue> = { ...left };
  for (const [name, value] of Object.entries(right)) merged[name] = merged[name] === undefined ? value : either(merged[name], value);
  return merged;
}

/** The elements of both lists, one after the other. */
export const appended = (left: Items, right: Items): Items => joined(left, right, plus, (one, other) => one + other);

function joined(left: Items, right: Items, counts: (left: Polynomial, right: Polynomial) => Polynomial, often: (left: number, right: number) => number): Items {
  const binder = freshBinder();
  const [first, second] = [left, right].map((items) => underBinder(items, binder)) as [Items, Items];
  const totals = new Map<string, Total>();
  for (const total of [...first.totals, ...second.totals]) {
    const key = "sum" in total ? `${total.prefix} ${JSON.stringify([...total.sum])}` : `${total.prefix} ${total.under}`;
    const known = totals.get(key);
    totals.set(key, known === undefined ? total : { ...total, times: often(known.times, total.times) });
  }
  return { binder, count: counts(first.count, second.count), element: either(first.element, second.element), totals: [...totals.values()] };
}

const distinct = (places: readonly Place[]): readonly Place[] => [...new Map(places.map((place) => [`${place.under} ${place.path}`, place])).values()];

/** The same list with another number for its walk. */
export function underBinder({ binder: old, ...items }: Items, binder: number): Items {
  const renamed = (place: Place): Place => (place.under === old ? { path: place.path, under: binder } : place);
  return { ...items, binder, element: replaced(items.element, (size) => sizeOfPlace(renamed(size)), (place) => [renamed(place)]) };
}

/** An element of a list by itself: sizes under the walk are at most what all elements together have. */
export function released(items: Items): AbstractValue {
  const outer = ({ path, under }: Place): readonly Place[] => {
    if (under !== items.binder) return [{ path, under }];
    return items.totals.flatMap((total) => ("under" in total && (path === total.prefix || path.startsWith(`${total.prefix}.`) || path.startsWith(`${total.prefix}[`)) ? [{ path, under: total.under }] : []));
  };
  return replaced(items.element, (size) => (size.under === items.binder ? totalOf(items, size) : sizeOfPlace(size)), outer);
}

function replaced(value: AbstractValue, size: (place: Place) => Polynomial, place: (place: Place) => readonly Place[]): AbstractValue {
  const { fields, items } = value;
  return {
    ...value,
    text: substitute(value.text, size),
    places: distinct(value.places.flatMap(place)),
    ...(items === undefined ? {} : { items: { ...items, count: substitute(items.count, size), element: replaced(items.element, size, place), totals: items.totals.flatMap((total) => replacedTotal(total, size, place)) } }),
    ...(fields === undefined ? {} : { fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, replaced(field, size, place)])) }),
  };
}

function replacedTotal(total: Total, size: (place: Place) => Polynomial, place: (place: Place) => readonly Place[]): readonly Total[] {
  if ("sum" in total) return [{ ...total, sum: substitute(total.sum, size) }];
  return place({ path: total.prefix, under: total.under }).map(({ under }) => ({ ...total, under }));
}
