import type { Violation } from "../../plain/violation.ts";

/** What `gator verify` asks of an object's violations: how many there are, of all or of those with a message. */
export interface Assertion {
  readonly violations: number | "no";
  readonly message?: string;
}

/** A violation as a message has it: the letter of the finding at the end, where the control has several. */
const textOf = ({ finding, message, path }: Violation): string => `${path}: ${message}${finding === undefined ? "" : ` (${finding})`}`;

/** That there is none. */
export const none: readonly Assertion[] = [{ violations: "no" }];

/** Of a template in Rego: one violation for each, by its whole message. */
export function regoAssertions(violations: readonly Violation[]): readonly Assertion[] {
  if (violations.length === 0) return none;
  const messages = violations.map(textOf);
  const distinct = [...new Set(messages)];
  return [{ violations: violations.length }, ...distinct.map((message) => ({ violations: messages.filter((other) => other === message).length, message: `^${escaped(message)}$` }))];
}

/** Above this many bytes a message in CEL may be cut. */
const mostBytes = 5000;

/** Of a template in CEL: one violation, whose message holds all texts in any order, and nothing else. */
export function celAssertions(violations: readonly Violation[]): readonly Assertion[] {
  if (violations.length === 0) return none;
  const texts = [...new Set(violations.map((violation) => textOf(violation).replaceAll("\n", " ")))];
  const patterns = texts.map(untrimmed);
  const any = patterns.length === 1 ? (patterns[0] ?? "") : `(?:${patterns.join("|")})`;
  if (Buffer.byteLength(texts.join("; ")) > mostBytes) return [{ violations: 1 }, { violations: 1, message: `^${any}; ` }];
  const whole = { violations: 1, message: patterns.length === 1 ? `^${any}$` : `^${any}(?:; ${any})*$` };
  return [{ violations: 1 }, whole, ...(patterns.length === 1 ? [] : patterns.map((pattern) => ({ violations: 1, message: `(?:^|; )${pattern}(?:; |$)` })))];
}

/** What Go takes for white space (unicode.IsSpace), which is cut off both ends of a message. */
const space = "[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*";

/** The pattern of a text whose ends may be cut. */
function untrimmed(text: string): string {
  const [, start = "", inner = "", end = ""] = new RegExp(`^(${space})(.*?)(${space})$`, "su").exec(text) ?? [];
  const optional = (part: string): string => (part === "" ? "" : `(?:${escaped(part)})?`);
  return optional(start) + escaped(inner) + optional(end);
}

/** A text as a regular expression of RE2 that matches it alone. */
const escaped = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
