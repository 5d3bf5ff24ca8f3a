import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { type Severity, severities } from "../dsl/control.ts";
import type { Summary } from "../evaluate/result.ts";
import { isAtLeast } from "../report/severity.ts";
import { didYouMean } from "../text/closest.ts";
import { printable } from "../text/printable.ts";
import type { ExitCode, Io } from "./io.ts";

/** What a run amounts to for whoever started it. */
export function exitCodeOf({ errors, findings }: Summary, failOn: Severity): ExitCode {
  if (errors > 0) return 2;
  return severities.some((severity) => findings[severity] > 0 && isAtLeast(severity, failOn)) ? 1 : 0;
}

/** A sentence for each path that is not there; `-` always is. */
export const missingPaths = (io: Pick<Io, "cwd">, paths: readonly string[]): string[] => paths.filter((path) => path !== "-" && !existsSync(resolve(io.cwd, path))).map((path) => missingPath(path, io.cwd));

function missingPath(path: string, cwd: string): string {
  const folder = dirname(resolve(cwd, path));
  const siblings = existsSync(folder) ? readdirSync(folder) : [];
  return printable(`There is no file or folder ${path}.${didYouMean(basename(path), siblings)}`);
}
