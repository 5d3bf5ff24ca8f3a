import type { ComparisonOperator, Condition, Item } from "./condition.ts";
import { unescaped } from "./value-text.ts";

/** A condition that was read, or what is wrong with it and where: the index of a character. */
export type Parsed = { readonly condition: Condition } | { readonly fault: string; readonly at: number };

/**
 * Reads Falco's filter language as Falco's own parser does, but for transformers, which are not emitted. A bare item with an
 * underscore is the name of a list: `valueText` quotes values that have one.
 * (Source: falcosecurity/libs, userspace/libsinsp/filter/parser.cpp.)
 */
export function parseCondition(text: string): Parsed {
  const reader = new Reader(text);
  try {
    const condition = reader.alternatives();
    return reader.isDone() ? { condition } : { fault: "expected and, or, or the end", at: reader.at };
  } catch (error) {
    if (error instanceof Fault) return { fault: error.message, at: reader.at };
    throw error;
  }
}

class Fault extends Error {}

const words = { field: /[a-zA-Z]+[a-zA-Z0-9_]*(?:\.[a-zA-Z]+[a-zA-Z0-9_]*)+/y, argument: /[^\]["'\s]+/y, identifier: /[a-zA-Z]+[a-zA-Z0-9_]*/y, bare: /[^()"'\s=,]+/y, number: /0[xX][0-9a-fA-F]+|[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y, blank: /[ \t\b\r\n]*/y };

/** Those that must be followed by a space end in one. Longer ones come first. */
const operators = ["<=", "<", ">=", ">", "==", "=", "!=", "glob ", "iglob ", "contains ", "icontains ", "startswith ", "endswith ", "intersects", "in", "pmatch"] as const;
const served: ReadonlySet<string> = new Set(["<=", "<", ">=", ">", "=", "!=", "glob", "contains", "startswith", "endswith", "intersects", "in"]);

class Reader {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  isDone(): boolean {
    this.#blank();
    return this.at === this.#text.length;
  }

  alternatives(): Condition {
    const operands = [this.#conjunction()];
    while (this.#connective("or")) operands.push(this.#isBlank() ? this.#conjunction() : this.#check());
    return operands.length === 1 ? (operands[0] as Condition) : { kind: "any", operands };
  }

  #conjunction(): Condition {
    const operands = [this.#negation()];
    while (this.#connective("and")) operands.push(this.#isBlank() ? this.#negation() : this.#check());
    return operands.length === 1 ? (operands[0] as Condition) : { kind: "all", operands };
  }

  /** Right behind the word may stand a part in parentheses, and nothing else. */
  #connective(word: string): boolean {
    this.#blank();
    if (!this.#take(word)) return false;
    if (!this.#isBlank() && this.#text.charAt(this.at) !== "(") throw new Fault(`expected a blank or ( after ${word}`);
    return true;
  }

  #isBlank(): boolean {
    return /[ \t\b\r\n]/.test(this.#text.charAt(this.at));
  }

  #negation(): Condition {
    this.#blank();
    let negated = false;
    while (/^not\s/.test(this.#text.slice(this.at, this.at + 4))) {
      this.at += 3;
      this.#blank();
      negated = !negated;
    }
    if (this.#text.startsWith("not(", this.at)) {
      this.at += 3;
      negated = !negated;
    }
    const inner = this.#check();
    return negated ? { kind: "not", operand: inner } : inner;
  }

  #check(): Condition {
    this.#blank();
    if (this.#take("(")) {
      const inner = this.alternatives();
      this.#blank();
      if (!this.#take(")")) throw new Fault("expected )");
      return inner;
    }
    const field = this.#word("field");
    if (field === undefined) {
      const name = this.#word("identifier");
      if (name === undefined) throw new Fault("expected (, a field or a macro");
      return { kind: "macro", name };
    }
    return this.#condition(field + this.#argument());
  }

  #argument(): string {
    if (!this.#take("[")) return "";
    const argument = this.#quoted() ?? this.#word("argument");
    if (argument === undefined || !this.#take("]")) throw new Fault("expected an argument and ]");
    return `[${argument}]`;
  }

  #condition(field: string): Condition {
    this.#blank();
    if (this.#take("exists")) return { kind: "exists", field };
    const operator = operators.find((each) => this.#take(each))?.trim();
    if (operator === undefined || !served.has(operator)) throw new Fault("expected an operator that is emitted");
    this.#blank();
    if (operator === "in" || operator === "intersects") return { kind: "membership", field, operator, items: this.#items() };
    if (/^[<>]/.test(operator)) {
      const number = this.#word("number");
      if (number === undefined) throw new Fault("expected a number");
      return { kind: "comparison", field, operator: operator as ComparisonOperator, value: number };
    }
    const value = this.#quoted() ?? this.#word("bare");
    if (value === undefined) throw new Fault("expected a value");
    return { kind: "comparison", field, operator: operator as ComparisonOperator, value };
  }

  #items(): readonly Item[] {
    if (!this.#take("(")) throw new Fault("expected ( and a list");
    const items: Item[] = [];
    this.#blank();
    if (this.#take(")")) return items;
    do {
      this.#blank();
      const quoted = this.#quoted();
      const bare = quoted === undefined ? this.#word("bare") : undefined;
      if (quoted === undefined && bare === undefined) throw new Fault("expected a value");
      items.push(bare?.includes("_") === true ? { list: bare } : { value: quoted ?? bare ?? "" });
      this.#blank();
    } while (this.#take(","));
    if (!this.#take(")")) throw new Fault("expected , or )");
    return items;
  }

  /** A quote behind a backslash does not end the text, whatever stands before the backslash. */
  #quoted(): string | undefined {
    const delimiter = this.#text.charAt(this.at);
    if (delimiter !== '"' && delimiter !== "'") return undefined;
    let end = this.at + 1;
    while (end < this.#text.length && (this.#text[end] !== delimiter || this.#text[end - 1] === "\\")) end += 1;
    if (end >= this.#text.length) throw new Fault("a quoted text does not end");
    const value = unescaped(this.#text.slice(this.at + 1, end));
    if (value === undefined) throw new Fault("a quoted text holds an unknown escape");
    this.at = end + 1;
    return value;
  }

  #take(word: string): boolean {
    if (!this.#text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  #word(kind: keyof typeof words): string | undefined {
    const expression = words[kind];
    expression.lastIndex = this.at;
    const found = expression.exec(this.#text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  #blank(): void {
    this.#word("blank");
  }
}
