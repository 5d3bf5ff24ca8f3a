/**
 * Characters that act on a terminal or mislead its reader instead of showing: controls (C0, DEL, C1), line and paragraph
 * separators, the marks that reorder text, zero-width and other invisible formatting, what is no character and no YAML may hold, and halves of surrogate pairs.
 */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** The text on one line, with every character that a terminal would obey or hide written as `\n`, `\x1b` or `\u{202e}`. */
export function printable(text: string): string {
  return text.replace(unprintable, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}

const ascii = /^[\x20-\x7e]*$/;
const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** The number of terminal cells that printable text takes: East Asian wide characters and emoji take two, marks none. */
export function cells(text: string): number {
  // Nearly all manifests are ASCII, and a report asks this of every line that it shows.
  if (ascii.test(text)) return text.length;
  let count = 0;
  for (const character of text) count += /\p{Mark}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return count;
}
