/**
 * Whether a glob covers a text. `*` stands for any run of characters, `/` included, and `**` for the same; nothing else is
 * special. A glob with more than four stars covers nothing; declare a parameter of globs with `globs()`, which refuses it.
 */
export function matchesGlob(text: string, glob: string): boolean {
  const pieces = glob.split("*");
  const first = pieces[0] ?? "";
  const last = pieces[pieces.length - 1] ?? "";
  if (pieces.length === 1) return text === glob;
  if (pieces.length > 5 || !text.startsWith(first)) return false;
  const inner = pieces.filter((_piece, index) => index > 0 && index < pieces.length - 1);
  const rest = textAfter(textAfter(textAfter(textAfter(text, first), inner[0]), inner[1]), inner[2]);
  return rest !== undefined && rest.endsWith(last);
}

/** Whether one of the globs covers the text. */
export function matchesAnyGlob(text: string, globs: readonly string[]): boolean {
  return globs.some((glob) => matchesGlob(text, glob));
}

/**
 * Whether a text is among names, each whole or its start with a star behind it: declare a parameter of these with `names()`. Costs
 * less than globs where many texts are asked about. A name with a star elsewhere stands for nothing.
 */
export function isListed(text: string, names: readonly string[]): boolean {
  return names.some((name) => (name.endsWith("*") ? name.split("*").length === 2 && text.startsWith(name.split("*")[0] ?? "") : text === name));
}

/** What follows the first occurrence of a piece: the text itself for no piece, absent when the piece does not occur. */
export function textAfter(text: string | undefined, piece: string | undefined): string | undefined {
  if (text === undefined || piece === undefined || piece === "") return text;
  if (!text.includes(piece)) return undefined;
  return text.split(piece).filter((_part, index) => index > 0).join(piece);
}
