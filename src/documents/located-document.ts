import type { Position } from "../diagnostics/span.ts";
import { locateField } from "./locate.ts";
import type { PathStep, SourceDocument, SourceLine } from "./read-item.ts";
import type { Region } from "./region.ts";

/** A document that finds its places in the text again, only when asked to. */
export class LocatedDocument implements SourceDocument {
  readonly file: string;
  readonly index: number;
  readonly value: unknown;
  readonly itemPath: readonly PathStep[];
  /** Kept out of what is printed or compared: it holds the file's text. */
  readonly #region: Region;

  constructor(region: Region, index: number, value: unknown, itemPath: readonly PathStep[]) {
    this.#region = region;
    this.file = region.source.file;
    this.index = index;
    this.value = value;
    this.itemPath = itemPath;
  }

  locate(path: readonly PathStep[], target: "key" | "value" = "key"): Position {
    const root = this.#region.root();
    return this.#region.positionAt(root === undefined ? 0 : locateField(root, [...this.itemPath, ...path], target));
  }

  frame(line: number, context = 2): readonly SourceLine[] {
    return this.#region.source.lines(line - context, line + context);
  }
}
