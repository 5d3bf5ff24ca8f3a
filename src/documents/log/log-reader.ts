import { isAscii, isUtf8 } from "node:buffer";
import { closingQuote, scanJson, skipSpace } from "../json/scanner.ts";
import { SourceText } from "../source-text.ts";
import { Problem } from "../syntax/problem.ts";
import { type LogItem, LogValue } from "./log-value.ts";

/** The longest line that is read, in bytes: what is longer is no event, and would fill the memory. */
export const longestLine = 256 * 1024 * 1024;

/** How much of a file is looked at to see whether it holds text. */
const sampleSize = 4096;

/** A value that goes over several lines, as far as it has been read. */
interface Unfinished {
  readonly firstLine: number;
  readonly lines: string[];
  size: number;
  depth: number;
}

/**
 * Reads the JSON values of a log as its bytes come in: one to a line. A value may also go over lines where the first one holds
 * nothing but what opens it, as pretty-printers write it. Lines end with LF or CR LF. What is no JSON is an error at its place,
 * and the rest is read; only blank lines are passed over.
 */
export class LogReader {
  readonly #file: string;
  readonly #longest: number;
  /** Bytes of a line whose end has not come. */
  #pending: Buffer[] = [];
  #pendingSize = 0;
  #line = 0;
  #unfinished: Unfinished | undefined;
  #first = true;
  /** Nothing more is read: the file holds no text. */
  #stopped = false;
  /** The rest of the line is dropped, since its beginning was too long. */
  #dropping = false;

  constructor(file: string, longest: number = longestLine) {
    this.#file = file;
    this.#longest = longest;
  }

  /** How many lines have been read. */
  get lines(): number {
    return this.#line;
  }

  /** Takes more bytes. The items must be taken before more bytes are given. */
  *push(bytes: Buffer): Generator<LogItem, void, undefined> {
    if (this.#stopped) return;
    const end = bytes.lastIndexOf(0x0a);
    if (end < 0) {
      yield* this.#keep(bytes);
      return;
    }
    const start = this.#dropping ? bytes.indexOf(0x0a) + 1 : 0;
    this.#dropping = false;
    const lines = bytes.subarray(start, end + 1);
    const whole = this.#pending.length === 0 ? lines : Buffer.concat([...this.#pending, lines]);
    this.#pending = [];
    this.#pendingSize = 0;
    yield* this.#read(whole);
    if (end + 1 < bytes.length) yield* this.#keep(bytes.subarray(end + 1));
  }

  /** Reads the last line, and tells of a value that did not end. */
  *end(): Generator<LogItem, void, undefined> {
    if (this.#stopped) return;
    if (this.#pendingSize > 0) yield* this.#read(Buffer.concat(this.#pending));
    this.#pending = [];
    if (this.#unfinished !== undefined) yield* this.#giveUp(this.#unfinished, "This value does not end.");
  }

  *#keep(bytes: Buffer): Generator<LogItem, void, undefined> {
    if (this.#dropping) return;
    this.#pending.push(bytes);
    this.#pendingSize += bytes.length;
    if (this.#pendingSize <= this.#longest) return;
    this.#pending = [];
    this.#pendingSize = 0;
    this.#dropping = true;
    this.#line += 1;
    yield this.#error(this.#line, 1, `The line is longer than ${Math.round(this.#longest / 1024 / 1024)} MB, so it was not read.`);
  }

  *#read(read: Buffer): Generator<LogItem, void, undefined> {
    const bytes = this.#first && read[0] === 0xef && read[1] === 0xbb && read[2] === 0xbf ? read.subarray(3) : read;
    if (this.#first && bytes.subarray(0, sampleSize).includes(0)) {
      this.#stopped = true;
      yield this.#error(1, 1, "This is no text file.", "If it is UTF-16, save it as UTF-8.");
      return;
    }
    this.#first = false;
    const text = isAscii(bytes) ? bytes.toString("latin1") : bytes.toString("utf8");
    if (text.includes("\ufffd") && !isUtf8(bytes)) {
      yield* this.#readBytes(bytes);
      return;
    }
    for (let start = 0; start < text.length; ) {
      const lineFeed = text.indexOf("\n", start);
      const end = lineFeed === -1 ? text.length : lineFeed;
      this.#line += 1;
      const line = text.slice(start, end);
      if (this.#unfinished !== undefined) yield* this.#goOn(this.#unfinished, line);
      else {
        const item = this.#readLine(line);
        if (item !== undefined) yield item;
      }
      start = end + 1;
    }
  }

  /** The same line by line, for the lines that are no UTF-8. */
  *#readBytes(bytes: Buffer): Generator<LogItem, void, undefined> {
    for (let start = 0; start < bytes.length; ) {
      const lineFeed = bytes.indexOf(0x0a, start);
      const end = lineFeed === -1 ? bytes.length : lineFeed;
      const line = bytes.subarray(start, end);
      const text = line.toString("utf8");
      this.#line += 1;
      if (isUtf8(line) && this.#unfinished !== undefined) yield* this.#goOn(this.#unfinished, text);
      else if (isUtf8(line)) {
        const item = this.#readLine(text);
        if (item !== undefined) yield item;
      } else yield this.#error(this.#line, text.indexOf("\ufffd") + 1, "The text is not UTF-8 here, so the line was not read.");
      start = end + 1;
    }
  }

  /** What a line is that begins a value: nothing where it is blank, or where the value goes on. */
  #readLine(text: string): LogItem | undefined {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      if (/^[ \t]*(?:\{|\[[ \t]*\{?)[ \t\r]*$/.test(text)) this.#unfinished = { firstLine: this.#line, lines: [text], size: text.length, depth: nesting(text) };
      else if (!/^[ \t\r]*$/.test(text)) return this.#problem(text, this.#line);
      return undefined;
    }
    return new LogValue(this.#file, value, this.#line, text);
  }

  *#goOn(unfinished: Unfinished, text: string): Generator<LogItem, void, undefined> {
    unfinished.lines.push(text);
    unfinished.size += text.length + 1;
    unfinished.depth += nesting(text);
    if (Number.isNaN(unfinished.depth) || unfinished.size > this.#longest) yield* this.#giveUp(unfinished, unfinished.size > this.#longest ? `This value goes over more than ${Math.round(this.#longest / 1024 / 1024)} MB.` : undefined);
    else if (unfinished.depth <= 0) {
      const whole = unfinished.lines.join("\n");
      let value: unknown;
      try {
        value = JSON.parse(whole);
      } catch {
        yield* this.#giveUp(unfinished);
        return;
      }
      this.#unfinished = undefined;
      yield new LogValue(this.#file, value, unfinished.firstLine, whole);
    }
  }

  /** Tells why several lines are no value together, and yields those that are one alone: no event is lost behind a stray brace. */
  *#giveUp({ firstLine, lines }: Unfinished, reason?: string): Generator<LogItem, void, undefined> {
    this.#unfinished = undefined;
    const problem = this.#problem(lines.join("\n"), firstLine);
    const { line, column, message } = problem.error;
    yield reason === undefined ? this.#error(line, column, message) : this.#error(firstLine, 1, reason, "Write each event on a line of its own: jq -c '.items[]' FILE.");
    for (const [index, text] of lines.entries()) {
      const value = objectOn(text);
      if (value !== undefined) yield new LogValue(this.#file, value, firstLine + index, text);
    }
  }

  #problem(text: string, firstLine: number): LogItem & { readonly kind: "error" } {
    try {
      const { end } = scanJson(text, skipSpace(text, 0));
      return this.#at(text, firstLine, new Problem(skipSpace(text, end), "Nothing may stand behind the value."));
    } catch (error) {
      if (error instanceof Problem) return this.#at(text, firstLine, error);
      throw error;
    }
  }

  #at(text: string, firstLine: number, { message, offset }: Problem): LogItem & { readonly kind: "error" } {
    const { line, column } = new SourceText(this.#file, text, firstLine).positionAt(offset);
    return this.#error(line, column, `This is no JSON: ${message.charAt(0).toLowerCase()}${message.slice(1)}`);
  }

  #error(line: number, column: number, message: string, help?: string): LogItem & { readonly kind: "error" } {
    return { kind: "error", error: { file: this.#file, line, column, message, ...(help === undefined ? {} : { help }) } };
  }
}

/** How many more objects and lists a line opens than it closes; NaN where a text does not end in it, so that it is no JSON. */
function nesting(line: string): number {
  let depth = 0;
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) depth -= 1;
    else if (code === 0x22) {
      at = closingQuote(line, at);
      if (at === -1) return Number.NaN;
    }
  }
  return depth;
}

/** The object that a line holds by itself, be there a comma behind it or not. */
function objectOn(line: string): unknown {
  const text = line.trim().replace(/,$/, "");
  if (!text.startsWith("{") || text.length < 3) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
