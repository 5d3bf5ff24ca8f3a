import { RegExpParser, type AST } from "@eslint-community/regexpp";

/** A pattern as RE2 text with ECMAScript's meaning, or why there is none. */
export type TranslatedRegex =
  | { readonly pattern: string }
  | { readonly invalid: string }
  | { readonly feature: string; readonly advice: string };

const parser = new RegExpParser({ ecmaVersion: 2024 });

class Unportable extends Error {
  readonly feature: string;
  readonly advice: string;
  constructor(feature: string, advice: string) {
    super(feature);
    this.feature = feature;
    this.advice = advice;
  }
}

/**
 * Translates an ECMAScript pattern to RE2 (Go's regexp, which OPA, CEL and Kyverno use), exactly where the two differ:
 * `.` leaves out four line ends in one and one in the other, `\s` knows Unicode spaces in one, `$` and `^` without the
 * flag m mean the ends of the text in both. What RE2 lacks is refused. Source: ECMA-262 §22.2, RE2 syntax page.
 */
export function translateRegex(source: string, flags: string): TranslatedRegex {
  if (/[^iu]/.test(flags)) return { invalid: `the flag ${[...flags].find((flag) => flag !== "i" && flag !== "u") ?? ""} is not part of the language` };
  let ast: AST.Pattern;
  try {
    ast = parser.parsePattern(source, 0, source.length, { unicode: true, unicodeSets: false });
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/^Invalid regular expression: \/.*\/[a-z]*: /su, "") : String(error);
    return { invalid: lowerFirst(message) };
  }
  try {
    const ignoreCase = flags.includes("i");
    if (!flags.includes("u") && countsHalves(source)) throw new Unportable(". or a negated class without the flag u, which in JavaScript matches half a character,", `Add the flag: /${source}/${flags}u.`);
    if (ignoreCase && hasNonAsciiOrFolding(ast)) throw new Unportable("the flag i with characters outside ASCII", "Write both cases out, or compare lowerAscii(text).");
    const pattern = alternatives(ast.alternatives);
    return { pattern: ignoreCase ? `(?i)${pattern}` : pattern };
  } catch (error) {
    if (error instanceof Unportable) return { feature: error.feature, advice: error.advice };
    throw error;
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const alternatives = (list: readonly AST.Alternative[]): string => list.map((alternative) => alternative.elements.map(element).join("")).join("|");

function element(node: AST.Element): string {
  switch (node.type) {
    case "Assertion":
      return assertion(node);
    case "Character":
      return character(node.value);
    case "CharacterSet":
      return characterSet(node);
    case "CharacterClass":
      return characterClass(node);
    case "Group":
      if (node.modifiers !== null) throw new Unportable("a group with modifiers", "Give the whole pattern the flag i, or write both cases out.");
      return `(?:${alternatives(node.alternatives)})`;
    case "CapturingGroup":
      return `(${alternatives(node.alternatives)})`;
    case "Quantifier":
      return quantifier(node);
    case "Backreference":
      throw new Unportable("a backreference", "Match the two parts apart, and compare them with ===.");
    case "ExpressionCharacterClass":
      throw new Unportable("a class with set operations", "List the characters.");
  }
}

function assertion(node: AST.Assertion): string {
  switch (node.kind) {
    case "start":
      return "^";
    case "end":
      return "$";
    case "word":
      return node.negate ? "\\B" : "\\b";
    case "lookahead":
    case "lookbehind":
      throw new Unportable(`a look-${node.kind === "lookahead" ? "ahead" : "behind"}`, "Use two tests, one of them negated with !.");
  }
}

function quantifier(node: AST.Quantifier): string {
  if (node.max !== Infinity && node.max > 1000) throw new Unportable(`a repetition above 1000`, "RE2 counts to 1000; test the length with characters().");
  if (node.min > 1000) throw new Unportable(`a repetition above 1000`, "RE2 counts to 1000; test the length with characters().");
  const inner = element(node.element);
  const body = node.element.type === "Character" || node.element.type === "CharacterSet" || node.element.type === "CharacterClass" || /^\(/.test(inner) ? inner : `(?:${inner})`;
  const count = node.min === 0 && node.max === Infinity ? "*" : node.min === 1 && node.max === Infinity ? "+" : node.min === 0 && node.max === 1 ? "?" : node.min === node.max ? `{${node.min}}` : `{${node.min},${node.max === Infinity ? "" : node.max}}`;
  return `${body}${count}${node.greedy ? "" : "?"}`;
}

const special = /[\\^$.*+?()[\]{}|/-]/;

/** One code point, literal in RE2 inside and outside of a class. */
function character(codePoint: number): string {
  const text = String.fromCodePoint(codePoint);
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) throw new Unportable("half of a surrogate pair", "Write the whole character.");
  if (text === "/" || text === "-") return text === "-" ? "\\-" : "/";
  if (special.test(text)) return `\\${text}`;
  return codePoint < 0x20 || codePoint > 0x7e ? `\\x{${codePoint.toString(16)}}` : text;
}

/** ECMAScript's white space and line ends; RE2's \s is ASCII and leaves out \v. */
const spaces = "\\t\\n\\x{b}\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";

function characterSet(node: AST.CharacterSet): string {
  switch (node.kind) {
    case "any":
      return "[^\\n\\r\\x{2028}\\x{2029}]";
    case "digit":
      return node.negate ? "[^0-9]" : "[0-9]";
    case "word":
      return node.negate ? "[^0-9A-Za-z_]" : "[0-9A-Za-z_]";
    case "space":
      return node.negate ? `[^${spaces}]` : `[${spaces}]`;
    case "property":
      throw new Unportable("a Unicode property", "List the characters or ranges.");
  }
}

function characterClass(node: AST.CharacterClass): string {
  if (node.elements.length === 0) {
    if (node.negate) return "(?s:.)";
    throw new Unportable("an empty class, which matches nothing,", "Remove it.");
  }
  const parts = node.elements.map((part) => {
    switch (part.type) {
      case "Character":
        return character(part.value);
      case "CharacterClassRange":
        return `${character(part.min.value)}-${character(part.max.value)}`;
      case "CharacterSet": {
        if (part.kind !== "property" && part.negate) throw new Unportable("a negated class inside a class", "List the characters or ranges.");
        const set = characterSet(part as AST.CharacterSet);
        return set.slice(1, -1);
      }
      default:
        throw new Unportable("a class with set operations", "List the characters.");
    }
  });
  return `[${node.negate ? "^" : ""}${parts.join("")}]`;
}

/** Whether a pattern can match one half of a character beyond U+FFFF when JavaScript reads it without the flag u. */
function countsHalves(source: string): boolean {
  const bare = source.replace(/\\[^SDW]/g, "");
  return /[^\x00-\uffff]|\\u\{/u.test(source) || /\\[SDW]|\[\^/.test(bare) || bare.replace(/\[[^\]]*\]/g, "").includes(".");
}

/** Case folding agrees for ASCII only, and k and s fold to characters outside it in RE2. */
function hasNonAsciiOrFolding(ast: AST.Pattern): boolean {
  return /[^\x00-\x7f]|\\u|\\x/.test(ast.raw) || /[ks]/i.test(ast.raw.replaceAll(/\\[a-zA-Z]/g, ""));
}
