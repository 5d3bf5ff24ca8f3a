import { printable } from "../text/printable.ts";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** Text for XML, in attributes and between tags alike. What XML 1.0 cannot hold is written as `\x1b`, like in a terminal. */
export function escapeXml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
