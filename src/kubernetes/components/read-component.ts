import { booleanFlags, listFlags } from "./flag-types.ts";
import { externalEtcdFlags, kubeadmFlags } from "./kubeadm-flags.ts";
import { type ComponentName, kubeadmPaths } from "./names.ts";

type Path = readonly (string | number)[];

/** A value that a flag is given, and where it stands in the document. */
export interface PlacedValue {
  readonly value: string;
  readonly path: Path;
}

/** A flag that has a value. */
export interface ReadFlag extends PlacedValue {
  /** The parts of the value between commas; of a flag that gathers its values, those of all times that it is given. */
  readonly items: readonly PlacedValue[];
}

/** A component's flags, by their names. An empty value counts as none. */
export interface ReadComponent {
  readonly name: ComponentName;
  /** Where its flags are set: where one that is absent would have to be added. */
  readonly path: Path;
  readonly flags: Readonly<Record<string, ReadFlag>>;
}

/** One time that a flag is given. */
interface Setting extends PlacedValue {
  readonly flag: string;
}

/**
 * The flags of a component, as a static Pod, kubeadm's ClusterConfiguration or ComponentFlags says them; undefined where the
 * document is about others. Null elements of lists do not count. This is the meaning of `component` in a check: the rule `component` of the Rego library says the same.
 *
 * Flags are read as pflag does: `--name=value`, `--name value`, a boolean alone; `_` is `-`. etcd also takes one dash, and what
 * is in its environment where the command line says nothing. Of a script behind `-c` the words are read.
 */
export function readComponent(object: unknown, name: ComponentName): ReadComponent | undefined {
  if (!isRecord(object)) return undefined;
  const { apiVersion, kind } = object;
  if (apiVersion === "v1" && kind === "Pod") return ofPod(object, name);
  if (apiVersion === "portcullis.dev/v1" && kind === "ComponentFlags") {
    return object["component"] === name ? component(name, ["flags"], settingsOf(wordsOf(object["flags"], ["flags"]), name)) : undefined;
  }
  return kind === "ClusterConfiguration" && typeof apiVersion === "string" && /^kubeadm\.k8s\.io\/(v1beta3|v1beta4|v1)$/.test(apiVersion) ? ofKubeadm(object, name) : undefined;
}

function ofPod(pod: Readonly<Record<string, unknown>>, name: ComponentName): ReadComponent | undefined {
  const containers = listOf(isRecord(pod["spec"]) ? pod["spec"]["containers"] : undefined);
  const index = containers.findIndex((each) => isRecord(each) && each["name"] === name);
  const container = containers[index];
  if (!isRecord(container)) return undefined;
  const path = ["spec", "containers", index];
  const words = ["command", "args"].flatMap((list) => wordsOf(container[list], [...path, list]));
  const given = settingsOf(words, name);
  const list = listOf(container["args"]).some((each) => each !== null) ? "args" : "command";
  return component(name, [...path, list], [...environment(container["env"], [...path, "env"], name, given), ...given]);
}

function ofKubeadm(configuration: Readonly<Record<string, unknown>>, name: ComponentName): ReadComponent | undefined {
  const root = kubeadmPaths[name];
  const external = partAt(configuration, ["etcd", "external"]);
  if (root === undefined || (name === "etcd" && isRecord(external))) return undefined;
  const path = [...root, "extraArgs"];
  const settings = partAt(configuration, root);
  const own = isRecord(settings) ? settings : {};
  const given = ownFlags(own["extraArgs"], path);
  const names = new Set(given.map(({ flag }) => flag));
  const usual = Object.entries(kubeadmFlags[name] ?? {}).flatMap(([flag, value]) => {
    if (flag === "authorization-mode" && names.has("authorization-config")) return [];
    return isRecord(external) && flag in externalEtcdFlags ? externalEtcd(external, flag as keyof typeof externalEtcdFlags) : [{ flag, value, path }];
  });
  const flags = [...usual.flatMap((base) => merged(base, given)), ...given.filter(({ merge }) => merge === "")];
  return component(name, path, [...environment(own["extraEnvs"], [...root, "extraEnvs"], name, flags), ...flags]);
}

/** A flag of kubeadm's own: `merge` says how the value joins the one that kubeadm writes; empty where it takes its place. */
interface KubeadmSetting extends Setting {
  readonly merge: string;
}

/** The flags that a ClusterConfiguration gives: a list of names and values, or, in v1beta3, a map. */
function ownFlags(extraArgs: unknown, path: Path): readonly KubeadmSetting[] {
  // Of two spellings of one name the last in order counts: kubeadm sorts the map.
  if (!Array.isArray(extraArgs)) return isRecord(extraArgs) ? Object.entries(extraArgs).sort(([left], [right]) => (left < right ? -1 : 1)).flatMap(([flag, value]) => (typeof value === "string" ? [{ flag: flagName(flag), value, path: [...path, flag], merge: "" }] : [])) : [];
  return extraArgs.flatMap((each: unknown, index) => {
    if (!isRecord(each) || typeof each["name"] !== "string" || typeof each["value"] !== "string") return [];
    return [{ flag: flagName(each["name"]), value: each["value"], path: [...path, index, "value"], merge: typeof each["mergeMethod"] === "string" ? each["mergeMethod"] : "" }];
  });
}

/** What becomes of a flag that kubeadm writes: of several that are given, the last decides whether it is replaced or joined. */
function merged(base: Setting, given: readonly KubeadmSetting[]): readonly Setting[] {
  const last = given.findLast(({ flag }) => flag === base.flag);
  if (last === undefined) return [base];
  if (last.merge === "append") return [{ ...last, value: base.value + last.value }];
  return last.merge === "prepend" ? [{ ...last, value: last.value + base.value }] : [];
}

function externalEtcd(external: Readonly<Record<string, unknown>>, flag: keyof typeof externalEtcdFlags): readonly Setting[] {
  const field = externalEtcdFlags[flag];
  const value = external[field];
  const path = ["etcd", "external", field];
  return Array.isArray(value) ? value.flatMap((each: unknown, index) => (typeof each === "string" ? [{ flag, value: each, path: [...path, index] }] : [])) : typeof value === "string" ? [{ flag, value, path }] : [];
}

/** What etcd takes from its environment: of the flags that the command line does not give. */
function environment(variables: unknown, path: Path, name: ComponentName, given: readonly Setting[]): readonly Setting[] {
  if (name !== "etcd") return [];
  const names = new Set(given.map(({ flag }) => flag));
  return listOf(variables).flatMap((each, index) => {
    if (!isRecord(each) || typeof each["name"] !== "string" || typeof each["value"] !== "string" || !each["name"].startsWith("ETCD_")) return [];
    const flag = flagName(each["name"].slice("ETCD_".length).replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
    return names.has(flag) ? [] : [{ flag, value: each["value"], path: [...path, index, "value"] }];
  });
}

/** The arguments of a list; those of a script behind `-c` by themselves, without their quotes. */
function wordsOf(list: unknown, path: Path): readonly PlacedValue[] {
  const texts = listOf(list).map((text, index) => ({ text, index })).filter(({ text }) => text !== null);
  return texts.flatMap(({ text, index }, position) => {
    if (typeof text !== "string") return [];
    const place = [...path, index];
    if (texts[position - 1]?.text !== "-c") return [{ value: text, path: place }];
    return text.split(/[ \t\n\\]+/).filter((word) => word !== "").map((word) => ({ value: word.replace(/["']/g, ""), path: place }));
  });
}

/** The flags in a command line. A flag that is no boolean and stands without `=` takes the next word, whatever that is. */
function settingsOf(words: readonly PlacedValue[], name: ComponentName): readonly Setting[] {
  const settings: Setting[] = [];
  let waiting: PlacedValue | undefined;
  for (const word of words) {
    if (waiting !== undefined) {
      settings.push({ flag: waiting.value, value: word.value, path: word.path });
      waiting = undefined;
      continue;
    }
    const written = (name === "etcd" ? /^--?([^-=][^=]*)(=([^]*))?$/ : /^--([^-=][^=]*)(=([^]*))?$/).exec(word.value);
    if (written === null) continue;
    const [, raw = "", assigned, value = ""] = written;
    const flag = flagName(raw);
    if (assigned === undefined && !booleanFlags.includes(flag)) waiting = { value: flag, path: word.path };
    else settings.push({ flag, value: assigned === undefined ? "true" : value, path: word.path });
  }
  return settings;
}

function component(name: ComponentName, path: Path, settings: readonly Setting[]): ReadComponent {
  const flags: Record<string, ReadFlag> = Object.create(null) as Record<string, ReadFlag>;
  for (const flag of new Set(settings.map((each) => each.flag))) {
    const all = settings.filter((each) => each.flag === flag);
    const counted = isList(flag) ? all.filter(({ value }) => value !== "") : all.slice(-1);
    const last = counted.at(-1);
    if (last === undefined || last.value === "") continue;
    const items = counted.flatMap(({ value, path: place }) => value.split(",").map((item) => ({ value: item.replace(/^ +| +$/g, ""), path: place })).filter((item) => item.value !== ""));
    flags[flag] = { value: booleanFlags.includes(flag) ? truth(last.value) : last.value, items, path: last.path };
  }
  return { name, path, flags };
}

const isList = (flag: string): boolean => listFlags.includes(flag);

/** The spellings of a boolean that Go's strconv.ParseBool takes, in one. */
const truth = (value: string): string => (/^(1|t|T|TRUE|true|True)$/.test(value) ? "true" : /^(0|f|F|FALSE|false|False)$/.test(value) ? "false" : value);

const flagName = (name: string): string => name.replaceAll("_", "-");

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const partAt = (whole: unknown, path: readonly string[]): unknown => path.reduce<unknown>((part, key) => (isRecord(part) && Object.hasOwn(part, key) ? part[key] : undefined), whole);
