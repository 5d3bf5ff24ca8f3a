import { char, isBlankOrEnd, isWord } from "./characters.ts";
import type { Cursor } from "./cursor.ts";
import { Problem } from "../syntax/problem.ts";

const afterAnchor = "?:,]}%@`";

/** Reads the name after `&` or `*`. */
export function scanAnchorName(cursor: Cursor): string {
  cursor.offset += 1;
  const start = cursor.offset;
  while (isWord(cursor.code)) cursor.offset += 1;
  const ends = isBlankOrEnd(cursor.code) || afterAnchor.includes(cursor.source.charAt(cursor.offset));
  if (cursor.offset === start || !ends) throw new Problem(start - 1, "An anchor or alias has no proper name.", "Use letters, digits, - and _. Quote the text if it only starts with & or *.");
  return cursor.source.slice(start, cursor.offset);
}

const uriExtra = ";/?:@&=+$,.!~*'()[]%";
const standardTags = "tag:yaml.org,2002:";

/** Reads a tag from its `!` and returns it in full: `!!str` is `tag:yaml.org,2002:str`. */
export function scanTag(cursor: Cursor): string {
  const start = cursor.offset;
  const tag = cursor.codeAfter(1) === char.less ? scanVerbatimTag(cursor) : scanShorthandTag(cursor);
  if (!isBlankOrEnd(cursor.code)) throw new Problem(start, "A tag must be followed by a space.", "Quote the text if it only starts with !.");
  return tag;
}

function scanVerbatimTag(cursor: Cursor): string {
  const start = cursor.offset;
  cursor.offset += 2;
  const tag = scanUri(cursor);
  if (tag === "" || cursor.code !== char.greater) throw new Problem(start, "A tag that starts with !< must end with >.");
  cursor.offset += 1;
  return tag;
}

function scanShorthandTag(cursor: Cursor): string {
  const start = cursor.offset;
  cursor.offset += 1;
  while (isWord(cursor.code)) cursor.offset += 1;
  if (cursor.code !== char.exclamation) return cursor.source.slice(start, cursor.offset) + scanUri(cursor);
  cursor.offset += 1;
  const handle = cursor.source.slice(start, cursor.offset);
  const suffix = scanUri(cursor);
  if (suffix === "") throw new Problem(start, `The tag ${handle} has no name.`);
  if (handle !== "!!") throw new Problem(start, `The tag handle ${handle} is not defined.`, "Use a standard tag such as !!str.");
  return standardTags + suffix;
}

/** Reads what a tag may hold, `%41` decoded. Empty if nothing fits. */
function scanUri(cursor: Cursor): string {
  const start = cursor.offset;
  while (isWord(cursor.code) || (cursor.code !== char.end && uriExtra.includes(cursor.source.charAt(cursor.offset)))) cursor.offset += 1;
  const written = cursor.source.slice(start, cursor.offset);
  try {
    return decodeURIComponent(written);
  } catch {
    throw new Problem(start, "A tag holds a % that starts no UTF-8 escape.");
  }
}
