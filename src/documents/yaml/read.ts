import type { JsonValue } from "../syntax/json-value.ts";
import type { Node } from "../syntax/node.ts";
import { Problem } from "../syntax/problem.ts";
import { findForbidden } from "./characters.ts";
import { constructValue, type Override } from "./construct.ts";
import { parseYaml } from "./parser.ts";

/** What one YAML document says. An empty one says null. */
export interface YamlDocument {
  readonly value: JsonValue;
  readonly overrides: readonly Override[];
  /** What the value was made of; undefined for an empty document. */
  readonly root: Node | undefined;
}

/** Reads the text of one YAML document as kubectl does, or says why it cannot be read. */
export function readYaml(text: string): YamlDocument | Problem {
  try {
    const forbidden = findForbidden(text);
    if (forbidden !== -1) throw new Problem(forbidden, `The character ${codePoint(text, forbidden)} may not stand in YAML.`, "Remove it, or write it as an escape in double quotes.");
    const root = parseYaml(text);
    return root === undefined ? { value: null, overrides: [], root } : { ...constructValue(root), root };
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function codePoint(text: string, offset: number): string {
  return `U+${text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, "0")}`;
}
