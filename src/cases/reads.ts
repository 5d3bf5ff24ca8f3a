import type { CheckIr, Step } from "../ir/control.ts";
import type { Expression } from "../ir/expressions.ts";
import { children } from "../ir/walk.ts";

/**
 * A path that a check reads, whatever the object: members by name, `[]` for an element, `{}` for a map's entry, `{key}` for its
 * key, `#` for a list's length. The first segment is a root; a pod is spelt as the Pod that it is: `object`.
 */
export type ReadPath = readonly string[];

/** Kinds of text that the library reads, with values of their own. */
export type Family = "image" | "quantity" | "version" | "duration" | "address" | "glob";

/** Where a value may come from: the part of a request that it is, and those whose text or number went into it. */
interface Origin {
  readonly parts: readonly ReadPath[];
  readonly sources: readonly ReadPath[];
  /** Of a list that is made of others: where its elements may come from. */
  readonly element?: Origin;
}

const none: Origin = { parts: [], sources: [] };

/** What is known of a check without running it. */
export interface Reads {
  /** Every path that it reads, in the order of their text. */
  readonly paths: readonly ReadPath[];
  /** For each comparison: the paths that its operands come from. */
  readonly operands: ReadonlyMap<Expression, readonly (readonly ReadPath[])[]>;
  /** For each read of a member or entry: where it reads. */
  readonly places: ReadonlyMap<Expression, readonly ReadPath[]>;
  /** The kinds of text that a path is read as, by the path's text. */
  readonly families: ReadonlyMap<string, ReadonlySet<Family>>;
  /** Lists that are read as one, such as those of containers. */
  readonly related: readonly (readonly ReadPath[])[];
}

/** A path as text, to look it up by. */
export const pathKey = (path: ReadPath): string => path.join("/");

const families: Readonly<Record<string, Family>> = {
  imageRegistry: "image", imageRepository: "image", imageTag: "image", imageDigest: "image", normalisedImage: "image",
  quantityInMilli: "quantity", versionNumber: "version", durationInSeconds: "duration",
  isAddress: "address", addressInside: "address", addressInsideAny: "address", blocksOverlap: "address",
  matchesGlob: "glob", matchesAnyGlob: "glob",
};

/** What compares its operands, or asks something of them. */
const comparisons: ReadonlySet<Expression["kind"]> = new Set(["equals", "compare", "present", "type-test", "text-test", "matches", "intrinsic"]);

const mostOrigins = 16;

const distinct = (paths: readonly ReadPath[]): readonly ReadPath[] => [...new Map(paths.map((path) => [pathKey(path), path])).values()].slice(0, mostOrigins);

function union(origins: readonly Origin[]): Origin {
  if (origins.length === 1) return origins[0] ?? none;
  const elements = origins.flatMap(({ element }) => (element === undefined ? [] : [element]));
  return { parts: distinct(origins.flatMap(({ parts }) => parts)), sources: distinct(origins.flatMap(({ sources }) => sources)), ...(elements.length === 0 ? {} : { element: union(elements) }) };
}

const pathsOf = ({ parts, sources, element }: Origin): readonly ReadPath[] => distinct([...parts, ...sources, ...(element === undefined ? [] : pathsOf(element))]);

const below = ({ parts }: Origin, segment: string): Origin => ({ parts: parts.map((path) => [...path, segment]), sources: [] });

/** Collects what a check reads, through its helper functions. */
export function readsOf(check: CheckIr): Reads {
  const reader = new Reader();
  for (const clause of check.clauses) {
    for (const step of clause.steps) reader.step(step);
    for (const part of [clause.anchor, ...clause.path, clause.message]) if (typeof part !== "string") reader.origin(part);
  }
  const paths = [...reader.paths].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, path]) => path);
  return { paths, operands: reader.operands, places: reader.places, families: reader.families, related: [...reader.related.values()] };
}

class Reader {
  readonly paths = new Map<string, ReadPath>();
  readonly operands = new Map<Expression, (readonly ReadPath[])[]>();
  readonly places = new Map<Expression, readonly ReadPath[]>();
  readonly families = new Map<string, Set<Family>>();
  readonly related = new Map<string, readonly ReadPath[]>();
  /** No function calls itself, so the last origin of each variable is the one in force. */
  readonly #origins = new Map<number, Origin>();

  step(step: Step): void {
    if (step.kind === "when") this.origin(step.condition);
    else if (step.kind === "let") this.#origins.set(step.binding.id, this.origin(step.value));
    else this.#bind(step.binder, step.list);
  }

  origin(node: Expression): Origin {
    switch (node.kind) {
      case "literal": case "absent": case "constant": return none;
      case "lookup": {
        const list: Origin = { parts: [["others", node.kindName]], sources: [] };
        if (node.namespace !== undefined) this.#compare(node, [this.#read(below(below(below(list, "[]"), "metadata"), "namespace")), this.origin(node.namespace)]);
        return this.#read(list);
      }
      case "variable": return this.#origins.get(node.binding.id) ?? none;
      case "root": return this.#read({ parts: [[node.name === "pod" ? "object" : node.name]], sources: [] });
      case "parameter": return this.#read({ parts: [["parameters", node.name]], sources: [] });
      case "member": return this.#place(node, below(this.origin(node.object), node.name));
      case "entry": {
        const map = this.origin(node.object);
        this.#compare(node, [map, union([this.origin(node.key), below(map, "{key}")])]);
        return this.#place(node, below(map, node.key.kind === "literal" ? String(node.key.value) : "{}"));
      }
      case "element": {
        this.origin(node.index);
        return this.#elementOf(this.origin(node.list));
      }
      case "list": return { ...none, element: union(node.items.map((item) => this.origin(item))) };
      case "concat": {
        const lists = node.lists.map((list) => this.origin(list));
        this.#relate(lists.map(({ parts }) => parts));
        return union(lists);
      }
      case "filter": {
        const list = this.#bind(node.binder, node.list);
        this.origin(node.body);
        return list;
      }
      case "map": case "flat-map": {
        this.#bind(node.binder, node.list);
        const body = this.origin(node.body);
        return { ...none, element: node.kind === "map" ? body : this.#elementOf(body) };
      }
      case "find": case "some": {
        const list = this.#bind(node.binder, node.list);
        this.origin(node.body);
        this.#compare(node, [list]);
        return node.kind === "find" ? this.#elementOf(list) : none;
      }
      case "entries": case "values": return { ...none, element: this.#read(below(this.origin(node.object), "{}")) };
      case "keys": return { ...none, element: this.#read(below(this.origin(node.object), "{key}")) };
      case "length": return { parts: [], sources: this.origin(node.list).parts.map((path) => [...path, "#"]) };
      case "conditional": {
        this.origin(node.test);
        return union([this.origin(node.then), this.origin(node.otherwise)]);
      }
      case "coalesce": {
        const value = this.origin(node.value);
        this.#compare(node, [value]);
        return union([value, this.origin(node.fallback)]);
      }
      case "let": {
        this.#origins.set(node.binding.id, this.origin(node.value));
        return this.origin(node.body);
      }
      case "call": {
        const given = node.arguments.map((argument) => this.origin(argument));
        for (const [index, { id }] of node.function.parameters.entries()) this.#origins.set(id, given[index] ?? none);
        const family = node.function.module === "portcullis" ? families[node.function.name] : undefined;
        if (family !== undefined) for (const path of given.flatMap(pathsOf)) this.families.set(pathKey(path), new Set([...(this.families.get(pathKey(path)) ?? []), family]));
        return this.origin(node.function.body);
      }
      case "includes": {
        this.#compare(node, [this.origin(node.item), this.#elementOf(this.origin(node.list)), this.origin(node.list)]);
        return none;
      }
      default: {
        const parts = children(node).map((child) => this.origin(child));
        if (comparisons.has(node.kind)) this.#compare(node, parts);
        return { parts: [], sources: distinct(parts.flatMap(pathsOf)) };
      }
    }
  }

  #bind(binder: { readonly value: { readonly id: number }; readonly key?: { readonly id: number } }, list: Expression): Origin {
    const whole = this.origin(list);
    const element = this.#elementOf(whole);
    this.#origins.set(binder.value.id, element);
    const keys = element.parts.flatMap((path) => (path.at(-1) === "{}" ? [[...path.slice(0, -1), "{key}"]] : []));
    if (binder.key !== undefined) this.#origins.set(binder.key.id, this.#read({ parts: [], sources: keys }));
    return whole;
  }

  #elementOf(list: Origin): Origin {
    return this.#read(union([{ ...below(list, "[]"), sources: list.sources }, ...(list.element === undefined ? [] : [list.element])]));
  }

  #read(origin: Origin): Origin {
    for (const path of [...origin.parts, ...origin.sources]) if (!this.paths.has(pathKey(path))) this.paths.set(pathKey(path), path);
    return origin;
  }

  #place(node: Expression, origin: Origin): Origin {
    this.places.set(node, distinct([...(this.places.get(node) ?? []), ...origin.parts]));
    return this.#read(origin);
  }

  #compare(node: Expression, operands: readonly Origin[]): void {
    const known = this.operands.get(node) ?? [];
    this.operands.set(node, operands.map((operand, index) => distinct([...(known[index] ?? []), ...pathsOf(operand)])));
  }

  /** Lists of the same depth that one walk visits: what stands in one may stand in the other. */
  #relate(lists: readonly (readonly ReadPath[])[]): void {
    const paths = lists.flat();
    if (lists.length > 1) this.related.set(paths.map(pathKey).join(" "), paths);
  }
}
