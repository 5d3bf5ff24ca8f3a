import { type AliasNode, type MappingNode, maximumDepth, type Node, type ScalarNode, type SequenceNode } from "../syntax/node.ts";
import { nestedTooDeep, Problem } from "../syntax/problem.ts";
import { Scanner } from "./scanner.ts";
import type { Token, TokenKind } from "./token.ts";

/**
 * Parses the text of one YAML document into its syntax tree; undefined if it holds nothing but comments.
 * Accepts what kubectl's parser accepts, except for what kubectl would silently ignore after the document's
 * end, and for nesting beyond `maximumDepth`. Throws `Problem`.
 */
export function parseYaml(text: string): Node | undefined {
  // kubectl ends the last line of a file if the file does not, which a block scalar can tell.
  return new Parser(new Scanner(text.endsWith("\n") ? `${text}\0` : `${text}\n\0`)).parseDocument();
}

class Parser {
  private readonly scanner: Scanner;
  private token: Token;
  private depth = 0;
  private readonly anchors = new Map<string, AliasNode["target"]>();

  constructor(scanner: Scanner) {
    this.scanner = scanner;
    this.token = scanner.next();
  }

  parseDocument(): Node | undefined {
    let root: Node | undefined;
    const explicit = this.take("document-start");
    if (explicit === undefined ? !this.at("stream-end") : !this.at("document-start", "document-end", "stream-end")) root = this.parseNode(true, false);
    while (this.take("document-end") !== undefined);
    if (!this.at("stream-end")) throw new Problem(this.token.start, "Text follows the end of the document.", "Indent it like the document's first line, or put a line with --- before it. kubectl ignores it as it stands.");
    return root;
  }

  private at(first: TokenKind, second?: TokenKind, third?: TokenKind, fourth?: TokenKind): boolean {
    const { kind } = this.token;
    return kind === first || kind === second || kind === third || kind === fourth;
  }

  private take(kind: TokenKind): Token | undefined {
    const { token } = this;
    if (token.kind !== kind) return undefined;
    this.token = this.scanner.next();
    return token;
  }

  private skip(): void {
    this.token = this.scanner.next();
  }

  /** Reports what stands at the token, or, if the text ends there in a problem, that. */
  private problem(message: string, help?: string): Problem {
    return (this.token.kind === "problem" ? this.scanner.problem : undefined) ?? new Problem(this.token.start, message, help);
  }

  private parseNode(block: boolean, indentless: boolean): Node {
    const { start } = this.token;
    if (this.depth >= maximumDepth) throw nestedTooDeep(start);
    this.depth += 1;
    const node = this.parseNodeBody(start, block, indentless);
    this.depth -= 1;
    return node;
  }

  private parseNodeBody(start: number, block: boolean, indentless: boolean): Node {
    const alias = this.take("alias");
    if (alias !== undefined) return this.aliasNode(alias);

    let anchor = this.take("anchor");
    const tag = this.take("tag");
    anchor ??= this.take("anchor");

    const { token } = this;
    switch (token.kind) {
      case "plain-scalar":
      case "scalar":
        this.skip();
        // The tag `!` makes a text of whatever follows, yet leaves << a merge key.
        return this.anchored(anchor, { kind: "scalar", start, text: token.text, plain: tag === undefined ? token.kind === "plain-scalar" : tag.text === "!", tag: tag?.text });
      case "flow-sequence-start":
        return this.parseSequence(start, anchor, (items) => this.parseFlowItems(items));
      case "flow-mapping-start":
        return this.parseMapping(start, anchor, (pairs) => this.parseFlowPairs(pairs));
      case "block-sequence-start":
        if (block) return this.parseSequence(start, anchor, (items) => this.parseBlockItems(items));
        break;
      case "block-mapping-start":
        if (block) return this.parseMapping(start, anchor, (pairs) => this.parseBlockPairs(pairs));
        break;
      case "block-entry":
        if (indentless) return this.parseSequence(start, anchor, (items) => this.parseIndentlessItems(items));
        break;
      default:
    }
    if (anchor !== undefined || tag !== undefined) return this.anchored(anchor, { kind: "scalar", start, text: "", plain: tag === undefined, tag: tag?.text });
    throw this.problem("A value is missing here, or something stands where none may.");
  }

  private aliasNode(alias: Token): AliasNode {
    const target = this.anchors.get(alias.text);
    if (target === undefined) throw new Problem(alias.start, `The alias *${alias.text} has no anchor &${alias.text} before it.`, "Quote the text if it only starts with *.");
    return { kind: "alias", start: alias.start, name: alias.text, target };
  }

  /** Anchors count from their start, so that an alias inside its own anchor is seen for what it is. */
  private anchored<N extends ScalarNode | SequenceNode | MappingNode>(anchor: Token | undefined, node: N): N {
    if (anchor !== undefined) this.anchors.set(anchor.text, node);
    return node;
  }

  private parseSequence(start: number, anchor: Token | undefined, fill: (items: Node[]) => void): SequenceNode {
    const node = this.anchored(anchor, { kind: "sequence", start, items: [] as Node[] });
    fill(node.items);
    return node;
  }

  private parseMapping(start: number, anchor: Token | undefined, fill: (pairs: Node[]) => void): MappingNode {
    const node = this.anchored(anchor, { kind: "mapping", start, pairs: [] as Node[] });
    fill(node.pairs);
    return node;
  }

  private parseBlockItems(items: Node[]): void {
    this.skip();
    for (let entry = this.take("block-entry"); entry !== undefined; entry = this.take("block-entry")) {
      items.push(this.at("block-entry", "block-end") ? emptyScalar(entry.start + 1) : this.parseNode(true, false));
    }
    if (this.take("block-end") === undefined) throw this.problem("A list goes on without a -.", "Start each item with - and indent them alike.");
  }

  /** A list whose dashes stand under the key that holds it. */
  private parseIndentlessItems(items: Node[]): void {
    for (let entry = this.take("block-entry"); entry !== undefined; entry = this.take("block-entry")) {
      items.push(this.at("block-entry", "key", "value", "block-end") ? emptyScalar(entry.start + 1) : this.parseNode(true, false));
    }
  }

  private parseBlockPairs(pairs: Node[]): void {
    this.skip();
    for (let key = this.take("key"); key !== undefined; key = this.take("key")) {
      pairs.push(this.at("key", "value", "block-end") ? emptyScalar(key.start) : this.parseNode(true, true));
      const value = this.take("value");
      if (value === undefined) pairs.push(emptyScalar(this.token.start));
      else pairs.push(this.at("key", "value", "block-end") ? emptyScalar(value.start + 1) : this.parseNode(true, true));
    }
    if (this.take("block-end") === undefined) throw this.problem("This does not fit the mapping around it.", "Look at the indentation of this line and the one before.");
  }

  private parseFlowItems(items: Node[]): void {
    this.skip();
    for (let first = true; !this.at("flow-sequence-end"); first = false) {
      if (!first) {
        this.takeComma("]");
        if (this.at("flow-sequence-end")) break;
      }
      const key = this.take("key");
      items.push(key === undefined ? this.parseNode(false, false) : this.parseFlowPair(key.start));
    }
    this.skip();
  }

  /** `[key: value]`: a mapping of one pair that needs no braces. */
  private parseFlowPair(start: number): MappingNode {
    const pairs: Node[] = [];
    if (this.at("value", "flow-entry", "flow-sequence-end")) {
      // kubectl's parser drops this token, whatever it is.
      pairs.push(emptyScalar(this.token.start));
      this.skip();
    } else pairs.push(this.parseNode(false, false));
    const hasValue = this.take("value") !== undefined && !this.at("flow-entry", "flow-sequence-end");
    pairs.push(hasValue ? this.parseNode(false, false) : emptyScalar(this.token.start));
    return { kind: "mapping", start, pairs };
  }

  private parseFlowPairs(pairs: Node[]): void {
    this.skip();
    for (let first = true; !this.at("flow-mapping-end"); first = false) {
      if (!first) {
        this.takeComma("}");
        if (this.at("flow-mapping-end")) break;
      }
      if (this.take("key") === undefined) {
        pairs.push(this.parseNode(false, false), emptyScalar(this.token.start));
        continue;
      }
      pairs.push(this.at("value", "flow-entry", "flow-mapping-end") ? emptyScalar(this.token.start) : this.parseNode(false, false));
      const hasValue = this.take("value") !== undefined && !this.at("flow-entry", "flow-mapping-end");
      pairs.push(hasValue ? this.parseNode(false, false) : emptyScalar(this.token.start));
    }
    this.skip();
  }

  private takeComma(closing: string): void {
    if (this.take("flow-entry") === undefined) throw this.problem(`Expected ',' or '${closing}' here.`, `Close the ${closing === "]" ? "list" : "mapping"}, or quote the text before.`);
  }
}

function emptyScalar(start: number): ScalarNode {
  return { kind: "scalar", start, text: "", plain: true, tag: undefined };
}
