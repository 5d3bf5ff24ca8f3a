/**
 * A value as conditions hold it: bare where nothing in it can be taken for something else, else in double quotes. An underscore
 * needs quotes too: a list of that name, in any rules file that is loaded, would be put in its place. Undefined for a text that
 * the lexer cannot end: it takes a quote behind a backslash for a part of the text.
 * (Source: falcosecurity/libs, userspace/libsinsp/filter/parser.cpp and escaping.cpp; falco, rule_loader_compiler.cpp.)
 */
export function valueText(value: string): string | undefined {
  if (/^[A-Za-z0-9.\/:@+-]+$/.test(value) && !keywords.has(value)) return value;
  if (value.endsWith("\\") || /[\u0000-\u0007\u000b\u000e-\u001f\u007f]/.test(value)) return undefined;
  return `"${value.replace(/[\\"\b\f\n\r\t]/g, (character) => escapes[character] ?? character)}"`;
}

const keywords: ReadonlySet<string> = new Set(["and", "or", "not", "in", "exists", "intersects", "pmatch", "contains", "startswith", "endswith", "glob"]);

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
