/**
 * The character classes of YAML 1.1 as kubectl's parser (go.yaml.in/yaml/v2) reads them. Characters are
 * UTF-16 code units; 0 stands for the end of the text, which is safe because no text may hold a NUL.
 */

/** The codes that the scanner names. */
export const char = {
  end: 0x00,
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  exclamation: 0x21,
  doubleQuote: 0x22,
  hash: 0x23,
  percent: 0x25,
  ampersand: 0x26,
  singleQuote: 0x27,
  asterisk: 0x2a,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  less: 0x3c,
  greater: 0x3e,
  question: 0x3f,
  at: 0x40,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  backtick: 0x60,
  openBrace: 0x7b,
  pipe: 0x7c,
  closeBrace: 0x7d,
} as const;

/** A line break: CR, LF, NEL, LS or PS. */
export function isBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d || (code >= 0x85 && (code === 0x85 || code === 0x2028 || code === 0x2029));
}

export function isBreakOrEnd(code: number): boolean {
  return code === 0 || isBreak(code);
}

/** A space or a tab. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

export function isBlankOrEnd(code: number): boolean {
  // Most characters of a text are letters, so they are told apart first.
  return (code <= 0x20 || code >= 0x85) && (isBlank(code) || isBreakOrEnd(code));
}

/** What anchors and tag handles are made of: ASCII letters and digits, `_`, `-`. */
export function isWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || isDigit(code) || code === 0x5f || code === 0x2d;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]/u;

/** Offset of the first character that YAML does not allow anywhere (control characters, lone surrogates), or -1. */
export function findForbidden(text: string): number {
  return text.search(forbidden);
}
