/** `allowedUsers` and `container-shells` as parts of a name in a rules file: letters, digits and underscores. */
export const snakeCase = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[^A-Za-z0-9]+/g, "_").toLowerCase();

/** What all lists, macros and rules are named after, so that they meet nobody else's. */
export const prefix = "portcullis_";

/**
 * Names of lists and macros. Falco has one set of names for all rules files that it loads, and puts lists in the place of equally
 * named macros; so no two things may share one.
 */
export class Names {
  readonly #owners = new Map<string, string>();

  /** The first of the names that is free or belongs to the same thing already; a number tells apart what no name does. */
  claim(candidates: readonly string[], thing: string): string {
    const last = candidates.at(-1) ?? prefix;
    for (let index = 0; ; index += 1) {
      const name = candidates[index] ?? `${last}_${index - candidates.length + 2}`;
      const owner = this.#owners.get(name);
      if (owner !== undefined && owner !== thing) continue;
      this.#owners.set(name, thing);
      return name;
    }
  }
}

/** The name of a file without folders and ending. */
export const stemOf = (module: string): string => module.split("/").at(-1)?.replace(/\.[cm]?ts$/, "") ?? module;

/** A text without what would end its line. */
export const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
