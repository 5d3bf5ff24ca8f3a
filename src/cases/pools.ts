import type { Expression } from "../ir/expressions.ts";
import { children } from "../ir/walk.ts";
import type { Schema } from "../kubernetes/schema-store.ts";
import type { Observations } from "./compiler.ts";
import { samplesOf } from "./pattern-samples.ts";
import { type Family, pathKey, type ReadPath, type Reads } from "./reads.ts";
import { nothing } from "./request.ts";
import { minimal, resolved, typesOf } from "./schema.ts";

type Scalar = string | number;

/** Texts of each kind that the library reads: what is usual, and what lies at the edge of its grammar. */
const familyTexts: Readonly<Record<Family, readonly string[]>> = {
  image: ["nginx", "nginx:1.27", "team/app", "localhost/app", "REGISTRY.example.com/app", "registry.example.com:5000/team/app:1", "index.docker.io/library/nginx", `nginx@sha256:${"0".repeat(64)}`, `example.com/app:1@sha256:${"0".repeat(64)}`],
  quantity: ["0", "1", "500m", "1k", "1Ki", "1Gi", "1024Mi", "1.5", ".5", "1e3", "1E", "100n", "100u", "1.0005"],
  version: ["v1.37.0", "1.9", "1.10", "1.2.3-gke.1", "latest", "v1"],
  duration: ["0", "1s", "1m30s", "1h", "300ms", "1x"],
  address: ["10.0.0.1", "10.0.0.0/8", "192.168.1.300", "2001:db8::1", "2001:db8::/32", "::ffff:10.0.0.1", "example.com"],
  glob: ["*", "a", "a/b"],
};

const digest = `sha256:${"0".repeat(64)}`;

/** What stands near a text that a check compares with: other case, more, less, and what each kind of text makes of it. */
function neighbours(text: string, families: ReadonlySet<Family>): readonly string[] {
  const swapped = text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
  const plain = [text, swapped, `${text}x`, `x${text}`, ` ${text}`, `${text}/x`, `x${text}x`, text.slice(0, -1), text.slice(1)];
  const image = families.has("image") && text.length < 100 ? [`${text}/app`, `${text}app`, `${text}/app:1`, `${text}:1`, `${text}@${digest}`, `${text}.evil.io/app`, `${swapped}/app`] : [];
  const address = families.has("address") ? [text.split("/")[0] ?? "", `${text}/32`, `${text}/128`] : [];
  const glob = text.includes("*") ? [text.replace(/\*+/g, "x"), text.replace(/\*+/g, ""), text.replace(/\*+/g, "a/b"), text.replace(/\*+/g, "x") + "y", `y${text.replace(/\*+/g, "x")}`] : [];
  return [...plain, ...image, ...address, ...glob];
}

/** Which values are worth trying at each path that a check reads: by its schema, and by what the check compares it with. */
export class Pools {
  readonly #texts = new Map<string, Set<Scalar>>();
  readonly #samples = new Map<string, Set<string>>();
  readonly #keys = new Map<string, Set<string>>();
  readonly #reads: Reads;

  constructor(reads: Reads, observed: Observations) {
    this.#reads = reads;
    for (const [node, operands] of reads.operands) {
      for (const [index, paths] of operands.entries()) {
        const seen = operands.flatMap((_paths, other) => (other === index ? [] : [...observed.of(node, other)]));
        const values = [...writtenIn(node), ...seen, ...shares(node, seen)];
        if (node.kind === "entry") {
          if (index === 0) for (const map of paths) add(this.#keys, pathKey(map), values.map(String));
          continue;
        }
        const samples = node.kind === "matches" ? samplesOf(node.source.slice(1, node.source.lastIndexOf("/")), node.source.slice(node.source.lastIndexOf("/") + 1)) : [];
        for (const path of paths) {
          if (path.at(-1) === "{key}") add(this.#keys, pathKey(path.slice(0, -1)), [...values.map(String), ...samples]);
          else add(this.#texts, pathKey(path), values);
          add(this.#samples, pathKey(path), samples);
        }
      }
    }
  }

  /** Keys that a map may be given. */
  keys(map: ReadPath): readonly string[] {
    return [...(this.#keys.get(pathKey(map)) ?? [])].slice(0, 12);
  }

  /** Keys that come near to those that a map is asked for. */
  nearKeys(map: ReadPath): readonly string[] {
    return this.keys(map).flatMap((key) => [`x${key}`, `${key}x`, key.toUpperCase(), key.slice(0, -1)]).filter((key) => key !== "");
  }

  /** Sizes that a list may be given, for a check that counts its elements. */
  sizes(list: ReadPath): readonly number[] {
    const counts = [...(this.#texts.get(pathKey([...list, "#"])) ?? [])].filter((count) => typeof count === "number");
    return [...new Set(counts.flatMap((count) => [count - 1, count, count + 1]))].filter((size) => size >= 0 && size < 12);
  }

  /** Values for a path, each of a type that the schema takes; `nothing` among them. */
  values(path: ReadPath, schema: Schema | undefined): readonly unknown[] {
    const whole = resolved(schema);
    const types = new Set(typesOf(whole));
    const scalars = [...(this.#texts.get(pathKey(path)) ?? [])];
    const values: unknown[] = [nothing];
    if (types.has("boolean")) values.push(true, false);
    if (types.has("integer") || types.has("number")) {
      const numbers = scalars.filter((value) => typeof value === "number" && Number.isInteger(value)) as number[];
      values.push(...numbers.flatMap((number) => [number, number + 1, number - 1]), 0, 1);
    }
    if (types.has("string")) values.push(...(whole?.enum?.filter((word) => word !== null) ?? [...this.#textsOf(path), "", "x"]));
    if (types.has("array")) values.push([], [minimal(whole?.items)]);
    if (types.has("object")) values.push({}, minimal(whole));
    return values;
  }

  /** Texts that a path is compared with. */
  texts(path: ReadPath): readonly string[] {
    return this.#textsOf(path);
  }

  /** Texts that come near to those that a path is compared with, or lie at the edge of what the library makes of them. */
  nearTexts(path: ReadPath, schema: Schema | undefined): readonly string[] {
    const whole = resolved(schema);
    if (whole?.enum !== undefined || !typesOf(whole).includes("string")) return [];
    const families = this.#reads.families.get(pathKey(path)) ?? new Set();
    return [...new Set([...[...families].flatMap((family) => familyTexts[family]), ...this.#textsOf(path).flatMap((text) => neighbours(text, families))])];
  }

  #textsOf(path: ReadPath): readonly string[] {
    return [...[...(this.#texts.get(pathKey(path)) ?? [])].map(String), ...(this.#samples.get(pathKey(path)) ?? [])];
  }
}

/** The scalars that an operand of a comparison is, as they stand in the check. */
function writtenIn(node: Expression): readonly Scalar[] {
  return children(node).flatMap((child) => {
    const written = child.kind === "constant" ? child.value : child;
    const items = written.kind === "list" ? written.items : [written];
    return items.flatMap((item) => (item.kind === "literal" && typeof item.value !== "boolean" ? [item.value] : []));
  });
}

/** What a number that is compared in a multiple of it has to be near to. */
function shares(node: Expression, values: readonly Scalar[]): readonly number[] {
  if (node.kind !== "compare") return [];
  const factors = [node.left, node.right].flatMap((side) => (side.kind === "arithmetic" && side.operator === "*" ? [side.left, side.right].flatMap((part) => (part.kind === "literal" && typeof part.value === "number" ? [part.value] : [])) : []));
  return factors.flatMap((factor) => values.flatMap((value) => (typeof value === "number" && factor !== 0 ? [Math.floor(value / factor)] : [])));
}

function add<Value>(map: Map<string, Set<Value>>, key: string, values: readonly Value[]): void {
  const known = map.get(key) ?? new Set();
  for (const value of values) known.add(value);
  map.set(key, known);
}
