import type { CompiledControl } from "../backends/backend.ts";
import { judge as judgePlainly, type Request } from "../plain/judge.ts";
import { isTold, type Sight } from "./sight.ts";

/** What an engine says to a request by one policy: all that it found in one text, in any order, joined by `; `. */
export interface PolicyVerdict {
  readonly allowed: boolean;
  readonly message?: string;
  /** Why there is no verdict. */
  readonly error?: string;
}

/** What a policy's message may hold: 5 KiB, less what the mark of a cut takes. */
const mostBytes = 5120;

/** The violations of the plain run that an engine of this sight has to tell of, each as a policy writes it. */
export function expectedTexts(compiled: CompiledControl, request: Request, sight: Sight = "always"): string[] {
  const { control, id } = compiled;
  const texts = judgePlainly(control, id, request).filter(({ finding }) => isTold(sight, compiled, request, finding)).map(({ finding, path, message }) => `${path}: ${message}${finding === undefined ? "" : ` (${finding})`}`.replaceAll("\n", " "));
  return [...new Set(texts)];
}

/** How a policy's verdict differs from the violations of the plain run; undefined where they agree in verdict, paths and messages. */
export function difference(verdict: PolicyVerdict, expected: readonly string[]): string | undefined {
  if (verdict.error !== undefined) return `the evaluation failed: ${verdict.error}`;
  if (verdict.allowed !== (expected.length === 0)) return `${verdict.allowed ? "allowed" : `denied (${verdict.message})`} where the plain run finds ${JSON.stringify(expected)}`;
  if (expected.length === 0) return undefined;
  const message = verdict.message ?? "";
  const whole = Buffer.byteLength(expected.join("; ")) <= mostBytes - 64;
  if (!whole) return message.length > 1000 ? undefined : `the message is lost: ${message}`;
  return isMadeOf(message, expected) ? undefined : `says ${JSON.stringify(message)} where the plain run finds ${JSON.stringify(expected)}`;
}

/** What Go takes for white space (unicode.IsSpace): U+0085, but no byte order mark, which JavaScript trims. */
const space = "[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
/** A text without the white space at its ends, as Go trims it. */
export const trimmed = (text: string): string => trimEnd(trimStart(text));
const trimStart = (text: string): string => text.replace(new RegExp(`^${space}`), "");
const trimEnd = (text: string): string => text.replace(new RegExp(`${space}$`), "");

/** Whether a message is these texts in any order, each at least once, joined by `; `. The API server trims both ends. */
export function isMadeOf(message: string, texts: readonly string[]): boolean {
  const search = (at: number, left: ReadonlySet<string>): boolean => {
    if (at > message.length) return left.size === 0;
    return texts.some((given) => {
      const text = at === 0 ? trimStart(given) : given;
      const rest = new Set([...left].filter((each) => each !== given));
      if (message.startsWith(`${text}; `, at) && search(at + text.length + 2, rest)) return true;
      return message.slice(at) === trimEnd(text) && rest.size === 0;
    });
  };
  return search(0, new Set(texts));
}
