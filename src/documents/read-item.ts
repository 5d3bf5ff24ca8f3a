import type { Position } from "../diagnostics/span.ts";

/** A step into a document: a key, or the index of a list item. */
export type PathStep = string | number;

/** A line of a source file, numbered from 1, without its line break. */
export interface SourceLine {
  readonly number: number;
  readonly text: string;
}

/** One Kubernetes object and the place it came from. */
export interface SourceDocument {
  /** As the user named it, or its path below the folder that the user named; `-` for standard input. */
  readonly file: string;
  /** From 0, among the objects of its file. The items of a List count one by one. */
  readonly index: number;
  /** Plain objects, lists and scalars. Nothing is shared with another part or document; `__proto__` is a key like any other. */
  readonly value: unknown;
  /** Empty, or where the object stands in the List that it was taken from: `["items", 3]`. */
  readonly itemPath: readonly PathStep[];
  /**
   * Where a field stands: its key, or with `value` what is set. A list item has no key and stands at its
   * value. What comes through an alias stands at the alias, what comes through a merge at the `<<` (for a
   * mapping written in place: at its own key). A field that is not there stands where its nearest ancestor
   * does. Lines and columns count from 1, columns in UTF-16 code units as editors do.
   */
  locate(path: readonly PathStep[], target?: "key" | "value"): Position;
  /** The source lines around `line`, `context` (2) before and after, as far as there are any. */
  frame(line: number, context?: number): readonly SourceLine[];
}

/** Why a file or one of its documents could not be read. It was not judged; the rest was. */
export interface ReadError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What is wrong; ends with a full stop. */
  readonly message: string;
  /** What to do about it. */
  readonly help?: string;
}

/** What was left out on purpose, or reads differently than it looks. */
export interface ReadNote {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

/** What reading yields, in the order of the text. */
export type ReadItem =
  | { readonly kind: "document"; readonly document: SourceDocument }
  | { readonly kind: "error"; readonly error: ReadError }
  | { readonly kind: "note"; readonly note: ReadNote };

/** An error at the start of a file, for what concerns it as a whole. */
export function fileError(file: string, message: string, help?: string): ReadItem {
  return { kind: "error", error: { file, line: 1, column: 1, message, ...(help === undefined ? {} : { help }) } };
}

export function noteItem(file: string, message: string, line?: number): ReadItem {
  return { kind: "note", note: { file, message, ...(line === undefined ? {} : { line }) } };
}
