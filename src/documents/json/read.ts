import type { JsonValue } from "../syntax/json-value.ts";
import { maximumDepth, type Node } from "../syntax/node.ts";
import { duplicateKey, Problem } from "../syntax/problem.ts";
import { closingQuote, scanJson, skipSpace } from "./scanner.ts";

/** One value of a JSON text. */
export interface JsonPart {
  readonly value: JsonValue;
  readonly start: number;
  readonly end: number;
}

/** The values of a text, then what stopped it, if anything did. */
export interface JsonStream {
  readonly parts: readonly JsonPart[];
  /** The rest of the text is no JSON. It may be YAML. */
  readonly problem?: Problem;
  /** The rest is JSON, yet no document: a key set twice, a number out of range. */
  readonly fault?: Problem;
}

/** Reads a text of JSON values, one after the other as kubectl takes them: `{} {}`. */
export function readJson(text: string): JsonStream {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return readValues(text);
  }
  return countMembers(value, 0) === countColons(text) ? { parts: [{ value, start: skipSpace(text, 0), end: text.length }] } : readValues(text);
}

function readValues(text: string): JsonStream {
  const parts: JsonPart[] = [];
  try {
    for (let start = skipSpace(text, 0); start < text.length; ) {
      const { node, end } = scanJson(text, start);
      const fault = findFault(node);
      if (fault !== undefined) return { parts, fault };
      parts.push({ value: JSON.parse(text.slice(start, end)) as JsonValue, start, end });
      start = skipSpace(text, end);
    }
    return { parts };
  } catch (error) {
    if (error instanceof Problem) return { parts, problem: error };
    throw error;
  }
}

/** Colons of a valid JSON text outside its strings: as many as its objects have members, unless a key is set twice. */
function countColons(text: string): number {
  let colons = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x3a) colons += 1;
    else if (code === 0x22) at = closingQuote(text, at);
  }
  return colons;
}

/** Members of all objects in a value; NaN, which equals nothing, if it is too deep or holds an infinite number. */
function countMembers(value: JsonValue, depth: number): number {
  if (typeof value === "number") return Number.isFinite(value) ? 0 : Number.NaN;
  if (typeof value !== "object" || value === null) return 0;
  if (depth >= maximumDepth) return Number.NaN;
  let members = 0;
  if (Array.isArray(value)) for (const item of value) members += countMembers(item, depth + 1);
  else {
    for (const key in value) members += 1 + countMembers(value[key] as JsonValue, depth + 1);
  }
  return members;
}

/** Why a syntactically right tree is still no document: a key set twice, or a number that is out of range. */
function findFault(node: Node): Problem | undefined {
  if (node.kind === "scalar") {
    return node.plain && /\d/.test(node.text) && !Number.isFinite(Number(node.text)) ? new Problem(node.start, "This number is out of range.") : undefined;
  }
  if (node.kind === "sequence") return firstFault(node.items);
  if (node.kind === "alias") return undefined;
  const keys = new Set<string>();
  for (let index = 0; index < node.pairs.length; index += 2) {
    const key = node.pairs[index] as Node & { readonly kind: "scalar" };
    if (keys.has(key.text)) return duplicateKey(key.start, key.text);
    keys.add(key.text);
  }
  return firstFault(node.pairs);
}

function firstFault(nodes: readonly Node[]): Problem | undefined {
  for (const node of nodes) {
    const fault = findFault(node);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
