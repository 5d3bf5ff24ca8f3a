import { char, isBlankOrEnd } from "./characters.ts";
import { Problem } from "../syntax/problem.ts";

/** A place in the text that a scanner moves forward. */
export class Cursor {
  /** Ends in NUL, so that looking ahead by one never needs a bound. */
  readonly source: string;
  offset = 0;
  /** Lines passed so far. */
  line = 0;
  private lineStart = 0;

  constructor(source: string) {
    this.source = source;
  }

  get column(): number {
    return this.offset - this.lineStart;
  }

  get code(): number {
    return this.source.charCodeAt(this.offset);
  }

  codeAfter(distance: number): number {
    return this.source.charCodeAt(this.offset + distance);
  }

  /** Moves past a line break and returns what it reads as: `\n`, or the Unicode separator itself. */
  takeBreak(): string {
    const { code } = this;
    this.offset += 1;
    if (code === char.carriageReturn) {
      // kubectl drops a CR before LF from every line, and its parser takes CR LF for one break.
      if (this.code === char.carriageReturn && this.codeAfter(1) === char.lineFeed) this.offset += 1;
      if (this.code === char.lineFeed) this.offset += 1;
    }
    this.line += 1;
    this.lineStart = this.offset;
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : "\n";
  }

  /** Is this `---` or `...` at the start of a line? */
  atDocumentMarker(): boolean {
    if (this.offset !== this.lineStart) return false;
    const { code } = this;
    if (code !== char.minus && code !== char.dot) return false;
    return this.codeAfter(1) === code && this.codeAfter(2) === code && isBlankOrEnd(this.codeAfter(3));
  }

  problem(message: string, help?: string): Problem {
    return new Problem(this.offset, message, help);
  }

  /** Why no token can start here. */
  unexpected(): Problem {
    const written = this.source.charAt(this.offset);
    if (written === "\t") return this.problem("A tab stands where only spaces may indent.", "Replace the tab with spaces.");
    return this.problem(`Nothing can start with ${written} here.`, `Quote the text that starts with ${written}.`);
  }
}
