import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { createTwoFilesPatch } from "diff";
import type { EmittedFile } from "../backends/backend.ts";

/** How a file on disk differs from what the build writes. `patch` is a unified diff, or one line for a binary file. */
export interface Difference {
  readonly path: string;
  readonly change: "changed" | "missing" | "stale";
  readonly patch: string;
}

/** Compares a folder with what the build would write there: changed and missing files, and files that nothing writes. */
export function compareFolder(folder: string, files: readonly EmittedFile[]): Difference[] {
  const expected = new Map(files.map((file) => [file.path, file.content]));
  const kept = filesUnder(folder);
  const paths = [...new Set([...expected.keys(), ...kept])].sort();
  return paths.flatMap((path): Difference[] => {
    const content = expected.get(path);
    const now = kept.includes(path) ? readFileSync(join(folder, path)) : undefined;
    if (content === undefined) return [{ path, change: "stale", patch: patchOf(path, now, undefined) }];
    if (now === undefined) return [{ path, change: "missing", patch: patchOf(path, undefined, Buffer.from(content)) }];
    return now.equals(Buffer.from(content)) ? [] : [{ path, change: "changed", patch: patchOf(path, now, Buffer.from(content)) }];
  });
}

/** Makes a folder hold exactly these files. Files whose bytes are right stay untouched. */
export function writeFolder(folder: string, files: readonly EmittedFile[]): Difference[] {
  const differences = compareFolder(folder, files);
  const contents = new Map(files.map((file) => [file.path, file.content]));
  for (const { path } of differences) {
    const content = contents.get(path);
    const place = join(folder, path);
    if (content === undefined) {
      rmSync(place);
      continue;
    }
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
  return differences;
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

function patchOf(path: string, now: Buffer | undefined, next: Buffer | undefined): string {
  if (now?.includes(0) === true || next?.includes(0) === true) return `Binary file ${path}: ${sizeOf(now)} now, ${sizeOf(next)} built.\n`;
  return createTwoFilesPatch(now === undefined ? "/dev/null" : path, next === undefined ? "/dev/null" : path, now?.toString() ?? "", next?.toString() ?? "", "", "", { context: 3 });
}

const sizeOf = (content: Buffer | undefined): string => (content === undefined ? "nothing" : `${content.length} bytes`);
