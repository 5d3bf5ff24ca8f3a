import type { Position } from "../diagnostics/span.ts";
import type { SourceLine } from "./read-item.ts";

/**
 * A file's text, or a stretch of a large file that begins and ends between documents. Lines end with LF, CR LF
 * or a lone CR, as in editors. Nothing is counted before a place is asked for.
 */
export class SourceText {
  readonly file: string;
  readonly text: string;
  /** Ascending offsets where the bytes of the file were no UTF-8; the text has U+FFFD there. */
  private readonly invalid: readonly number[];
  private readonly firstLine: number;
  private starts: readonly number[] | undefined;

  constructor(file: string, text: string, firstLine = 1, invalid: readonly number[] = []) {
    this.file = file;
    this.text = text;
    this.firstLine = firstLine;
    this.invalid = invalid;
  }

  /** Number of the line after this text, where the next stretch of the file begins. */
  get nextLine(): number {
    return this.firstLine + this.lineStarts.length - 1;
  }

  positionAt(offset: number): Position {
    const index = Math.max(0, lastUpTo(this.lineStarts, offset));
    return { line: this.firstLine + index, column: offset - (this.lineStarts[index] ?? 0) + 1 };
  }

  /** Offset of the first place between `start` and `end` that is no UTF-8. */
  firstInvalid(start: number, end: number): number | undefined {
    const offset = this.invalid[lastUpTo(this.invalid, start - 1) + 1];
    return offset !== undefined && offset < end ? offset : undefined;
  }

  /** The lines from `first` to `last`, both included, as far as they lie in this text. */
  lines(first: number, last: number): SourceLine[] {
    const lines: SourceLine[] = [];
    for (let number = Math.max(first, this.firstLine); number <= last; number += 1) {
      const start = this.lineStarts[number - this.firstLine];
      if (start === undefined || (start === this.text.length && number > this.firstLine)) break;
      const end = this.lineStarts[number - this.firstLine + 1] ?? this.text.length;
      lines.push({ number, text: this.text.slice(start, end).replace(/[\r\n]+$/, "") });
    }
    return lines;
  }

  private get lineStarts(): readonly number[] {
    this.starts ??= findLineStarts(this.text);
    return this.starts;
  }
}

/** Index of the last of the ascending `numbers` that is not above `limit`; -1 if all are. */
function lastUpTo(numbers: readonly number[], limit: number): number {
  let low = -1;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  if (text.includes("\r")) for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  else for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
