import type { PathStep } from "./read-item.ts";
import type { MappingNode, Node } from "./syntax/node.ts";
import { isMergeKey, keyOf } from "./yaml/construct.ts";

/** A field in the text. `node` is absent if it lies behind an alias: then the alias is where it stands. */
interface Field {
  readonly key: number;
  readonly value: number;
  readonly node: Node | undefined;
}

/** Offset of a field in a syntax tree, or of its nearest ancestor that is there. */
export function locateField(root: Node, path: readonly PathStep[], target: "key" | "value"): number {
  let field: Field = { key: root.start, value: root.start, node: root };
  for (const step of path) {
    const next = field.node === undefined ? undefined : findField(field.node, step);
    if (next === undefined) break;
    field = next;
  }
  return field[target];
}

function findField(node: Node, step: PathStep): Field | undefined {
  if (node.kind === "mapping") return findKey(node, String(step));
  if (node.kind !== "sequence") return undefined;
  const item = node.items[Number(step)];
  return item === undefined ? undefined : { key: item.start, value: item.start, node: unlessAlias(item) };
}

/** The pair that counts: the last in the text, a merge being as good as a key. */
function findKey(mapping: MappingNode, name: string): Field | undefined {
  for (let index = mapping.pairs.length - 2; index >= 0; index -= 2) {
    const key = mapping.pairs[index] as Node;
    const value = mapping.pairs[index + 1] as Node;
    const field = isMergeKey(key) ? findMerged(key, value, name) : keyOf(key) === name ? { key: key.start, value: value.start, node: unlessAlias(value) } : undefined;
    if (field !== undefined) return field;
  }
  return undefined;
}

function findMerged(key: Node, value: Node, name: string): Field | undefined {
  for (const source of value.kind === "sequence" ? value.items : [value]) {
    const mapping = source.kind === "alias" ? source.target : source;
    const field = mapping.kind === "mapping" ? findKey(mapping, name) : undefined;
    if (field === undefined) continue;
    return source.kind === "alias" ? { key: key.start, value: source.start, node: undefined } : field;
  }
  return undefined;
}

function unlessAlias(node: Node): Node | undefined {
  return node.kind === "alias" ? undefined : node;
}
