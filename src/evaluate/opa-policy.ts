import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { OpaManifest, OpaSettings } from "../backends/opa/manifest.ts";
import { type Engine, type Judge, TooManyObjects, type Verdict } from "./engine.ts";
import { loadOpaModule, type OpaModule } from "./opa-module.ts";
import { lookupsFor } from "../ir/lookups.ts";
import type { ObjectSet } from "../plain/object-set.ts";
import { lookedUp } from "./surroundings.ts";
import { compareViolations, type Violation } from "../plain/violation.ts";

/** What OPA answers for a document without violations, as it writes it. */
const noViolations = '[{"result":[]}]';

/**
 * The engine that evaluates `policy.wasm` as `manifest.json` beside it describes. Rejects where the folder does not hold
 * the two files, or they are not what the compiler writes.
 */
export async function loadOpaEngine(folder: string): Promise<Engine> {
  const [wasm, manifestText] = await Promise.all([readFile(join(folder, "policy.wasm")), readFile(join(folder, "manifest.json"), "utf8")]);
  const manifest = JSON.parse(manifestText) as OpaManifest;
  return { catalogue: manifest, prepare: (settings, others) => prepare(wasm, manifest, settings, others) };
}

function prepare(wasm: Uint8Array, manifest: OpaManifest, settings: OpaSettings, others?: ObjectSet): Judge {
  const { data, indexOf } = settingsByKind(manifest, settings, others);
  const module = loadWith(wasm, manifest.entrypoint, data, others);
  return { judge: (document) => judge(module, document, indexOf(document)) };
}

/**
 * The settings for objects of each kind: with the controls alone that match it, so that no object pays for those of other
 * kinds, which find nothing in it. Kinds with the same controls share theirs. At index 0 are those for any other document.
 */
function settingsByKind({ controls }: OpaManifest, settings: OpaSettings, others?: ObjectSet): { readonly data: readonly string[]; readonly indexOf: (document: unknown) => number } {
  const matching = new Map<string, string[]>();
  for (const { id, match } of controls) {
    if (settings.controls[id] !== true) continue;
    for (const { apiVersion, kind } of match.kinds) matching.set(`${apiVersion}/${kind}`, [...(matching.get(`${apiVersion}/${kind}`) ?? []), id]);
  }
  // What matches nothing looks nothing up.
  const data = [JSON.stringify({ settings })];
  const indices = new Map<string, number>();
  const known = new Map<string, number>();
  for (const [kind, ids] of matching) {
    const only = <Value>(record: Readonly<Record<string, Value>>): Record<string, Value> => Object.fromEntries(Object.entries(record).filter(([id]) => ids.includes(id)));
    const lookups = lookedUp(controls.filter(({ id }) => ids.includes(id)).flatMap((control) => lookupsFor(control.lookups ?? [], kind)));
    // An inventory may be large, and is written once for all kinds that are given the same.
    const key = JSON.stringify([ids, [...lookups].map(([name, within]) => [name, within === undefined ? undefined : [...within]])]);
    const index = known.get(key) ?? data.length;
    indices.set(kind, index);
    if (known.has(key)) continue;
    known.set(key, index);
    const inventory = others === undefined || lookups.size === 0 ? {} : { inventory: others.inventory(lookups) };
    data.push(JSON.stringify({ settings: { ...settings, controls: only(settings.controls), parameters: only(settings.parameters) }, ...inventory }));
  }
  return {
    data,
    indexOf: (document) => {
      const { apiVersion, kind } = (document ?? {}) as { readonly apiVersion?: unknown; readonly kind?: unknown };
      return (typeof apiVersion === "string" && typeof kind === "string" ? indices.get(`${apiVersion}/${kind}`) : undefined) ?? 0;
    },
  };
}

function loadWith(wasm: Uint8Array, entrypoint: string, data: readonly string[], others: ObjectSet | undefined): OpaModule {
  try {
    return loadOpaModule(wasm, entrypoint, data);
  } catch (error) {
    throw others !== undefined && isOfMemory(error) ? new TooManyObjects(others.size) : error;
  }
}

function judge(module: OpaModule, document: unknown, data: number): Verdict {
  let result: string;
  try {
    result = module.evaluate(`{"object":${JSON.stringify(document)},"operation":"CREATE"}`, data);
  } catch (error) {
    return { fault: explain(error) };
  }
  if (result === noViolations) return { violations: [] };
  const violations = (JSON.parse(result) as readonly { readonly result: unknown }[])[0]?.result;
  if (!Array.isArray(violations)) return { fault: "The policy gave no verdict on this document." };
  return { violations: (violations as Violation[]).sort(compareViolations) };
}

/** What a user is told of a document that could not be evaluated. */
function explain(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `This document could not be judged: ${isOfMemory(error) ? "it is too large or nested too deeply" : reason}.`;
}

/** JavaScript and WASM run out of stack with a RangeError, and so do strings and memories that may not grow; OPA's own allocator names itself. */
const isOfMemory = (error: unknown): boolean => error instanceof RangeError || (error instanceof Error && error.message.startsWith("opa_malloc"));
