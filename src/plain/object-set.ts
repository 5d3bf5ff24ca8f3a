import { kindParts, scopeOf } from "../kubernetes/scope.ts";
import { withoutNulls } from "./without-nulls.ts";

/** What names an object in a set. */
export interface Named {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

/** `apiVersion/Kind` of an object; undefined of what says no kind. */
export function kindNameOf(object: unknown): string | undefined {
  if (typeof object !== "object" || object === null) return undefined;
  const { apiVersion, kind } = object as { apiVersion?: unknown; kind?: unknown };
  return typeof apiVersion === "string" && typeof kind === "string" ? `${apiVersion}/${kind}` : undefined;
}

/** The namespace of an object. What names none goes to `default`, as with kubectl. */
export const namespaceIn = ({ metadata }: Named): string => metadata?.namespace ?? "default";

/** Objects of one API version by their kind and namespace; those that are in none stand under the empty name. */
export type Inventory = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>>>;

/** Objects that are judged together, found by their kind and namespace, whatever the order in which they were given. */
export class ObjectSet {
  readonly #kinds = new Map<string, Map<string, Named[]>>();

  /** Values that say no kind are left out. */
  constructor(objects: Iterable<unknown>) {
    for (const given of objects) {
      const kind = kindNameOf(given);
      if (kind === undefined) continue;
      const object = withoutNulls(given) as Named;
      const { apiVersion, kind: name } = kindParts(kind);
      const namespace = scopeOf(apiVersion, name) === "Cluster" ? "" : namespaceIn(object);
      const namespaces = this.#kinds.get(kind) ?? new Map<string, Named[]>();
      this.#kinds.set(kind, namespaces);
      const list = namespaces.get(namespace);
      if (list === undefined) namespaces.set(namespace, [object]);
      else list.push(object);
    }
    for (const [kind, namespaces] of this.#kinds) {
      for (const list of namespaces.values()) list.sort(byName);
      this.#kinds.set(kind, new Map([...namespaces].sort(([left], [right]) => (left < right ? -1 : 1))));
    }
  }

  /** How many objects there are. */
  get size(): number {
    return [...this.#kinds.values()].flatMap((namespaces) => [...namespaces.values()]).reduce((sum, list) => sum + list.length, 0);
  }

  /** Whether there is any object of a kind. */
  has(kind: string): boolean {
    return this.#kinds.has(kind);
  }

  /** The objects of a kind (`apiVersion/Kind`), of one namespace where it is given; null members and elements are left out. */
  of(kind: string, namespace?: string): readonly Named[] {
    const namespaces = this.#kinds.get(kind);
    return namespace === undefined ? [...(namespaces?.values() ?? [])].flat() : (namespaces?.get(namespace) ?? []);
  }

  /** What policies in Rego look up: the objects of the named kinds, of some namespaces alone where these are named. */
  inventory(kinds: ReadonlyMap<string, ReadonlySet<string> | undefined>): Inventory {
    const versions: Record<string, Record<string, Record<string, readonly unknown[]>>> = {};
    for (const [name, only] of kinds) {
      const namespaces = this.#kinds.get(name);
      if (namespaces === undefined) continue;
      const { apiVersion, kind } = kindParts(name);
      versions[apiVersion] = { ...versions[apiVersion], [kind]: Object.fromEntries([...namespaces].filter(([namespace]) => only?.has(namespace) !== false)) };
    }
    return versions;
  }
}

const nameOf = ({ metadata }: Named): string => (typeof metadata?.name === "string" ? metadata.name : "");

function byName(left: Named, right: Named): number {
  const [one, other] = [nameOf(left), nameOf(right)];
  if (one !== other) return one < other ? -1 : 1;
  // Of objects with one name, which no cluster has, the order is still the same whatever was given first.
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}
