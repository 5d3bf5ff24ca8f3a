import { type MappingNode, maximumDepth, type Node, type SequenceNode } from "../syntax/node.ts";
import { nestedTooDeep, Problem } from "../syntax/problem.ts";

/** A JSON value and the offset after it. */
export interface JsonValueNode {
  readonly node: Node;
  readonly end: number;
}

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![.eE])/y;
const word = /true|false|null/y;

/** Offset of the first character at or after `offset` that is no JSON white space. */
export function skipSpace(text: string, offset: number): number {
  for (let at = offset; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
  }
}

/** Offset of the quote that ends the JSON string whose opening quote stands at `start`; -1 if none does. */
export function closingQuote(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
}

/**
 * Parses one JSON value of a text into a syntax tree. Slower than JSON.parse: for texts with several values,
 * for errors and for places. Keys may stand twice. Throws `Problem`.
 */
export function scanJson(text: string, offset: number): JsonValueNode {
  const scanner = new JsonScanner(text, offset);
  const node = scanner.value(0);
  return { node, end: scanner.offset };
}

class JsonScanner {
  offset: number;
  private readonly text: string;

  constructor(text: string, offset: number) {
    this.text = text;
    this.offset = offset;
  }

  value(depth: number): Node {
    this.offset = skipSpace(this.text, this.offset);
    const start = this.offset;
    switch (this.text[start]) {
      case "{":
        return this.object(start, this.deeper(depth));
      case "[":
        return this.array(start, this.deeper(depth));
      case '"':
        return { kind: "scalar", start, text: this.string(), plain: false, tag: undefined };
      default:
        return { kind: "scalar", start, text: this.match(number) ?? this.match(word) ?? this.fail("A JSON value is missing here."), plain: true, tag: undefined };
    }
  }

  private deeper(depth: number): number {
    if (depth >= maximumDepth) throw nestedTooDeep(this.offset);
    return depth + 1;
  }

  private object(start: number, depth: number): MappingNode {
    const pairs: Node[] = [];
    this.offset += 1;
    for (let first = true; !this.take("}"); first = false) {
      if (!first && !this.take(",")) this.fail("Expected ',' or '}' here.");
      this.offset = skipSpace(this.text, this.offset);
      const keyStart = this.offset;
      if (this.text[keyStart] !== '"') this.fail("A key in double quotes is missing here.");
      pairs.push({ kind: "scalar", start: keyStart, text: this.string(), plain: false, tag: undefined });
      if (!this.take(":")) this.fail("A ':' is missing here.");
      pairs.push(this.value(depth));
    }
    return { kind: "mapping", start, pairs };
  }

  private array(start: number, depth: number): SequenceNode {
    const items: Node[] = [];
    this.offset += 1;
    for (let first = true; !this.take("]"); first = false) {
      if (!first && !this.take(",")) this.fail("Expected ',' or ']' here.");
      items.push(this.value(depth));
    }
    return { kind: "sequence", start, items };
  }

  private string(): string {
    const start = this.offset;
    const quote = closingQuote(this.text, start);
    try {
      const text: unknown = JSON.parse(this.text.slice(start, quote + 1));
      this.offset = quote + 1;
      if (typeof text === "string") return text;
    } catch {
      // Reported below: JSON.parse knows no place in this text.
    }
    return this.fail("This text does not end, or holds a line break or an unknown escape.");
  }

  private take(character: string): boolean {
    this.offset = skipSpace(this.text, this.offset);
    if (this.text[this.offset] !== character) return false;
    this.offset += 1;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const written = pattern.exec(this.text)?.[0];
    this.offset += written?.length ?? 0;
    return written;
  }

  private fail(message: string): never {
    throw new Problem(this.offset, message);
  }
}
