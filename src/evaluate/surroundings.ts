import { Readable } from "node:stream";
import type { ManifestControl } from "../backends/opa/manifest.ts";
import { filesWith, mayEscape, readDocuments, wordsIn } from "../documents/index.ts";
import { type FindingLookups, lookupsFor } from "../ir/lookups.ts";
import { podBearingKinds } from "../kubernetes/pod-bearing.ts";
import { kindParts, scopeOf } from "../kubernetes/scope.ts";
import { kindNameOf, type Named, namespaceIn, ObjectSet } from "../plain/object-set.ts";

/** The objects that controls find beside the one that they judge. */
export interface Surroundings {
  readonly others: ObjectSet;
  /** Whether the set can say of a kind what there is: it holds some of it, or is said to be whole. */
  readonly isKnown: (kind: string) => boolean;
}

/** Where objects are read from, and what is known of them. */
export interface SurroundingsOptions {
  /** What `-` stands for. */
  readonly input?: Buffer;
  /** Whether the objects are all that there are. */
  readonly complete?: boolean;
  /** Where objects that belong in a namespace but name none will go. */
  readonly defaultNamespace?: string;
}

const podKinds: ReadonlySet<string> = new Set(podBearingKinds.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`));

/**
 * Gathers what the controls look up: what they do for the kinds of objects that there are to judge, in the namespaces that they
 * name, so that memory holds no more than that, and a set without what such controls judge costs no reading. Faults in documents are left to whoever judges them.
 */
export async function gatherSurroundings(paths: readonly string[], controls: readonly ManifestControl[], { complete = false, defaultNamespace, input }: SurroundingsOptions = {}): Promise<Surroundings> {
  const wanted = await neededKinds(paths, controls, input);
  const objects: unknown[] = [];
  const seen = new Set<string>();
  // Of what is looked up in some namespaces alone, other documents are worth no reading once one of the kind has been seen.
  const asked = [...wanted.kinds].map(([kind, within]) => ({ kind, word: kindParts(kind).kind, names: within === undefined || (defaultNamespace !== undefined && within.has(defaultNamespace)) || within.has("default") ? undefined : [...within] }));
  const isWanted = (text: string): boolean => mayEscape(text) || asked.some(({ kind, names, word }) => text.includes(word) && (names === undefined || !seen.has(kind) || names.some((name) => text.includes(name))));
  for (const path of wanted.paths) {
    for await (const item of readDocuments([path], { isWanted, ...(input === undefined ? {} : { stdin: Readable.from([input]) }) })) {
      if (item.kind !== "document") continue;
      const kind = kindNameOf(item.document.value);
      if (kind === undefined || !wanted.kinds.has(kind)) continue;
      seen.add(kind);
      const object = inNamespace(item.document.value, defaultNamespace);
      if (wanted.kinds.get(kind)?.has(namespaceIn(object as Named)) !== false) objects.push(object);
    }
  }
  const holdsPods = [...podKinds].some((kind) => seen.has(kind));
  // A cluster runs its pods by whichever kinds it likes: some of one are enough.
  return { others: new ObjectSet(objects), isKnown: (kind) => complete || seen.has(kind) || (podKinds.has(kind) && holdsPods) };
}

/** The object in the namespace where it will go, if it belongs in one and names none. */
export function inNamespace(object: unknown, namespace: string | undefined): unknown {
  const kind = kindNameOf(object);
  if (namespace === undefined || kind === undefined || typeof object !== "object") return object;
  const { apiVersion, kind: name } = kindParts(kind);
  const metadata = (object as { readonly metadata?: unknown }).metadata;
  if (scopeOf(apiVersion, name) !== "Namespaced" || (metadata !== undefined && metadata !== null && typeof metadata !== "object")) return object;
  const own = (metadata ?? {}) as { readonly namespace?: unknown };
  return own.namespace === undefined || own.namespace === null ? { ...object, metadata: { ...own, namespace } } : object;
}

/** The kinds that are looked up, each with the only namespaces where that is done; undefined where it is done in any. */
export type LookedUp = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** What several findings look up together. */
export function lookedUp(lookups: readonly FindingLookups[]): LookedUp {
  const all = new Map<string, Set<string> | undefined>();
  for (const { kinds, within = {} } of lookups) {
    for (const kind of kinds) {
      const [known, names] = [all.get(kind), within[kind]];
      all.set(kind, names === undefined || (all.has(kind) && known === undefined) ? undefined : new Set([...(known ?? []), ...names]));
    }
  }
  return all;
}

/** What has to be kept, and the paths that may hold it. */
async function neededKinds(paths: readonly string[], controls: readonly ManifestControl[], input: Buffer | undefined): Promise<{ readonly kinds: LookedUp; readonly paths: readonly string[] }> {
  const looking = controls.filter(({ lookups = [] }) => lookups.length > 0);
  if (looking.length === 0) return { kinds: new Map(), paths: [] };
  const words = [...new Set(looking.flatMap(({ lookups = [], match }) => [...match.kinds.map(({ kind }) => kind), ...lookups.flatMap(({ kinds }) => kinds).map((kind) => kindParts(kind).kind)]))];
  const mentions = new Map(filesWith(paths.filter((path) => path !== "-"), words));
  if (input !== undefined) mentions.set("-", wordsIn(input, words));
  const mentioned = new Set([...mentions.values()].flatMap((found) => [...found]));
  const kinds = lookedUp(looking.flatMap(({ lookups = [], match }) => match.kinds.filter(({ kind }) => mentioned.has(kind)).flatMap(({ apiVersion, kind }) => lookupsFor(lookups, `${apiVersion}/${kind}`))));
  const names = new Set([...kinds.keys()].map((kind) => kindParts(kind).kind));
  return { kinds, paths: [...mentions].filter(([, found]) => [...found].some((word) => names.has(word))).map(([path]) => path) };
}
