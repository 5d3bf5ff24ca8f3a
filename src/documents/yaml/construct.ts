import { type JsonObject, type JsonValue, setOwn } from "../syntax/json-value.ts";
import { type AliasNode, type MappingNode, maximumDepth, type Node, type ScalarNode } from "../syntax/node.ts";
import { duplicateKey, nestedTooDeep, Problem } from "../syntax/problem.ts";
import { floatKey, plainValue, type Resolved, resolvePlain } from "./resolve.ts";
import { taggedValue } from "./tags.ts";

/** A merge key that took back what its mapping says: right to kubectl, surprising to a reader. */
export interface Override {
  /** Offset of the `<<`. */
  readonly offset: number;
  readonly keys: readonly string[];
}

export interface Construction {
  readonly value: JsonValue;
  readonly overrides: readonly Override[];
}

/** Characters that aliases may add. kubectl bounds nodes only, so that one long text could be repeated at will. */
const maximumExpandedText = 16 * 1024 * 1024;

/**
 * Makes the JSON value of a syntax tree as kubectl does (go.yaml.in/yaml/v2, then sigs.k8s.io/yaml): keys
 * become strings, aliases are copied, a merge sets its keys in the order of the text. Stricter than kubectl
 * where a key is set twice, and where aliases repeat very much text. Throws `Problem`.
 */
export function constructValue(root: Node): Construction {
  const builder = new Builder();
  return { value: builder.value(root), overrides: builder.overrides };
}

/** Keys that are no texts get a name in JSON, `1`, `true`, `1e+06`, but for null and what exceeds 64 bits with a sign. */
function keyName(resolved: Resolved): string | undefined {
  switch (resolved.kind) {
    case "null":
      return undefined;
    case "float":
      return floatKey(resolved.value);
    case "integer":
      return resolved.value < 2n ** 63n ? String(resolved.value) : undefined;
    default:
      return String(resolved.value);
  }
}

/** `<<`, written plainly or with the tag `!!merge`. */
export function isMergeKey(node: Node): boolean {
  return node.kind === "scalar" && node.text === "<<" && (node.plain || node.tag === "tag:yaml.org,2002:merge");
}

/** The JSON name of a key; undefined if it has none. */
export function keyOf(node: Node): string | undefined {
  const key = node.kind === "alias" ? node.target : node;
  if (key.kind !== "scalar") return undefined;
  if (key.tag === undefined && !key.plain) return key.text;
  return keyName(key.tag === undefined ? resolvePlain(key.text) : taggedValue(key));
}

/** kubectl's share of values that may come from aliases: 99 % of a small document, 10 % of a huge one. */
function allowedShare(values: number): number {
  if (values <= 400_000) return 0.99;
  if (values >= 4_000_000) return 0.1;
  return 0.99 - 0.89 * ((values - 400_000) / 3_600_000);
}

/** The keys of a mapping that a merge has set, which a key of its own may set again. */
interface Merged {
  keys: Set<string> | undefined;
}

class Builder {
  readonly overrides: Override[] = [];
  private readonly open = new Set<AliasNode>();
  private depth = 0;
  private aliasDepth = 0;
  /** kubectl counts the document itself as well. */
  private values = 1;
  private aliasedValues = 0;
  private expandedText = 0;

  value(node: Node): JsonValue {
    this.count(node);
    switch (node.kind) {
      case "scalar":
        return this.scalar(node);
      case "alias":
        return this.follow(node, (target) => this.value(target));
      case "sequence":
        return this.deeper(node, () => node.items.map((item) => this.value(item)));
      case "mapping":
        return this.deeper(node, () => {
          const object: JsonObject = {};
          this.fill(object, node);
          return object;
        });
    }
  }

  private deeper<T>(node: Node, make: () => T): T {
    if (this.depth >= maximumDepth) throw nestedTooDeep(node.start);
    this.depth += 1;
    const made = make();
    this.depth -= 1;
    return made;
  }

  private count(node: Node): void {
    this.values += 1;
    if (this.aliasDepth > 0) this.aliasedValues += 1;
    if (this.aliasedValues > 100 && this.values > 1000 && this.aliasedValues / this.values > allowedShare(this.values)) {
      throw new Problem(node.start, "The aliases of this document expand to too many values.", "Write out what the aliases repeat.");
    }
  }

  private follow<T>(alias: AliasNode, read: (target: AliasNode["target"]) => T): T {
    if (this.open.has(alias)) throw new Problem(alias.start, `The alias *${alias.name} stands inside its own anchor.`);
    this.open.add(alias);
    this.aliasDepth += 1;
    const result = read(alias.target);
    this.aliasDepth -= 1;
    this.open.delete(alias);
    return result;
  }

  private scalar(node: ScalarNode): JsonValue {
    const value = node.tag !== undefined ? jsonOf(taggedValue(node)) : node.plain ? plainValue(node.text) : node.text;
    if (typeof value === "number" && !Number.isFinite(value)) throw new Problem(node.start, `JSON, and so Kubernetes, has no ${node.text}.`, "Quote it if it is a text.");
    if (this.aliasDepth > 0 && typeof value === "string") {
      this.expandedText += value.length;
      if (this.expandedText > maximumExpandedText) throw new Problem(node.start, "The aliases of this document expand to too much text.", "Write out what the aliases repeat.");
    }
    return value;
  }

  /** Sets a mapping's keys in `object`. */
  private fill(object: JsonObject, node: MappingNode): void {
    const merged: Merged = { keys: undefined };
    for (let index = 0; index + 1 < node.pairs.length; index += 2) {
      const keyNode = node.pairs[index] as Node;
      const valueNode = node.pairs[index + 1] as Node;
      if (isMergeKey(keyNode)) {
        this.merge(object, valueNode, merged, keyNode.start);
        continue;
      }
      const key = this.key(keyNode);
      if (Object.hasOwn(object, key) && merged.keys?.delete(key) !== true) throw duplicateKey(keyNode.start, key);
      setOwn(object, key, this.value(valueNode));
    }
  }

  private key(node: Node): string {
    this.count(node);
    if (node.kind === "alias") this.follow(node, (target) => this.count(target));
    const key = keyOf(node);
    if (key === undefined) throw new Problem(node.start, "A key must be a text, a number or a boolean.", "Quote the key. An unrendered {{ … }} reads as a mapping too.");
    return key;
  }

  /** Later keys win, whether they are merged or not; of a list of mappings, the first. */
  private merge(object: JsonObject, node: Node, merged: Merged, offset: number): void {
    merged.keys ??= new Set();
    const sources = node.kind === "sequence" ? node.items.toReversed() : [node];
    for (const source of sources) {
      const target = source.kind === "alias" ? source.target : source;
      if (target.kind !== "mapping") throw new Problem(source.start, "A merge key << needs a mapping, or a list of mappings.");
      const addition: JsonObject = {};
      this.count(source);
      if (source.kind === "alias") {
        this.follow(source, () => {
          this.count(target);
          this.deeper(source, () => this.fill(addition, target));
        });
      } else this.deeper(source, () => this.fill(addition, target));
      const overridden: string[] = [];
      for (const [key, value] of Object.entries(addition)) {
        if (Object.hasOwn(object, key) && !merged.keys.has(key)) overridden.push(key);
        else merged.keys.add(key);
        setOwn(object, key, value);
      }
      if (overridden.length > 0 && this.aliasDepth === 0) this.overrides.push({ offset, keys: overridden });
    }
  }
}

function jsonOf(resolved: Resolved): JsonValue {
  return resolved.kind === "integer" ? Number(resolved.value) : resolved.value;
}
