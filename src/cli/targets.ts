import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { ReadError } from "../documents/index.ts";
import { printable } from "../text/printable.ts";

/** The target files of a project, relative to its root, in the order of their names. */
export function targetFiles(root: string): string[] {
  const folder = join(root, "targets");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => `targets/${name}`);
}

/** One line that says what is wrong with a target file, where, and what to do. */
export const describeReadError = ({ file, line, column, message, help }: ReadError): string => printable(`${file}:${line}:${column}: ${message}${help === undefined ? "" : ` ${help}`}`);
