import type { Schema } from "../kubernetes/schema-store.ts";
import type { ComponentName } from "../kubernetes/components/names.ts";
import { flagChanges } from "./flag-mutations.ts";
import { containerLists, isContainerListPath } from "./container-lists.ts";
import type { Pools } from "./pools.ts";
import type { ReadPath, Reads } from "./reads.ts";
import { type CaseRequest, isObject, nothing, partAt, type Place, withPart } from "./request.ts";
import { minimal, schemaAt } from "./schema.ts";

/** How many elements of a list, and entries of a map, are changed one by one. */
const mostElements = 3;

export interface MutationOptions {
  readonly pools: Pools;
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly reads: Reads;
  /** The roots that may change. */
  readonly roots: ReadonlySet<string>;
  /** The component whose flags the check reads. */
  readonly component?: ComponentName;
  /** Whether texts are changed to what is near to a text of the check, and nothing else is done. */
  readonly near: boolean;
}

/** How many changes of one path are tried before those of the next one have their turn. */
const turn = 4;

/** Every request that differs from one in a single part that the check reads: a few of each path in turn, in a fixed order. */
export function mutationsOf(request: CaseRequest, paths: readonly ReadPath[], options: MutationOptions): Iterable<CaseRequest> {
  const { pools, reads, roots, near } = options;
  const change = changer(request, options);
  const related = reads.related.filter((lists) => !lists.some(isContainerListPath)).map((lists) => moved(request, lists.flatMap((path) => placesOf(request, path, pools)).filter(([root]) => roots.has(String(root))), change));
  const flags = options.component === undefined ? [] : [flagChanges(request, paths, options.component, pools, near)];
  return inTurns([...flags, ...paths.filter(([root = ""]) => roots.has(root)).map((path) => changesAt(request, path, options, change)), ...(near ? [] : related)], turn);
}

/** What several generators give, a few of each at a time. */
export function* inTurns<Item>(sources: readonly Iterator<Item>[], most: number): Generator<Item> {
  let open = sources;
  while (open.length > 0) {
    const next: Iterator<Item>[] = [];
    for (const source of open) {
      let isDone = false;
      for (let count = 0; count < most && !isDone; count += 1) {
        const { done, value } = source.next();
        isDone = done === true;
        if (done !== true) yield value;
      }
      if (!isDone) next.push(source);
    }
    open = next;
  }
}

type Change = (place: Place, value: unknown) => CaseRequest;

function changer(request: CaseRequest, { schemas }: MutationOptions): Change {
  const make = maker(schemas);
  return (place, value) => withPart(request, place, value, make) as CaseRequest;
}

/** The requests that differ at one path. */
function* changesAt(request: CaseRequest, path: ReadPath, { pools, schemas, near }: MutationOptions, change: Change): Generator<CaseRequest> {
  const make = maker(schemas);
  const [root = "", ...rest] = path;
  const last = path.at(-1);
  const owner = path.slice(0, -1);
  if (last === "#") {
    if (!near) for (const place of placesOf(request, owner, pools)) for (const size of pools.sizes(owner)) yield change(place, sized(partAt(request, place), size, make([...place, 0])));
    return;
  }
  const isKey = last === "{key}";
  const schema = schemaAt(schemas[root], (isKey ? [...rest.slice(0, -1), "{}"] : rest).map((segment) => (segment === "[]" ? 0 : segment)));
  if (isKey && near) {
    for (const place of placesOf(request, owner, pools)) for (const key of pools.nearKeys(owner)) yield change([...place, key], Object.values((partAt(request, place) ?? {}) as object)[0] ?? minimal(schema));
    return;
  }
  const values = near ? pools.nearTexts(path, schema) : isKey ? [minimal(schema)] : pools.values(path, schema);
  for (const place of placesOf(request, isKey ? [...owner, "{}"] : path, pools)) {
    const before = partAt(request, place);
    for (const value of values) if (value !== before && !(value === nothing && before === undefined)) yield change(place, value);
    if (!near) yield* listsOf(before, place, make, change);
  }
  if (!near && isContainerListPath(path)) yield* moved(request, siblings(request, path, pools), change);
}

/** A list with one more element before and behind, with an element twice, and the other way round. */
function* listsOf(list: unknown, place: Place, make: (place: Place) => unknown, change: Change): Generator<CaseRequest> {
  if (!Array.isArray(list)) return;
  const fresh = make([...place, list.length]);
  yield change(place, [fresh, ...(list as readonly unknown[])]);
  yield change(place, [...(list as readonly unknown[]), fresh]);
  if (list.length === 0) return;
  yield change(place, [...(list as readonly unknown[]), structuredClone(list[0])]);
  if (list.length > 1) yield change(place, [...(list as readonly unknown[])].reverse());
}

/** The first element of each list in each of the lists that are read together with it. */
function* moved(request: CaseRequest, places: readonly Place[], change: Change): Generator<CaseRequest> {
  for (const from of places) {
    const list = partAt(request, from);
    if (!Array.isArray(list) || list.length === 0) continue;
    for (const to of places) {
      if (to === from) continue;
      const other = partAt(request, to);
      yield change(to, [...(Array.isArray(other) ? (other as readonly unknown[]) : []), structuredClone(list.at(-1))]);
    }
  }
}

const siblings = (request: CaseRequest, path: ReadPath, pools: Pools): readonly Place[] => containerLists.flatMap((name) => placesOf(request, [...path.slice(0, -1), name], pools));

function sized(list: unknown, size: number, fresh: unknown): unknown {
  const elements = Array.isArray(list) ? (list as readonly unknown[]) : [];
  return Array.from({ length: size }, (_, index) => elements[index] ?? structuredClone(elements[0] ?? fresh));
}

/** The places that a path means in a request: the elements and entries that there are, and the next one. */
export function placesOf(request: CaseRequest, path: ReadPath, pools: Pools): readonly Place[] {
  let places: readonly Place[] = [[]];
  for (const [index, segment] of path.entries()) {
    if (segment === "[]") {
      places = places.flatMap((place) => {
        const list = partAt(request, place);
        const length = Array.isArray(list) ? list.length : 0;
        return Array.from({ length: Math.min(length + 1, mostElements) }, (_, at) => [...place, at]);
      });
    } else if (segment === "{}") {
      places = places.flatMap((place) => {
        const map = partAt(request, place);
        const own = isObject(map) ? Object.keys(map).slice(0, mostElements) : [];
        const keys = [...new Set([...own, ...pools.keys(path.slice(0, index)), "x"])];
        return keys.map((key) => [...place, key]);
      });
    } else {
      places = places.map((place) => [...place, segment]);
    }
  }
  return places;
}

/** Makes the wholes that are missing on the way to a part: each with what its schema requires. */
function maker(schemas: Readonly<Record<string, Schema>>): (place: Place) => unknown {
  return (place) => {
    const [root = "", ...rest] = place;
    const last = place.at(-1);
    return minimal(schemaAt(schemas[root], rest), typeof last === "number" && last > 0 ? `web-${last + 1}` : "web");
  };
}
