import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CompiledControl, type EmittedFile, jsonText } from "../backends/backend.ts";
import type { OpaSettings } from "../backends/opa/manifest.ts";
import { searchEdition, type Supplement, supplementOf } from "../cases/index.ts";
import { printCheck } from "../ir/print.ts";
import { settingsRead } from "../ir/settings-read.ts";

/** The folder beside those of the targets that holds what was derived. */
export const caseFolder = "cases";

/** The settings of a target that a control reads. */
interface ReadSettings {
  readonly kubernetesMinor?: number;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** What was derived for a control under settings. */
interface Entry extends ReadSettings {
  /** Of all that the search went by and of what it found, so that neither can change alone. */
  readonly digest: string;
  readonly cases: readonly Supplement[];
}

/**
 * The derived objects of controls, kept in `<control>.json` files: a search takes a second where a check is long, and a build has no
 * time for that. What is kept counts only for the very check, objects and settings that it was found for; for others the search
 * is done anew. It finds the same on every machine, so that a build writes the same with these files and without them.
 */
export class CaseBook {
  readonly #folders: readonly string[];
  readonly #kept = new Map<string, readonly Entry[]>();
  readonly #asked = new Map<string, { readonly check: CompiledControl["check"]; readonly entries: Map<string, Entry> }>();
  /** Called before each search, with how many there were. */
  #onSearch: (searches: number) => void = () => undefined;
  #searches = 0;

  /** Reads what is kept in the first of the folders that has a file for a control. */
  constructor(folders: readonly string[], onSearch?: (searches: number) => void) {
    this.#folders = folders;
    if (onSearch !== undefined) this.#onSearch = onSearch;
  }

  /** The objects for the branches of a control that none of its own decides under a target's settings. */
  derivedFor(compiled: CompiledControl, settings: OpaSettings): readonly Supplement[] {
    const { check, control, id } = compiled;
    const known = this.#asked.get(id);
    const entries = known?.check === check ? known.entries : new Map<string, Entry>();
    if (known?.check !== check) this.#asked.set(id, { check, entries });
    const { kubernetesMinor } = settings;
    const parameters = settings.parameters[id] ?? {};
    const read = readSettings(compiled, { kubernetesMinor, parameters });
    const key = JSON.stringify(read);
    const before = entries.get(key);
    if (before !== undefined) return before.cases;
    const sought = [searchEdition, printCheck(check), control.pass, control.fail, read];
    const digestOf = (cases: readonly Supplement[]): string => createHash("sha256").update(JSON.stringify([sought, cases])).digest("hex");
    let entry = this.#keptFor(id).find(({ cases, digest }) => digest === digestOf(cases));
    if (entry === undefined) {
      this.#onSearch((this.#searches += 1));
      const cases = supplementOf(compiled, { kubernetesMinor, parameters });
      entry = { ...read, digest: digestOf(cases), cases };
    }
    entries.set(key, entry);
    return entry.cases;
  }

  /**
   * The files to keep: all that was asked for. Where not every target asked, what others may have asked for stays as it is.
   */
  files(hasAll: boolean): readonly EmittedFile[] {
    const asked = [...this.#asked].map(([id, { entries }]): EmittedFile => {
      const others = hasAll ? [] : this.#keptFor(id).filter((entry) => !entries.has(JSON.stringify(settingsOf(entry))));
      const all = [...entries.values(), ...others].map((entry) => [JSON.stringify(settingsOf(entry)), entry] as const).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
      return { path: `${id}.json`, content: jsonText({ control: id, derived: all.map(([, entry]) => entry) }) };
    });
    return hasAll ? asked : [...asked, ...this.#foreign()];
  }

  /** The files of the first folder that nobody asked for, as they are. */
  #foreign(): readonly EmittedFile[] {
    const [folder = ""] = this.#folders;
    const names = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()) : [];
    return names
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll("\\", "/"))
      .filter((path) => !this.#asked.has(path.replace(/\.json$/, "")))
      .map((path) => ({ path, content: readFileSync(join(folder, path)) }));
  }

  #keptFor(id: string): readonly Entry[] {
    const known = this.#kept.get(id);
    if (known !== undefined) return known;
    const file = this.#folders.map((folder) => join(folder, `${id}.json`)).find((path) => existsSync(path));
    const kept = file === undefined ? [] : entriesIn(readFileSync(file, "utf8"));
    this.#kept.set(id, kept);
    return kept;
  }
}

/** What a file holds; nothing where it is not what a build wrote, which then writes it anew. */
function entriesIn(text: string): readonly Entry[] {
  try {
    const { derived } = JSON.parse(text) as { readonly derived?: unknown };
    return Array.isArray(derived) ? derived.filter((entry: unknown): entry is Entry => typeof entry === "object" && entry !== null && Array.isArray((entry as Partial<Entry>).cases)) : [];
  } catch {
    return [];
  }
}

/** The settings of those given that the control reads, in the order of its parameters. */
function readSettings({ check, control }: CompiledControl, { kubernetesMinor, parameters }: Required<ReadSettings>): ReadSettings {
  const read = settingsRead(check);
  const values = Object.fromEntries(Object.keys(control.parameters).filter((name) => read.parameters.has(name)).map((name) => [name, parameters[name] ?? control.parameters[name]?.default]));
  return { ...(read.kubernetesMinor ? { kubernetesMinor } : {}), ...(read.parameters.size > 0 ? { parameters: values } : {}) };
}

const settingsOf = ({ kubernetesMinor, parameters }: Entry): ReadSettings => ({ ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }), ...(parameters === undefined ? {} : { parameters }) });
