/** A step from a whole to its part: a member's name or an element's index. */
export type Key = string | number;

/** Where a part stands in a request; the first key is a root such as `object`. */
export type Place = readonly Key[];

/**
 * All that a check is given, as one tree, so that a search can change any part of it alike. Nothing in it is null: a member that
 * is null counts as absent, and null elements are skipped.
 */
export interface CaseRequest {
  readonly object: unknown;
  readonly oldObject?: unknown;
  readonly operation?: unknown;
  readonly user?: unknown;
  readonly namespace?: unknown;
  /** The set around the object: lists by `apiVersion/Kind`. */
  readonly others?: Readonly<Record<string, readonly unknown[]>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly kubernetesMinor: number;
}

/** The value of a part that is not there. */
export const nothing: unique symbol = Symbol("nothing");

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/** The part at a place; undefined where there is none. */
export function partAt(whole: unknown, place: Place): unknown {
  let part = whole;
  for (const key of place) {
    if (typeof part !== "object" || part === null || !Object.hasOwn(part, key)) return undefined;
    part = (part as Readonly<Record<Key, unknown>>)[key];
  }
  return part;
}

/**
 * A copy with another value at a place, which shares what it does not change. `nothing` takes the part out: a member goes, the
 * elements behind an element move up. `make` gives the wholes that are missing on the way; where it gives none, the copy is
 * the whole as it was.
 */
export function withPart(whole: unknown, place: Place, value: unknown, make: (place: Place) => unknown = () => undefined, at: Place = []): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return value;
  const owner = whole ?? make(at);
  if (typeof owner !== "object" || owner === null || Array.isArray(owner) !== (typeof key === "number")) return whole;
  const inner = rest.length === 0 ? value : withPart((owner as Readonly<Record<Key, unknown>>)[key], rest, value, make, [...at, key]);
  if (Array.isArray(owner)) {
    const list: unknown[] = [...(owner as readonly unknown[])];
    if (inner === nothing || inner === undefined) list.splice(Number(key), 1);
    else list[Math.min(Number(key), list.length)] = inner;
    return list;
  }
  const { [key]: _before, ...others } = owner as Readonly<Record<string, unknown>>;
  if (inner === nothing || inner === undefined) return others;
  return Object.hasOwn(owner, key) ? { ...owner, [key]: inner } : { ...others, [key]: inner };
}

/** A copy without the members and elements that are null. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null && item !== undefined).map(withoutNulls);
  if (!isObject(value)) return value ?? undefined;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null && member !== undefined).map(([key, member]) => [key, withoutNulls(member)]));
}

/** Every part of a value with its place, outside in. */
export function partsOf(value: unknown, place: Place = []): (readonly [Place, unknown])[] {
  if (typeof value !== "object" || value === null) return [[place, value]];
  const keys: readonly Key[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [[place, value] as const, ...keys.flatMap((key) => partsOf((value as Readonly<Record<Key, unknown>>)[key], [...place, key]))];
}
