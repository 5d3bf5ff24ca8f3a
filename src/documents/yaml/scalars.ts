import { char, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit } from "./characters.ts";
import type { Cursor } from "./cursor.ts";
import { Problem } from "../syntax/problem.ts";

/** What `scanPlain` found beside the text: a scalar that ends on a later line lets a key start there. */
export interface PlainScalar {
  readonly text: string;
  readonly endsOnLaterLine: boolean;
}

/** Joins two lines of a flow scalar: one break folds into a space, more keep all but the first. */
function fold(leading: string, trailing: string): string {
  if (leading !== "\n") return leading + trailing;
  return trailing === "" ? " " : trailing;
}

function endsPlainInFlow(code: number): boolean {
  return (
    code === char.comma || code === char.question || code === char.openBracket || code === char.closeBracket || code === char.openBrace || code === char.closeBrace
  );
}

/** Where the characters from `start` on that belong to an unquoted scalar end: at a blank, a `: `, an indicator of flow. */
function endOfRun(source: string, start: number, inFlow: boolean): number {
  for (let at = start; ; at += 1) {
    const code = source.charCodeAt(at);
    if (isBlankOrEnd(code)) return at;
    if (code === char.colon && isBlankOrEnd(source.charCodeAt(at + 1))) return at;
    if (inFlow && endsPlainInFlow(code)) return at;
  }
}

/** Reads an unquoted scalar. `indent` is that of the block around it (-1 outside any). */
export function scanPlain(cursor: Cursor, indent: number, inFlow: boolean): PlainScalar {
  const { source } = cursor;
  let text = "";
  let chunkStart = cursor.offset;
  let chunkEnd = cursor.offset;
  let leading = "";
  let trailing = "";
  let onLaterLine = false;

  while (!cursor.atDocumentMarker() && cursor.code !== char.hash) {
    const runStart = cursor.offset;
    cursor.offset = endOfRun(source, runStart, inFlow);
    if (cursor.offset > runStart) {
      if (onLaterLine) {
        text += source.slice(chunkStart, chunkEnd) + fold(leading, trailing);
        leading = "";
        trailing = "";
        onLaterLine = false;
        chunkStart = runStart;
      }
      chunkEnd = cursor.offset;
    }
    let { code } = cursor;
    if (!isBlank(code) && !isBreak(code)) break;
    for (; isBlank(code) || isBreak(code); code = cursor.code) {
      if (isBlank(code)) {
        if (onLaterLine && code === char.tab && cursor.column <= indent) throw cursor.problem("A tab stands where only spaces may indent.", "Replace the tab with spaces.");
        cursor.offset += 1;
      } else if (onLaterLine) trailing += cursor.takeBreak();
      else {
        leading = cursor.takeBreak();
        onLaterLine = true;
      }
    }
    if (!inFlow && cursor.column <= indent) break;
  }
  return { text: text + source.slice(chunkStart, chunkEnd), endsOnLaterLine: onLaterLine };
}

/** Reads a quoted scalar from its opening quote to its closing one. */
export function scanQuoted(cursor: Cursor): string {
  const { source } = cursor;
  const start = cursor.offset;
  const quote = cursor.code;
  let text = "";
  cursor.offset += 1;
  for (;;) {
    if (cursor.atDocumentMarker()) throw new Problem(start, "A quoted text runs into a document marker.", "Close the quote.");
    if (cursor.code === char.end) throw new Problem(start, "A quoted text never ends.", "Close the quote.");

    let afterBreak = false;
    let runStart = cursor.offset;
    for (let code = cursor.code; !isBlankOrEnd(code); code = cursor.code) {
      if (code === quote) {
        if (quote === char.doubleQuote || cursor.codeAfter(1) !== quote) break;
        text += source.slice(runStart, cursor.offset + 1);
        cursor.offset += 2;
        runStart = cursor.offset;
      } else if (code === char.backslash && quote === char.doubleQuote) {
        text += source.slice(runStart, cursor.offset);
        cursor.offset += 1;
        if (isBreak(cursor.code)) {
          cursor.takeBreak();
          afterBreak = true;
        } else text += scanEscape(cursor);
        runStart = cursor.offset;
        if (afterBreak) break;
      } else cursor.offset += 1;
    }
    text += source.slice(runStart, cursor.offset);
    if (cursor.code === quote) break;

    const blanksStart = cursor.offset;
    let leading = "";
    let trailing = "";
    for (let code = cursor.code; isBlank(code) || isBreak(code); code = cursor.code) {
      if (isBlank(code)) cursor.offset += 1;
      else if (afterBreak) trailing += cursor.takeBreak();
      else {
        leading = cursor.takeBreak();
        afterBreak = true;
      }
    }
    text += afterBreak ? fold(leading, trailing) : source.slice(blanksStart, cursor.offset);
  }
  cursor.offset += 1;
  return text;
}

const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "'": "'",
  "\\": "\\",
  N: "\u0085",
  _: "\u00a0",
  L: "\u2028",
  P: "\u2029",
};

const escapeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Reads one escape from the character after the backslash. `\/` is none: it is JSON's, and kubectl refuses it in YAML. */
function scanEscape(cursor: Cursor): string {
  const start = cursor.offset - 1;
  const name = cursor.source.charAt(cursor.offset);
  const known = escapes[name];
  cursor.offset += 1;
  if (known !== undefined) return known;
  const length = escapeLengths[name];
  if (length === undefined) throw new Problem(start, "A double-quoted text holds an unknown escape.", "Write \\\\ for a backslash, or use single quotes.");
  const digits = cursor.source.slice(cursor.offset, cursor.offset + length);
  if (digits.length !== length || !/^[0-9a-fA-F]+$/.test(digits)) throw new Problem(start, `The escape \\${name} needs ${length} hexadecimal digits.`);
  const value = Number.parseInt(digits, 16);
  if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) throw new Problem(start, "An escape names no Unicode character.", "YAML has no surrogate pairs: write \\U and eight digits.");
  cursor.offset += length;
  return String.fromCodePoint(value);
}

/** Reads a block scalar from its `|` or `>`. `parentIndent` is that of the block around it (-1 outside any). */
export function scanBlock(cursor: Cursor, parentIndent: number): string {
  const { source } = cursor;
  const start = cursor.offset;
  const literal = cursor.code === char.pipe;
  cursor.offset += 1;

  const header = scanBlockHeader(cursor);
  let indent = header.increment === 0 ? 0 : Math.max(parentIndent, 0) + header.increment;
  let trailing = "";

  /** Passes empty lines and indentation; the first call settles the indentation unless the header has. */
  const passBreaks = (): void => {
    let deepest = 0;
    for (;;) {
      while ((indent === 0 || cursor.column < indent) && cursor.code === char.space) cursor.offset += 1;
      deepest = Math.max(deepest, cursor.column);
      if ((indent === 0 || cursor.column < indent) && cursor.code === char.tab) throw new Problem(start, "A tab indents a line of a block text.", "Replace the tab with spaces.");
      if (!isBreak(cursor.code)) break;
      trailing += cursor.takeBreak();
    }
    if (indent === 0) indent = Math.max(deepest, parentIndent + 1, 1);
  };

  passBreaks();
  let text = "";
  let leading = "";
  let lastLineIndented = false;
  while (cursor.column === indent && cursor.code !== char.end) {
    const indented = isBlank(cursor.code);
    if (!literal && leading === "\n" && !lastLineIndented && !indented) text += trailing === "" ? " " : "";
    else text += leading;
    text += trailing;
    trailing = "";
    lastLineIndented = indented;
    const lineStart = cursor.offset;
    while (!isBreakOrEnd(cursor.code)) cursor.offset += 1;
    text += source.slice(lineStart, cursor.offset);
    leading = cursor.code === char.end ? "" : cursor.takeBreak();
    passBreaks();
  }
  if (header.chomping !== "strip") text += leading;
  if (header.chomping === "keep") text += trailing;
  return text;
}

interface BlockHeader {
  readonly chomping: "clip" | "strip" | "keep";
  /** Written indentation, 0 when it is to be found out. */
  readonly increment: number;
}

function scanBlockHeader(cursor: Cursor): BlockHeader {
  let chomping: BlockHeader["chomping"] = "clip";
  let increment = 0;
  const takeChomping = (): boolean => {
    const code = cursor.code;
    if (code !== char.plus && code !== char.minus) return false;
    chomping = code === char.plus ? "keep" : "strip";
    cursor.offset += 1;
    return true;
  };
  const takeIncrement = (): boolean => {
    if (!isDigit(cursor.code)) return false;
    increment = cursor.code - char.zero;
    if (increment === 0) throw cursor.problem("A block text cannot be indented by 0.");
    cursor.offset += 1;
    return true;
  };
  if (takeChomping()) takeIncrement();
  else if (takeIncrement()) takeChomping();

  while (isBlank(cursor.code)) cursor.offset += 1;
  if (cursor.code === char.hash) while (!isBreakOrEnd(cursor.code)) cursor.offset += 1;
  if (!isBreakOrEnd(cursor.code)) throw cursor.problem("Text follows the | or > of a block text on the same line.", "Start the text on the next line.");
  if (cursor.code !== char.end) cursor.takeBreak();
  return { chomping, increment };
}
