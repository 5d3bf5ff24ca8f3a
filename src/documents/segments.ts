import { constants, isAscii, isUtf8 } from "node:buffer";
import { SourceText } from "./source-text.ts";

/** A file up to this size, in bytes, is read in one piece; a larger one in stretches of about this size. */
export const stretchSize = 1024 * 1024;

/** The file has no place to cut it, and is too large for one string. */
export class TooLarge extends Error {}

const separator = Buffer.from("\n---");

/** Makes texts of a file's bytes as they come: whole if they are few, else cut where a document ends. */
export class Segments {
  private readonly file: string;
  private readonly size: number;
  private readonly largest: number;
  private pending: Buffer[] = [];
  private pendingSize = 0;
  private nextCheck: number;
  private nextLine = 1;
  private first = true;

  /** `size`: of a stretch, `largest`: of a text without a place to cut, both in bytes. */
  constructor(file: string, size: number = stretchSize, largest: number = constants.MAX_STRING_LENGTH) {
    this.file = file;
    this.size = size;
    this.largest = largest;
    this.nextCheck = size;
  }

  /** Takes more bytes; returns a text if there is enough for one. */
  push(bytes: Buffer): SourceText | undefined {
    this.pending.push(bytes);
    this.pendingSize += bytes.length;
    if (this.pendingSize < this.nextCheck) return undefined;
    if (this.pendingSize > this.largest) throw new TooLarge();
    const whole = this.gather();
    const cut = this.first && utf16Encoding(whole) !== undefined ? -1 : whole.lastIndexOf(separator) + 1;
    if (cut <= 0) {
      // No end of a document so far: look again when there is twice as much, so that the search stays linear.
      this.nextCheck = this.pendingSize * 2;
      return undefined;
    }
    this.pending = [whole.subarray(cut)];
    this.pendingSize = whole.length - cut;
    this.nextCheck = this.pendingSize + this.size;
    return this.toText(whole.subarray(0, cut), true);
  }

  /** The text of what is left. */
  end(): SourceText {
    if (this.pendingSize > this.largest) throw new TooLarge();
    return this.toText(this.gather(), false);
  }

  private gather(): Buffer {
    const [only] = this.pending;
    const whole = this.pending.length === 1 && only !== undefined ? only : Buffer.concat(this.pending);
    this.pending = [whole];
    return whole;
  }

  private toText(bytes: Buffer, more: boolean): SourceText {
    const text = decode(this.file, bytes, this.first, this.nextLine);
    this.first = false;
    if (more) this.nextLine = text.nextLine;
    return text;
  }
}

type Utf16 = "utf-16le" | "utf-16be";

/** Known by the byte order mark, as to kubectl. */
function utf16Encoding(bytes: Buffer): Utf16 | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
}

function decode(file: string, bytes: Buffer, first: boolean, firstLine: number): SourceText {
  if (isAscii(bytes)) return new SourceText(file, bytes.toString("latin1"), firstLine);
  const utf16 = first ? utf16Encoding(bytes) : undefined;
  if (utf16 !== undefined) return new SourceText(file, new TextDecoder(utf16).decode(bytes), firstLine);
  const marked = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = marked ? bytes.subarray(3) : bytes;
  return new SourceText(file, body.toString("utf8"), firstLine, isUtf8(body) ? [] : invalidOffsets(body));
}

/** For each line that is no UTF-8, the offset of the first U+FFFD that decoding puts there. */
function invalidOffsets(bytes: Buffer): number[] {
  const offsets: number[] = [];
  let offset = 0;
  for (let start = 0; start < bytes.length; ) {
    const lineFeed = bytes.indexOf(0x0a, start);
    const end = lineFeed === -1 ? bytes.length : lineFeed + 1;
    const line = bytes.subarray(start, end);
    const text = line.toString("utf8");
    if (!isUtf8(line)) offsets.push(offset + text.indexOf("\ufffd"));
    offset += text.length;
    start = end;
  }
  return offsets;
}
