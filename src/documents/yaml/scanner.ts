import { Problem } from "../syntax/problem.ts";
import { char, isBlankOrEnd, isBreak, isBreakOrEnd } from "./characters.ts";
import { Cursor } from "./cursor.ts";
import { isReachable, outermostKey, type PossibleKey } from "./possible-key.ts";
import { scanAnchorName, scanTag } from "./properties.ts";
import { scanBlock, scanPlain, scanQuoted } from "./scalars.ts";
import type { Token, TokenKind } from "./token.ts";
import { TokenQueue } from "./token-queue.ts";

const keyWithoutColon = "A key has no ':' after it.";

/**
 * Cuts one YAML document into tokens, exactly as kubectl's parser does (go.yaml.in/yaml/v2, a libyaml).
 * Scans no further than it is asked to, but for keys, which are known by the `:` after them.
 */
export class Scanner {
  /** Why the tokens end early, once there was a token of kind `problem`. */
  problem: Problem | undefined;
  private readonly cursor: Cursor;
  private readonly tokens = new TokenQueue();
  private ended = false;
  private last: Token = { kind: "problem", start: 0, text: "" };
  private indent = -1;
  private readonly indents: number[] = [];
  private flowLevel = 0;
  private keyAllowed = true;
  /** One place per flow level, the innermost last. */
  private readonly keys: (PossibleKey | undefined)[] = [undefined];

  /** `source` is the document's text with a NUL after it. */
  constructor(source: string) {
    this.cursor = new Cursor(source);
  }

  /** The next token; after `stream-end` or `problem` that one again. */
  next(): Token {
    while (!this.ended && (this.tokens.isEmpty || this.mayGetKey())) this.step();
    this.last = this.tokens.take() ?? this.last;
    return this.last;
  }

  private step(): void {
    try {
      this.passBlanks();
      this.closeBlocks(this.cursor.column);
      this.ended = !this.takeToken();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
      this.ended = true;
      this.push("problem", error.offset);
    }
  }

  /** May the next token turn out to begin a key, so that others come before it? */
  private mayGetKey(): boolean {
    const outermost = outermostKey(this.keys);
    return outermost !== undefined && outermost.token === this.tokens.next && isReachable(outermost, this.cursor);
  }

  /** Spaces, comments and empty lines. Tabs too, but not where they could be taken for indentation. */
  private passBlanks(): void {
    const { cursor } = this;
    for (;;) {
      let code = cursor.code;
      while (code === char.space || (code === char.tab && (this.flowLevel > 0 || !this.keyAllowed))) {
        cursor.offset += 1;
        code = cursor.code;
      }
      if (code === char.hash) {
        while (!isBreakOrEnd(cursor.code)) cursor.offset += 1;
        code = cursor.code;
      }
      if (!isBreak(code)) return;
      cursor.takeBreak();
      if (this.flowLevel === 0) this.keyAllowed = true;
    }
  }

  /** Takes the next token; false after the last. */
  private takeToken(): boolean {
    const { cursor } = this;
    const { code } = cursor;
    if (code === char.end) return this.takeStreamEnd();
    const inBlock = this.flowLevel === 0;
    const next = cursor.codeAfter(1);
    if (cursor.column === 0) {
      if (code === char.percent) throw cursor.problem("kubectl reads no YAML directives.", "Remove the line that starts with %.");
      if (cursor.atDocumentMarker()) return this.takeDocumentMarker(code === char.minus ? "document-start" : "document-end");
    }
    switch (code) {
      case char.openBracket:
        return this.openFlow("flow-sequence-start");
      case char.openBrace:
        return this.openFlow("flow-mapping-start");
      case char.closeBracket:
        return this.closeFlow("flow-sequence-end");
      case char.closeBrace:
        return this.closeFlow("flow-mapping-end");
      case char.comma:
        this.dropKey();
        this.keyAllowed = true;
        return this.pushIndicator("flow-entry");
      case char.asterisk:
        return this.takeProperty("alias", scanAnchorName);
      case char.ampersand:
        return this.takeProperty("anchor", scanAnchorName);
      case char.exclamation:
        return this.takeProperty("tag", scanTag);
      case char.singleQuote:
      case char.doubleQuote:
        return this.takeQuoted();
      case char.minus:
        return isBlankOrEnd(next) ? this.takeBlockEntry() : this.takePlain();
      case char.question:
        return !inBlock || isBlankOrEnd(next) ? this.takeKey() : this.takePlain();
      case char.colon:
        return !inBlock || isBlankOrEnd(next) ? this.takeValue() : this.takePlain();
      case char.pipe:
      case char.greater:
        if (inBlock) return this.takeBlockScalar();
        break;
      case char.percent:
      case char.at:
      case char.backtick:
      case char.tab:
        break;
      default:
        return this.takePlain();
    }
    throw cursor.unexpected();
  }

  private push(kind: TokenKind, start: number, text = ""): true {
    this.tokens.push(kind, start, text);
    return true;
  }

  /** An indicator of one character. */
  private pushIndicator(kind: TokenKind): true {
    this.cursor.offset += 1;
    return this.push(kind, this.cursor.offset - 1);
  }

  private takeStreamEnd(): false {
    this.closeBlocks(-1);
    this.dropKey();
    this.push("stream-end", this.cursor.offset);
    return false;
  }

  private takeDocumentMarker(kind: "document-start" | "document-end"): true {
    this.closeBlocks(-1);
    this.dropKey();
    this.keyAllowed = false;
    const start = this.cursor.offset;
    this.cursor.offset += 3;
    return this.push(kind, start);
  }

  private openFlow(kind: "flow-sequence-start" | "flow-mapping-start"): true {
    this.saveKey();
    this.keys.push(undefined);
    this.flowLevel += 1;
    this.keyAllowed = true;
    return this.pushIndicator(kind);
  }

  private closeFlow(kind: "flow-sequence-end" | "flow-mapping-end"): true {
    this.dropKey();
    if (this.flowLevel > 0) {
      this.flowLevel -= 1;
      this.keys.pop();
    }
    this.keyAllowed = false;
    return this.pushIndicator(kind);
  }

  private takeBlockEntry(): true {
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) throw this.cursor.problem("A list item cannot start here.", "Put each - on a line of its own, indented like its neighbours.");
      this.openBlock("block-sequence-start", this.cursor.column, this.cursor.offset, this.tokens.end);
    }
    this.dropKey();
    this.keyAllowed = true;
    return this.pushIndicator("block-entry");
  }

  private takeKey(): true {
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) throw this.cursor.problem("A key cannot start here.", "Put each key on a line of its own.");
      this.openBlock("block-mapping-start", this.cursor.column, this.cursor.offset, this.tokens.end);
    }
    this.dropKey();
    this.keyAllowed = this.flowLevel === 0;
    return this.pushIndicator("key");
  }

  private takeValue(): true {
    const key = this.keys[this.keys.length - 1];
    this.keys[this.keys.length - 1] = undefined;
    if (key !== undefined && isReachable(key, this.cursor)) {
      // kubectl refuses it too, or stops reading before it.
      if (this.tokens.kindOf(key.token)?.startsWith("flow-") !== false) throw new Problem(key.start, "A key must be a text, a number or a boolean.", "Quote the key. An unrendered {{ … }} reads as a mapping too.");
      this.tokens.insert(key.token, "key", key.start);
      this.openBlock("block-mapping-start", key.column, key.start, key.token);
      this.keyAllowed = false;
    } else {
      if (key?.required === true) throw new Problem(key.start, keyWithoutColon, "Write the key and its ':' on one line.");
      if (this.flowLevel === 0) {
        if (!this.keyAllowed) throw this.cursor.problem("A second ':' follows on the line, and a key holds no ': '.", "Quote the text that holds the ':'.");
        this.openBlock("block-mapping-start", this.cursor.column, this.cursor.offset, this.tokens.end);
      }
      this.keyAllowed = this.flowLevel === 0;
    }
    return this.pushIndicator("value");
  }

  private takeProperty(kind: "alias" | "anchor" | "tag", scan: (cursor: Cursor) => string): true {
    this.saveKey();
    this.keyAllowed = false;
    const start = this.cursor.offset;
    return this.push(kind, start, scan(this.cursor));
  }

  private takeQuoted(): true {
    const key = this.possibleKey();
    this.keyAllowed = false;
    const { offset } = this.cursor;
    return this.pushScalar("scalar", offset, scanQuoted(this.cursor), key);
  }

  private takePlain(): true {
    const key = this.possibleKey();
    const { offset } = this.cursor;
    const scalar = scanPlain(this.cursor, this.indent, this.flowLevel > 0);
    this.keyAllowed = scalar.endsOnLaterLine;
    return this.pushScalar("plain-scalar", offset, scalar.text, key);
  }

  private pushScalar(kind: "scalar" | "plain-scalar", start: number, text: string, key: PossibleKey | undefined): true {
    const { cursor } = this;
    const colonFollows = cursor.code === char.colon && (this.flowLevel > 0 || isBlankOrEnd(cursor.codeAfter(1)));
    if (key === undefined || !colonFollows || !isReachable(key, this.cursor)) {
      if (key !== undefined) this.keys[this.keys.length - 1] = key;
      return this.push(kind, start, text);
    }
    // The usual case of `takeValue`, without going back to insert what comes before the key.
    this.openBlock("block-mapping-start", key.column, start, this.tokens.end);
    this.push("key", start);
    this.push(kind, start, text);
    this.keyAllowed = false;
    return this.pushIndicator("value");
  }

  private takeBlockScalar(): true {
    this.dropKey();
    this.keyAllowed = true;
    const start = this.cursor.offset;
    return this.push("scalar", start, scanBlock(this.cursor, this.indent));
  }

  /** Notes that a key may begin here. */
  private saveKey(): void {
    const key = this.possibleKey();
    if (key !== undefined) this.keys[this.keys.length - 1] = key;
  }

  /** The key that may begin here, if one may; a key before it that got no `:` is dropped. */
  private possibleKey(): PossibleKey | undefined {
    if (!this.keyAllowed) return undefined;
    this.dropKey();
    const { cursor } = this;
    const required = this.flowLevel === 0 && this.indent === cursor.column;
    return { token: this.tokens.end, start: cursor.offset, line: cursor.line, column: cursor.column, required };
  }

  private dropKey(): void {
    const key = this.keys[this.keys.length - 1];
    if (key?.required === true) throw new Problem(key.start, keyWithoutColon, "Write `key: value`; indent a text that goes on from the line before.");
    this.keys[this.keys.length - 1] = undefined;
  }

  /** Opens a block at `column`, its token put before the one of this number, unless one of that depth is open. */
  private openBlock(kind: "block-mapping-start" | "block-sequence-start", column: number, start: number, number: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    this.tokens.insert(number, kind, start);
  }

  /** Closes the blocks that are deeper than `column`. */
  private closeBlocks(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.push("block-end", this.cursor.offset);
      this.indent = this.indents.pop() ?? -1;
    }
  }
}
