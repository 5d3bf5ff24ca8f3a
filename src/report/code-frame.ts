import type { SourceLine } from "../documents/read-item.ts";
import { cells, printable } from "../text/printable.ts";

/** A code frame's pieces, to be coloured by whoever prints it. */
export interface FrameRow {
  /** The line's number, or blanks as wide below the line that is marked. */
  readonly margin: string;
  readonly text: string;
  readonly marker: boolean;
}

/** What a mark covers: a quoted scalar, or a word up to what ends it in YAML and JSON. */
const token = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,:{}[\]"']+(?::(?=\S)[^\s,{}[\]"']*)*)/;

/**
 * The lines with a row of marks under the word that starts at a column (from 1, in UTF-16 code units) of one of them. Lines
 * wider than `width` cells are cut around the word.
 */
export function codeFrame(lines: readonly SourceLine[], line: number, column: number, width: number): FrameRow[] {
  const digits = Math.max(0, ...lines.map(({ number }) => String(number).length));
  const marked = lines.find(({ number }) => number === line)?.text ?? "";
  const before = show(marked.slice(0, column - 1));
  const word = show(token.exec(marked.slice(column - 1))?.[0] ?? marked.charAt(column - 1));
  const shift = Math.max(0, cells(before) + Math.min(cells(word), 20) + 8 - width);
  const pad = shift > 0 ? 1 : 0;
  return lines.flatMap(({ number, text }) => {
    const row: FrameRow = { margin: String(number).padStart(digits), text: crop(show(text), shift, width), marker: false };
    const marks = "^".repeat(Math.max(1, Math.min(cells(word), width - (cells(before) - shift) - pad)));
    if (number !== line) return row.text === "…" ? [] : [row];
    return [row, { margin: " ".repeat(digits), text: " ".repeat(cells(before) - shift + pad) + marks, marker: true }];
  });
}

const show = (text: string): string => printable(text.replaceAll("\t", "  "));

/** The part of a text from a cell on that fits into a width, with an ellipsis for what is left out. */
function crop(text: string, from: number, width: number): string {
  if (from === 0 && cells(text) <= width) return text;
  let at = 0;
  let shown = "";
  let cut = false;
  for (const character of text) {
    const size = cells(character);
    if (at >= from && at + size <= from + width - 2) shown += character;
    else if (at >= from) cut = true;
    at += size;
  }
  return `${from > 0 ? "…" : ""}${shown}${cut ? "…" : ""}`;
}
