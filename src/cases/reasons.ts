import { pathGroups } from "./name-case.ts";
import type { Obligation } from "./obligation.ts";
import type { ReadPath, Reads } from "./reads.ts";
import type { Schema } from "../kubernetes/schema-store.ts";
import { isRequired, schemaAt } from "./schema.ts";

interface Surroundings {
  readonly reads: Reads;
  readonly schemas: Readonly<Record<string, Schema>>;
  /** The roots that the search could change. */
  readonly roots: ReadonlySet<string>;
  /** Whether the obligation's fault acted in some request. */
  readonly neared: boolean;
  readonly tried: number;
}

/** Why no case shows an obligation, as far as schemas and settings tell; otherwise what the search saw. */
export function reasonFor(obligation: Obligation, surroundings: Surroundings): string {
  const { reads, schemas, roots, neared, tried } = surroundings;
  const { node, shownBy, side } = obligation;
  const paths = pathGroups(node, reads).flat();
  const all = (test: (path: ReadPath) => boolean): boolean => paths.length > 0 && paths.every(test);
  if (all(([root = ""]) => !roots.has(root))) return "the target's settings decide it";
  if (node.kind === "constant" || paths.length === 0) return neared ? "it never decides by itself" : "it depends on nothing that a case could change";
  if (!neared && (shownBy === "sight" || side === false) && all((path) => path.at(-1) === "[]")) return "a walk skips what is absent";
  if (!neared && (shownBy === "sight" || side === false) && all((path) => isAlways(path, schemas))) return "the schema requires it";
  if (!neared && shownBy === "sight" && all((path) => (schemaOf(path, schemas)?.required ?? []).length > 0)) return "the schema requires members of it";
  if (all((path) => schemaOf(path, schemas)?.enum !== undefined)) return "the schema takes a closed set of words";
  return neared ? `it decides nothing by itself in any of ${tried} objects` : `none of ${tried} objects gives it that value`;
}

const keysOf = ([, ...rest]: ReadPath): readonly (string | number)[] => rest.map((segment) => (segment === "[]" ? 0 : segment));

const schemaOf = (path: ReadPath, schemas: Readonly<Record<string, Schema>>): Schema | undefined => schemaAt(schemas[path[0] ?? ""], keysOf(path));

function isAlways(path: ReadPath, schemas: Readonly<Record<string, Schema>>): boolean {
  const owner = schemaAt(schemas[path[0] ?? ""], keysOf(path.slice(0, -1)));
  return isRequired(owner, path.at(-1) ?? "") || (path[0] === "parameters" && path.length === 2);
}
