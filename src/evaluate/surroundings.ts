import { Readable } from "node:stream";
import type { ManifestControl } from "../backends/opa/manifest.ts";
import { filesWith, readDocuments, wordsIn } from "../documents/index.ts";
import { podBearingKinds } from "../kubernetes/pod-bearing.ts";
import { kindParts, scopeOf } from "../kubernetes/scope.ts";
import { kindNameOf, ObjectSet } from "../plain/object-set.ts";

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
 * Gathers what the controls look up: the kinds alone of controls that have something to judge, so that memory holds no more than
 * those, and a set without what such controls judge costs no reading. Faults in documents are left to whoever judges them.
 */
export async function gatherSurroundings(paths: readonly string[], controls: readonly ManifestControl[], { complete = false, defaultNamespace, input }: SurroundingsOptions = {}): Promise<Surroundings> {
  const wanted = await neededKinds(paths, controls, input);
  const objects: unknown[] = [];
  for (const path of wanted.paths) {
    for await (const item of readDocuments([path], input === undefined ? {} : { stdin: Readable.from([input]) })) {
      if (item.kind !== "document") continue;
      const kind = kindNameOf(item.document.value);
      if (kind !== undefined && wanted.kinds.has(kind)) objects.push(inNamespace(item.document.value, defaultNamespace));
    }
  }
  const others = new ObjectSet(objects);
  const holdsPods = [...podKinds].some((kind) => others.has(kind));
  // A cluster runs its pods by whichever kinds it likes: some of one are enough.
  return { others, isKnown: (kind) => complete || others.has(kind) || (podKinds.has(kind) && holdsPods) };
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

/** What has to be kept, and the paths that may hold it. */
async function neededKinds(paths: readonly string[], controls: readonly ManifestControl[], input: Buffer | undefined): Promise<{ readonly kinds: ReadonlySet<string>; readonly paths: readonly string[] }> {
  const looking = controls.filter(({ lookups = [] }) => lookups.length > 0);
  if (looking.length === 0) return { kinds: new Set(), paths: [] };
  const judged = ({ match }: ManifestControl): readonly string[] => match.kinds.map(({ kind }) => kind);
  const lookedUp = ({ lookups = [] }: ManifestControl): readonly string[] => lookups.flatMap(({ kinds }) => kinds);
  const words = [...new Set(looking.flatMap((control) => [...judged(control), ...lookedUp(control).map((kind) => kindParts(kind).kind)]))];
  const mentions = new Map(filesWith(paths.filter((path) => path !== "-"), words));
  if (input !== undefined) mentions.set("-", wordsIn(input, words));
  const mentioned = new Set([...mentions.values()].flatMap((found) => [...found]));
  const kinds = new Set(looking.filter((control) => judged(control).some((kind) => mentioned.has(kind))).flatMap(lookedUp));
  const names = new Set([...kinds].map((kind) => kindParts(kind).kind));
  return { kinds, paths: [...mentions].filter(([, found]) => [...found].some((word) => names.has(word))).map(([path]) => path) };
}
