import { maximumDepth } from "./node.ts";

/**
 * Why a text cannot be read. Thrown inside this folder to leave a deep parse at once, and always caught at
 * its edge (`readYaml`, `readJson`), where it becomes a reported error.
 */
export class Problem extends Error {
  /** UTF-16 offset into the text that was being read. */
  readonly offset: number;
  readonly help: string | undefined;

  constructor(offset: number, message: string, help?: string) {
    super(message);
    this.offset = offset;
    this.help = help;
  }
}

/** Stricter than kubectl, which keeps the last of the two without a word. */
export function duplicateKey(offset: number, key: string): Problem {
  return new Problem(offset, `The key ${JSON.stringify(key)} is set twice in this mapping.`, "Remove one of the two: kubectl would keep the last without a word.");
}

export function nestedTooDeep(offset: number): Problem {
  return new Problem(offset, `The document is nested more than ${maximumDepth} levels deep.`);
}
