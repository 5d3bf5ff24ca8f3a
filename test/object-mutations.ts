import type { Control } from "../src/dsl/control.ts";
import { podBearingKinds } from "../src/kubernetes/pod-bearing.ts";
import { type CheckIr, judgesPods } from "../src/ir/control.ts";

type Path = readonly (string | number)[];
type Parent = Record<string | number, unknown>;

/** Numbers from 0 up to 1, always the same ones for a seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Makes objects that a control has something to say about: its own cases with a few parts absent, null, empty, repeated, or
 * changed to what stands elsewhere in its cases or in its check.
 */
export class ObjectMutations {
  readonly #random: () => number;
  readonly #objects: readonly unknown[];
  readonly #donors = new Map<string, unknown[]>();
  readonly #texts: readonly string[];
  readonly #numbers: readonly number[];
  readonly #isPod: boolean;

  constructor(control: Control, check: CheckIr, random: () => number) {
    this.#random = random;
    this.#objects = [...control.pass, ...control.fail].map(({ object }) => object);
    for (const object of this.#objects) {
      for (const [path, value] of partsOf(object)) this.#donors.set(shapeOf(path), [...(this.#donors.get(shapeOf(path)) ?? []), value]);
    }
    const words = literalsOf(check);
    this.#texts = [...words.filter((word) => typeof word === "string"), "", "x", "A.b/c", "localhost/x"];
    this.#numbers = [...words.filter((word) => typeof word === "number"), 0, 1, -1, 443, 70_000];
    this.#isPod = judgesPods(check.match);
  }

  /** One of the values. */
  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.#random() * values.length)] as Value;
  }

  next(): unknown {
    const object = this.#wrapped(structuredClone(this.pick(this.#objects)) as Parent);
    for (let left = Math.floor(this.#random() * 6); left > 0; left -= 1) this.#change(object);
    return object;
  }

  /** A Pod inside another kind now and then. */
  #wrapped(object: Parent): Parent {
    const { apiVersion, kind } = this.pick(podBearingKinds);
    const path = podBearingKinds.find((row) => row.kind === kind)?.podPath ?? [];
    if (!this.#isPod || object["kind"] !== "Pod" || path.length === 0 || this.#random() < 0.6) return object;
    const { metadata, spec } = object;
    const inner = [...path].reverse().reduce<Parent>((part, name) => ({ [name]: part }), { metadata, spec });
    return { apiVersion, kind, metadata: { name: "web" }, ...inner };
  }

  #change(object: unknown): void {
    const parts = partsOf(object).filter(([path]) => path.length > 0);
    if (parts.length === 0) return;
    const [path, value] = this.pick(parts);
    const parent = path.slice(0, -1).reduce<unknown>((part, key) => (part as Parent)[key], object) as Parent;
    const key = path.at(-1) ?? "";
    const chance = this.#random();
    if (chance < 0.15) parent[key] = null;
    else if (chance < 0.3) remove(parent, key);
    else if (chance < 0.4 && Array.isArray(parent)) parent.splice(Number(key), 0, this.#random() < 0.5 ? null : structuredClone(value));
    else if (chance < 0.55 && typeof value === "string") parent[key] = this.pick(this.#texts);
    else if (chance < 0.55 && typeof value === "number") parent[key] = this.pick(this.#numbers);
    else if (chance < 0.55 && typeof value === "boolean") parent[key] = !value;
    else if (chance < 0.62 && Array.isArray(value)) parent[key] = [];
    else if (chance < 0.62 && typeof value === "object" && value !== null) this.#enrich(value as Parent, shapeOf(path));
    else if (chance < 0.7 && /ontainers$/.test(String(key))) parent[this.pick(["initContainers", "containers", "ephemeralContainers"])] = structuredClone(value);
    else this.#replace(parent, key, path);
  }

  /** Gives an object members that such an object has in some case. */
  #enrich(part: Parent, shape: string): void {
    for (const [donor, values] of this.#donors) {
      const name = donor.startsWith(`${shape}/`) ? donor.slice(shape.length + 1) : "/";
      if (!name.includes("/") && name !== "#" && this.#random() < 0.4) part[name] = structuredClone(this.pick(values));
    }
  }

  #replace(parent: Parent, key: string | number, path: Path): void {
    const inPod = path.filter((segment) => segment !== "template" && segment !== "jobTemplate");
    const donors = this.#donors.get(shapeOf(path)) ?? this.#donors.get(shapeOf(inPod));
    if (donors !== undefined) parent[key] = structuredClone(this.pick(donors));
  }
}

function remove(parent: Parent, key: string | number): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

/** A path with its indices forgotten. */
const shapeOf = (path: Path): string => path.map((segment) => (typeof segment === "number" ? "#" : segment)).join("/");

function partsOf(value: unknown, path: Path = []): (readonly [Path, unknown])[] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  const keys: Path = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [[path, value] as const, ...keys.flatMap((key) => partsOf((value as Parent)[key], [...path, key]))];
}

function literalsOf(part: unknown): (string | number)[] {
  if (typeof part !== "object" || part === null) return [];
  const { kind, value } = part as { readonly kind?: unknown; readonly value?: unknown };
  if (kind === "literal") return typeof value === "string" || typeof value === "number" ? [value] : [];
  return Object.entries(part).flatMap(([name, child]) => (name === "span" || name === "type" ? [] : literalsOf(child)));
}
