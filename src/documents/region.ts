import type { Position } from "../diagnostics/span.ts";
import { scanJson } from "./json/scanner.ts";
import type { ReadItem } from "./read-item.ts";
import type { SourceText } from "./source-text.ts";
import type { Node } from "./syntax/node.ts";
import { Problem } from "./syntax/problem.ts";
import { parseYaml } from "./yaml/parser.ts";

/** The stretch of a source text that holds one document. */
export class Region {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
  readonly syntax: "yaml" | "json";
  private tree: Node | undefined;

  constructor(source: SourceText, start: number, end: number, syntax: "yaml" | "json") {
    this.source = source;
    this.start = start;
    this.end = end;
    this.syntax = syntax;
  }

  get text(): string {
    return this.source.text.slice(this.start, this.end);
  }

  /** Keeps the syntax tree that the value was made of, so that places are found without parsing again. */
  keep(root: Node | undefined): void {
    this.tree = root;
  }

  /** The syntax tree of a document that could be read: parsed when first asked for, unless it was kept. */
  root(): Node | undefined {
    this.tree ??= this.syntax === "json" ? scanJson(this.text, 0).node : parseYaml(this.text);
    return this.tree;
  }

  /** Where an offset into this region stands in the file. */
  positionAt(offset: number): Position {
    return this.source.positionAt(this.start + offset);
  }

  /** Reports a problem at its place. */
  error(problem: Problem): ReadItem {
    const { message, help } = problem;
    return { kind: "error", error: { file: this.source.file, ...this.positionAt(problem.offset), message, ...(help === undefined ? {} : { help }) } };
  }

  note(offset: number, message: string): ReadItem {
    return { kind: "note", note: { file: this.source.file, line: this.positionAt(offset).line, message } };
  }
}
