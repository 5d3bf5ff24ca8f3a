import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { FileFinder } from "./files.ts";
import { stretchSize } from "./segments.ts";

/** How YAML and JSON can write a word without its letters: escapes of characters and of line ends. */
const escapes: readonly string[] = ["\\u", "\\U", "\\x", "\\\n", "\\\r"];

/**
 * The files under the paths that may hold a word, without reading their documents: those that have its letters, or escapes that
 * could stand for them. What cannot be read holds none; whoever reads the documents is told.
 */
export function filesWith(paths: readonly string[], words: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const finder = new FileFinder();
  const found = new Map<string, ReadonlySet<string>>();
  for (const path of paths) {
    for (const each of finder.find(path)) if (each.kind === "file") found.set(each.file, wordsOf(each.file, each.size, words));
  }
  return found;
}

/** The same of a text that is there already. */
export const wordsIn = (text: Buffer, words: readonly string[]): ReadonlySet<string> => new Set(mayEscape(text) ? words : words.filter((word) => text.includes(word)));

/** Whether a text may hold words that are not written out in it. */
export const mayEscape = (text: { readonly includes: (search: string) => boolean }): boolean => escapes.some((escape) => text.includes(escape));

function wordsOf(file: string, size: number, words: readonly string[]): ReadonlySet<string> {
  try {
    return size <= stretchSize ? wordsIn(readFileSync(file), words) : wordsOfLarge(file, words);
  } catch {
    return new Set();
  }
}

/** Stretch by stretch, each with the end of the one before, where a word may have begun. */
function wordsOfLarge(file: string, words: readonly string[]): ReadonlySet<string> {
  const longest = Math.max(2, ...words.map((word) => Buffer.byteLength(word)));
  const found = new Set<string>();
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(stretchSize + longest);
    let kept = 0;
    for (;;) {
      const length = readSync(descriptor, buffer, kept, stretchSize, null);
      if (length === 0 || found.size === words.length) return found;
      const end = kept + length;
      for (const word of wordsIn(buffer.subarray(0, end), words)) found.add(word);
      kept = Math.min(longest, end);
      buffer.copy(buffer, 0, end - kept, end);
    }
  } finally {
    closeSync(descriptor);
  }
}
