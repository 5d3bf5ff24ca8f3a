import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileError, noteItem, type ReadItem } from "./read-item.ts";

/** A file to read, or what there is to say instead. */
export type Found = { readonly kind: "file"; readonly file: string; readonly size: number } | ReadItem;

const manifest = /\.(?:ya?ml|json)$/i;

/**
 * Finds the manifests of files and folders: in a folder those that end in .yaml, .yml or .json, at any depth,
 * sorted by path; a file that is named itself whatever its ending. Hidden folders and node_modules are passed
 * over, and a file that is reached twice is found once.
 */
export class FileFinder {
  private readonly seen = new Set<string>();
  /** Manifests found so far, read or not, and folders that cannot be read. */
  private met = 0;

  *find(path: string): Generator<Found> {
    const entry = inspect(path);
    if ("fault" in entry) yield fileError(path, entry.fault);
    else if (!this.enter(entry.id)) return;
    else if (!entry.folder) yield { kind: "file", file: path, size: entry.size };
    else {
      const before = this.met;
      yield* this.walk(path);
      if (this.met === before) yield noteItem(path, "The folder holds no .yaml, .yml or .json file.");
    }
  }

  private *walk(folder: string): Generator<Found> {
    let entries: Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.met += 1;
      yield fileError(folder, `The folder cannot be read (${reasonOf(error)}).`);
      return;
    }
    for (const entry of entries.sort(byPath)) yield* this.visit(entry, join(folder, entry.name));
  }

  private *visit(dirent: Dirent, path: string): Generator<Found> {
    const isManifest = manifest.test(path);
    if (dirent.isDirectory() ? isPassedOver(dirent.name) : !isManifest && !dirent.isSymbolicLink()) return;
    const entry = inspect(path);
    const isFolder = "folder" in entry && entry.folder;
    if (isManifest && !isFolder) this.met += 1;
    if ("fault" in entry) {
      if (isManifest) yield fileError(path, entry.fault);
    } else if (isFolder) {
      if (isPassedOver(dirent.name)) return;
      if (this.enter(entry.id)) yield* this.walk(path);
      else yield noteItem(path, `${realpathSync(path)} is read already and is not read twice.`);
    } else if (isManifest && this.enter(entry.id)) yield { kind: "file", file: path, size: entry.size };
  }

  /** False for a file or folder that was there before. */
  private enter(id: string): boolean {
    if (this.seen.has(id)) return false;
    this.seen.add(id);
    return true;
  }
}

function isPassedOver(folder: string): boolean {
  return folder.startsWith(".") || folder === "node_modules";
}

/** Sorts as the full paths would: a folder counts with its slash. */
function byPath(left: Dirent, right: Dirent): number {
  const [a, b] = [left, right].map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)) as [string, string];
  return a < b ? -1 : a > b ? 1 : 0;
}

type Inspected = { readonly id: string; readonly folder: boolean; readonly size: number } | { readonly fault: string };

function inspect(path: string): Inspected {
  try {
    const stats = statSync(path, { bigint: true });
    return { id: `${stats.dev}:${stats.ino}`, folder: stats.isDirectory(), size: stats.isFile() ? Number(stats.size) : 0 };
  } catch (error) {
    return { fault: reasonOf(error) === "ENOENT" ? "There is no such file or folder." : `The file cannot be read (${reasonOf(error)}).` };
  }
}

/** The system's word for what went wrong with a file: `ENOENT`, `EACCES`. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : String(error);
}
