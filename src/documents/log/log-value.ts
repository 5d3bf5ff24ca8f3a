import type { Position } from "../../diagnostics/span.ts";
import { locateField } from "../locate.ts";
import type { PathStep, ReadError } from "../read-item.ts";
import { Region } from "../region.ts";
import { SourceText } from "../source-text.ts";
import { Problem } from "../syntax/problem.ts";

/** What a log yields, in the order of its lines. */
export type LogItem = LogValue | LogError;

/** Why a line, or the rest of a file, could not be read. */
export interface LogError {
  readonly kind: "error";
  readonly error: ReadError;
}

/** One JSON value of a log and the lines that it came from. */
export class LogValue {
  readonly kind = "value";
  readonly file: string;
  readonly value: unknown;
  /** The line on which it begins, from 1. */
  readonly line: number;
  readonly #text: string;
  #region: Region | undefined;

  constructor(file: string, value: unknown, line: number, text: string) {
    this.file = file;
    this.value = value;
    this.line = line;
    this.#text = text;
  }

  /** Where the value, or a part of it, stands. The text is parsed a second time, so this is for what is told. */
  locate(path: readonly PathStep[] = []): Position {
    if (path.length === 0) return { line: this.line, column: this.#text.search(/[^ \t\r\n]|$/) + 1 };
    this.#region ??= new Region(new SourceText(this.file, this.#text, this.line), 0, this.#text.length, "json");
    try {
      const root = this.#region.root();
      return this.#region.positionAt(root === undefined ? 0 : locateField(root, path, "key"));
    } catch (error) {
      // JSON.parse reads what is nested deeper than a syntax tree may be.
      if (error instanceof Problem) return this.locate();
      throw error;
    }
  }
}
