import { prefix } from "../names.ts";

/**
 * A value as conditions hold it: bare where nothing in it can be taken for something else, else in double quotes. An underscore
 * needs quotes too: a list of that name, in any rules file that is loaded, would be put in its place. Undefined for a text that no
 * condition can hold:
 * - one that the lexer cannot end, since it takes a quote behind a backslash for a part of the text,
 * - one longer than Falco keeps (`s_max_filter_value_buf_size`), for which it would refuse the whole file,
 * - one in which it would put the items of one of our lists, which it does inside quotes too, between blanks, parentheses and commas.
 * (Source: falcosecurity/libs, userspace/libsinsp/filter/parser.cpp, escaping.cpp and sinsp_filtercheck.cpp; falco,
 * userspace/engine/rule_loader_compiler.cpp, resolve_list.)
 */
export function valueText(value: string): string | undefined {
  if (value.length > longest || Buffer.byteLength(value) > longest) return undefined;
  if (/^[A-Za-z0-9.\/:@+-]+$/.test(value) && !keywords.has(value)) return value;
  if (value.endsWith("\\") || unwritable.test(value)) return undefined;
  if (ownList.test(value)) return undefined;
  return `"${value.replace(/[\\"\b\f\n\r\t]/g, (character) => escapes[character] ?? character)}"`;
}

/** A text that `valueText` cannot write, as the end of a sentence that says so. */
export function describeUnwritable(value: string): string {
  const bytes = Buffer.byteLength(value);
  return bytes > longest ? `a text of ${bytes} bytes, where it takes ${longest} at most` : `the text ${JSON.stringify(value)}`;
}

/** In bytes, without the NUL that ends it. */
const longest = 255;

const ownList = new RegExp(`[ (),=]${prefix}[a-z0-9_]+[ (),=]`);

/** Control characters that have no escape, and halves of characters, which no file can hold. */
const unwritable = /[\u0000-\u0007\u000b\u000e-\u001f\u007f]|\p{Surrogate}/u;

const keywords: ReadonlySet<string> = new Set(["and", "or", "not", "in", "exists", "intersects", "pmatch", "contains", "startswith", "endswith", "glob", "oneof", "anyof", "allof"]);

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** What a quoted text of a condition stands for; undefined for an escape that Falco does not know. */
export function unescaped(inside: string): string | undefined {
  const known = new Map(Object.entries(escapes).map(([character, escape]) => [escape, character]));
  let fits = true;
  const text = inside.replace(/\\[^]?/g, (escape) => {
    const character = known.get(escape) ?? (escape === "\\/" ? "/" : undefined);
    if (character === undefined) fits = false;
    return character ?? "";
  });
  return fits ? text : undefined;
}
