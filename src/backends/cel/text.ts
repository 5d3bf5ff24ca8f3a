import { atom, type Cel } from "./syntax.ts";

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'" };

/**
 * A string literal. The one place where text becomes CEL: quotes, backslashes, control characters and line separators are
 * escaped; a lone surrogate, which no text in UTF-8 can hold, becomes the replacement character.
 */
export function stringText(text: string): string {
  const escaped = text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd").replace(/[\\'\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `'${escaped}'`;
}

export const stringLiteral = (text: string): Cel => atom(stringText(text));

/** A regular expression: raw where that reads better and says the same. */
export function patternLiteral(pattern: string): Cel {
  return /^[\x20-\x7e]*$/.test(pattern) && pattern.includes("\\") && !pattern.includes("'") && !pattern.endsWith("\\") ? atom(`r'${pattern}'`) : stringLiteral(pattern);
}

/** A number: whole ones as int, others as double. */
export function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
