import type { Token, TokenKind } from "./token.ts";

/** A queue forgets what it has handed out once there is so much of it. */
const longestHistory = 1024;

/** Tokens on their way from the scanner to the parser, numbered from 0 in the order of the text. */
export class TokenQueue {
  private tokens: Token[] = [];
  /** Where in `tokens` the first stands that is not handed out. */
  private head = 0;
  /** Number of the first in `tokens`. */
  private base = 0;

  /** Number of the token that is handed out next. */
  get next(): number {
    return this.base + this.head;
  }

  /** Number that the next token to be pushed will have. */
  get end(): number {
    return this.base + this.tokens.length;
  }

  get isEmpty(): boolean {
    return this.head === this.tokens.length;
  }

  kindOf(number: number): TokenKind | undefined {
    return this.tokens[number - this.base]?.kind;
  }

  push(kind: TokenKind, start: number, text: string): void {
    this.tokens.push({ kind, start, text });
  }

  /** Puts a token before the one that has this number now. */
  insert(number: number, kind: TokenKind, start: number): void {
    if (number === this.end) this.push(kind, start, "");
    else this.tokens.splice(number - this.base, 0, { kind, start, text: "" });
  }

  take(): Token | undefined {
    const token = this.tokens[this.head];
    if (token === undefined) return undefined;
    this.head += 1;
    if (this.head === longestHistory) {
      this.tokens = this.tokens.slice(this.head);
      this.base += this.head;
      this.head = 0;
    }
    return token;
  }
}
