import type { Violation } from "../../plain/violation.ts";

/** What `gator verify` asks of an object's violations: how many there are, of all or of those with a message. */
export interface Assertion {
  readonly violations: number | "no";
  readonly message?: string;
}

/** That there is none. */
export const none: readonly Assertion[] = [{ violations: "no" }];

/** Of a template in Rego: one violation for each, by its whole message. */
export function regoAssertions(violations: readonly Violation[]): readonly Assertion[] {
  if (violations.length === 0) return none;
  const messages = violations.map(({ message, path }) => `${path}: ${message}`);
  const distinct = [...new Set(messages)];
  return [{ violations: violations.length }, ...distinct.map((message) => ({ violations: messages.filter((other) => other === message).length, message: `^${escaped(message)}$` }))];
}

/** Above this many bytes a message in CEL may be cut. */
const mostBytes = 5000;

/** Of a template in CEL: one violation, whose message holds all texts in any order, and nothing else. */
export function celAssertions(violations: readonly Violation[]): readonly Assertion[] {
  if (violations.length === 0) return none;
  const texts = [...new Set(violations.map(({ finding, message, path }) => `${path}: ${message}${finding === undefined ? "" : ` (${finding})`}`.replaceAll("\n", " ")))];
  const patterns = texts.map((text) => escaped(text.trim()).replace(/^(?=.)/s, /^\s/.test(text) ? "\\s*" : "") + (/\s$/.test(text) ? "\\s*" : ""));
  const any = patterns.length === 1 ? (patterns[0] ?? "") : `(?:${patterns.join("|")})`;
  if (Buffer.byteLength(texts.join("; ")) > mostBytes) return [{ violations: 1 }, { violations: 1, message: `^${any}; ` }];
  const whole = { violations: 1, message: patterns.length === 1 ? `^${any}$` : `^${any}(?:; ${any})*$` };
  return [{ violations: 1 }, whole, ...(patterns.length === 1 ? [] : patterns.map((pattern) => ({ violations: 1, message: `(?:^|; )${pattern}(?:; |$)` })))];
}

/** A text as a regular expression of RE2 that matches it alone. */
const escaped = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
