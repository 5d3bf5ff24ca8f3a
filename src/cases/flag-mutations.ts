import { type ComponentName, kubeadmPaths } from "../kubernetes/components/names.ts";
import type { Pools } from "./pools.ts";
import { pathKey, type ReadPath } from "./reads.ts";
import { type CaseRequest, isObject, nothing, partAt, type Place, withPart } from "./request.ts";

type Value = string | typeof nothing;

/** The requests in which one flag of a component that a check reads has another value, is given twice, or is not given at all. */
export function* flagChanges(request: CaseRequest, paths: readonly ReadPath[], component: ComponentName, pools: Pools, near: boolean): Generator<CaseRequest> {
  for (const flag of new Set(paths.flatMap(([root, flags, name]) => (root === "component" && flags === "flags" && name !== undefined ? [name] : [])))) {
    const texts = textsFor(flag, paths, pools, near);
    const several = near ? [] : texts.flatMap((text, index) => [`${text},${texts[index + 1] ?? "x"}`, ` ${text}`]);
    for (const values of [...(near ? [] : [[nothing]]), ...[...texts, ...several].map((text) => [text]), ...texts.slice(0, 2).map((text) => ["x", text])]) {
      const changed = withFlag(request, component, flag, values as readonly Value[]);
      if (changed !== undefined) yield changed;
    }
  }
}

/** What the check compares the flag's value, or a part of it, with. */
function textsFor(flag: string, paths: readonly ReadPath[], pools: Pools, near: boolean): readonly string[] {
  const own = [["component", "flags", flag, "value"], ["component", "flags", flag, "items", "[]", "value"]].filter((path) => paths.some((each) => pathKey(each) === pathKey(path)));
  const texts = own.flatMap((path) => (near ? pools.nearTexts(path, { type: "string" }) : pools.texts(path)));
  return [...new Set(["true", "false", ...texts])];
}

/** The request with a flag set to values, one after the other, as the object's kind says flags. */
function withFlag(request: CaseRequest, component: ComponentName, flag: string, values: readonly Value[]): CaseRequest | undefined {
  const given = values.filter((value) => value !== nothing);
  const words = given.map((value) => `--${flag}=${value}`);
  const place = listOf(request, component);
  if (place === undefined) return undefined;
  const list = partAt(request, place);
  if (place.at(-1) !== "extraArgs") {
    const others = (Array.isArray(list) ? (list as readonly unknown[]) : []).filter((word) => typeof word !== "string" || (word !== `--${flag}` && !word.startsWith(`--${flag}=`)));
    return withPart(request, place, [...others, ...words], () => ({})) as CaseRequest;
  }
  if (String((request.object as { readonly apiVersion?: unknown }).apiVersion).endsWith("v1beta3")) {
    const { [flag]: _before, ...others } = (isObject(list) ? list : {}) as Readonly<Record<string, unknown>>;
    return withPart(request, place, { ...others, ...(given.length === 0 ? {} : { [flag]: given.at(-1) }) }, () => ({})) as CaseRequest;
  }
  const others = (Array.isArray(list) ? (list as readonly unknown[]) : []).filter((each) => !isObject(each) || each["name"] !== flag);
  return withPart(request, place, [...others, ...given.map((value) => ({ name: flag, value }))], () => ({})) as CaseRequest;
}

/** Where the object keeps the flags of a component. */
function listOf({ object }: CaseRequest, component: ComponentName): Place | undefined {
  if (!isObject(object)) return undefined;
  if (object["kind"] === "ComponentFlags") return ["object", "flags"];
  if (object["kind"] === "ClusterConfiguration") {
    const path = kubeadmPaths[component];
    return path === undefined ? undefined : ["object", ...path, "extraArgs"];
  }
  const containers = partAt(object, ["spec", "containers"]);
  const index = Array.isArray(containers) ? containers.findIndex((each) => isObject(each) && each["name"] === component) : -1;
  return index < 0 ? undefined : ["object", "spec", "containers", index, Array.isArray(partAt(containers, [index, "args"])) ? "args" : "command"];
}
