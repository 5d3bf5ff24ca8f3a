import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { isJsonObject, type JsonValue } from "./syntax/json-value.ts";
import { Problem } from "./syntax/problem.ts";
import { readYaml } from "./yaml/read.ts";

/** A kustomization as messages name it: paths that begin where those of the user do. */
export interface Kustomization {
  readonly file: string;
  readonly folder: string;
}

/** Names that kubectl looks for, in its order. */
const names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/**
 * Knows which files are patches of a kustomization in their folder or one above: Kustomize takes no patch from elsewhere. Each
 * folder is looked at once.
 */
export class Kustomizations {
  readonly #seen = new Set<string>();
  /** From the absolute path of a patch to that of its kustomization. */
  readonly #patches = new Map<string, string>();

  /** The kustomization that a file is a patch of. */
  patching(file: string): Kustomization | undefined {
    const path = resolve(file);
    for (let folder = dirname(path); !this.#seen.has(folder); folder = dirname(folder)) {
      this.#seen.add(folder);
      this.#look(folder);
    }
    const owner = this.#patches.get(path);
    if (owner === undefined) return undefined;
    const shown = join(dirname(file), relative(dirname(path), owner));
    return { file: shown, folder: dirname(shown) };
  }

  #look(folder: string): void {
    for (const name of names) {
      const file = join(folder, name);
      const text = textOf(file);
      if (text === undefined) continue;
      for (const patch of patchesOf(text)) this.#patches.set(resolve(folder, patch), file);
      return;
    }
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // Not there, or not to be read: then it is no help in reading others either.
  }
}

/** The files that a kustomization names as patches; a patch may also be written in place. */
function patchesOf(text: string): string[] {
  const document = readYaml(text);
  if (document instanceof Problem || !isJsonObject(document.value)) return [];
  const { patches, patchesJson6902, patchesStrategicMerge } = document.value;
  const listed = [...elements(patches), ...elements(patchesJson6902)].map((patch) => (isJsonObject(patch) ? patch.path : undefined));
  return [...listed, ...elements(patchesStrategicMerge)].filter((path) => typeof path === "string").filter((path) => !path.includes("\n"));
}

const elements = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);
