import type { Cursor } from "./cursor.ts";

/** A place where a key without `?` may have begun: known only once its `:` is found. */
export interface PossibleKey {
  readonly token: number;
  readonly start: number;
  readonly line: number;
  readonly column: number;
  /** The block's indentation leaves no other reading, so a missing `:` is an error. */
  readonly required: boolean;
}

/** Longest key without `?`, in characters: the limit of YAML. */
const longestKey = 1024;

/** Can the `:` at the cursor belong to the key? It must stand on the same line, and not too far. */
export function isReachable(key: PossibleKey, { line, offset, source }: Cursor): boolean {
  if (key.line < line) return false;
  if (offset - key.start <= longestKey) return true;
  if (offset - key.start > 2 * longestKey) return false;
  return Array.from(source.slice(key.start, offset)).length <= longestKey;
}

/** The key that began first among those of the open flow levels. */
export function outermostKey(keys: readonly (PossibleKey | undefined)[]): PossibleKey | undefined {
  let level = 0;
  while (level < keys.length - 1 && keys[level] === undefined) level += 1;
  return keys[level];
}
