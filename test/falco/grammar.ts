/** A condition as Falco's own parser reads it. */
export type Node =
  | { readonly kind: "and" | "or"; readonly children: readonly Node[] }
  | { readonly kind: "not"; readonly child: Node }
  | { readonly kind: "macro"; readonly name: string }
  /** `values` is left out for `exists`; a list without parentheses, `in name`, is one value. */
  | { readonly kind: "check"; readonly field: string; readonly operator: string; readonly values?: readonly string[] };

const wordOperators = ["glob", "iglob", "contains", "icontains", "bcontains", "startswith", "bstartswith", "endswith", "regex"];
const listOperators = ["intersects", "in", "pmatch"];
const transformers = /(?:val|tolower|toupper|b64|basename|len|join|concat|getopt)\(/y;

/**
 * Reads a condition word for word as the parser of Falco 0.44 does, so that what is emitted is judged by another reading than the
 * compiler's own. Transformers, which the compiler never writes, are refused.
 * (Source: falcosecurity/libs, userspace/libsinsp/filter/parser.cpp and escaping.cpp.)
 */
export function readCondition(input: string): Node {
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at} of ${input}`);
  };
  const lex = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(input)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const literal = (text: string): boolean => {
    if (!input.startsWith(text, at)) return false;
    at += text.length;
    return true;
  };
  const blank = (): boolean => (lex(/[ \t\b\r\n]+/y) ?? "") !== "";
  /** A word must be followed by a blank; without one it is no operator. */
  const word = (text: string): boolean => {
    const start = at;
    if (literal(text) && blank()) return true;
    at = start;
    return false;
  };

  function joined(kind: "and" | "or", operand: () => Node): Node {
    blank();
    const children = [operand()];
    blank();
    while (literal(kind === "or" ? "or" : "and")) {
      if (blank()) children.push(operand());
      else if (literal("(")) children.push(inParentheses());
      else fail(`expected a blank or ( after ${kind}`);
      blank();
    }
    const [only] = children;
    return children.length === 1 && only !== undefined ? only : { kind, children };
  }

  function denial(): Node {
    blank();
    let denied = false;
    while (lex(/not[ \t\n\r\f\v]+/y) !== undefined) denied = !denied;
    const opened = literal("not(");
    const child = opened ? inParentheses() : check();
    return denied !== opened ? { kind: "not", child } : child;
  }

  const conjunction = (): Node => joined("and", denial);
  const whole = (): Node => joined("or", conjunction);

  function inParentheses(): Node {
    blank();
    const inner = whole();
    blank();
    return literal(")") ? inner : fail("expected )");
  }

  function check(): Node {
    blank();
    if (literal("(")) return inParentheses();
    const name = lex(/[a-zA-Z]+[a-zA-Z0-9_]*(?:\.[a-zA-Z]+[a-zA-Z0-9_]*)+/y);
    if (name !== undefined) return comparison(name + argument());
    if (lex(transformers) !== undefined) return fail("a transformer");
    const identifier = lex(/[a-zA-Z]+[a-zA-Z0-9_]*/y);
    return identifier === undefined ? fail("expected (, a field or a macro") : { kind: "macro", name: identifier };
  }

  function argument(): string {
    if (!literal("[")) return "";
    const text = quoted() ?? lex(/[^\]["' \t\n\r\f\v]+/y) ?? fail("expected an argument");
    return literal("]") ? `[${text}]` : fail("expected ]");
  }

  function comparison(field: string): Node {
    blank();
    if (literal("exists")) return { kind: "check", field, operator: "exists" };
    const numeric = ["<=", "<", ">=", ">"].find(literal);
    if (numeric !== undefined) {
      blank();
      const number = lex(/0[xX][0-9a-fA-F]+|[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y);
      return { kind: "check", field, operator: numeric, values: [number ?? fail("expected a number")] };
    }
    const operator = ["==", "=", "!="].find(literal) ?? wordOperators.find(word);
    if (operator !== undefined) {
      blank();
      return { kind: "check", field, operator, values: [text()] };
    }
    const list = listOperators.find(literal) ?? fail("expected an operator");
    blank();
    if (literal("(")) return { kind: "check", field, operator: list, values: items() };
    return { kind: "check", field, operator: list, values: [lex(/[a-zA-Z]+[a-zA-Z0-9_]*/y) ?? fail("expected a list")] };
  }

  const text = (): string => (lex(transformers) === undefined ? (quoted() ?? lex(/[^()"' \t\n\r\f\v=,]+/y) ?? fail("expected a value")) : fail("a transformer"));

  function items(): readonly string[] {
    blank();
    if (literal(")")) return [];
    const values: string[] = [];
    do {
      blank();
      values.push(text());
      blank();
    } while (literal(","));
    return literal(")") ? values : fail("expected , or )");
  }

  function quoted(): string | undefined {
    const delimiter = input[at];
    if (delimiter !== '"' && delimiter !== "'") return undefined;
    const end = closing(delimiter);
    const inside = input.slice(at + 1, end);
    at = end + 1;
    return inside.replace(/\\(x[0-9a-fA-F]{2}|[^])/g, (_, escape: string) => unescaped(escape, delimiter) ?? fail(`unknown escape \\${escape}`));
  }

  /** A delimiter right behind a backslash is a part of the text, whatever stands before the backslash. */
  function closing(delimiter: string): number {
    for (let end = at + 1; end < input.length; end += 1) if (input[end] === delimiter && input[end - 1] !== "\\") return end;
    return fail("a text does not end");
  }

  const result = whole();
  return at === input.length ? result : fail("expected and, or, or the end");
}

function unescaped(escape: string, delimiter: string): string | undefined {
  if (escape === '"' || escape === "'") return escape === delimiter ? escape : undefined;
  if (escape.length === 3) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", " ": "\\", "\\": "\\", "/": "/" }[escape];
}
