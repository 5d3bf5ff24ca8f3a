import { podBearingKinds } from "../../../src/kubernetes/pod-bearing.ts";
import type { PodCase } from "../../arbitraries/pods.ts";
import { unknownSources } from "../../arbitraries/volumes.ts";
import { judge, type CheckId, type PodSecurityVerdict } from "../kubernetes/judge.ts";
import { eachLevel, type Level } from "./opinions.ts";

/** Kubernetes' own opinion on a case. */
export interface OfficialOpinion {
  /** Check ids whose checks deny the object. */
  readonly denied: ReadonlySet<string>;
  /** Check ids that exist at the case's minor. */
  readonly existing: ReadonlySet<string>;
  readonly denies: Readonly<Record<Level, boolean>>;
  /** The same after the API server's defaulting; absent where it cannot be compared. */
  readonly deniesApplied?: Readonly<Record<Level, boolean>>;
}

type Verdict = Exclude<PodSecurityVerdict, { readonly error: string }>;

/** Kubernetes' opinions, in the order of the cases. Throws where the API server would not decode an object. */
export async function officialOpinions(cases: readonly PodCase[]): Promise<OfficialOpinion[]> {
  const seen = cases.map(({ minor, object }) => ({ minor, object: asUnderstood(object) }));
  const [raw, applied] = await Promise.all([judge(seen.map((one) => ({ ...one, raw: true }))), judge(seen)]);
  return raw.map((verdict, index) => {
    const { object } = seen[index] ?? {};
    const asWritten = decoded(verdict, object);
    const asApplied = decoded(applied[index] ?? { error: "no answer" }, object);
    if (asWritten === undefined || asApplied === undefined) return nothingToJudge;
    const checks = Object.entries(asWritten.checks) as [CheckId, Verdict["checks"][CheckId]][];
    return {
      denied: new Set(checks.filter(([, { allowed }]) => !allowed).map(([id]) => id)),
      existing: new Set(checks.filter(([, { absent }]) => absent !== true).map(([id]) => id)),
      denies: deniedLevels(asWritten),
      ...(!hasUnknownSource(object) && { deniesApplied: deniedLevels(asApplied) }),
    };
  });
}

const nothingToJudge: OfficialOpinion = { denied: new Set(), existing: new Set(), denies: eachLevel(() => false) };

const deniedLevels = (verdict: Verdict): Record<Level, boolean> => eachLevel((level) => !verdict.levels[level].allowed);

/** A verdict, or nothing for a controller without a pod template, which the admission plugin lets pass. */
function decoded(verdict: PodSecurityVerdict, object: unknown): Verdict | undefined {
  if (!("error" in verdict)) return verdict;
  if (verdict.error === "the object has no pod template") return undefined;
  throw new Error(`Kubernetes cannot judge this object: ${verdict.error}\n${JSON.stringify(object)}`);
}

/**
 * The object as our language understands it, where that differs from Go's decoder on purpose: null in a list is skipped (Go makes
 * an empty element of it, which validation would refuse), and a volume with only a name is an emptyDir, as it will be once
 * the API server has filled in its defaults.
 */
function asUnderstood(object: unknown): unknown {
  const copy = withoutNullElements(object);
  for (const volume of volumesIn(copy)) if (sourcesOf(volume).length === 0) volume["emptyDir"] = {};
  return copy;
}

function withoutNullElements(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((element) => element !== null).map(withoutNullElements);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutNullElements(member)]));
}

/** Where a volume's source is none that Kubernetes knows it will be an emptyDir, while we deny it: the next version may know it. */
const hasUnknownSource = (object: unknown): boolean => volumesIn(object).some((volume) => sourcesOf(volume).every((source) => unknownSources.includes(source)));

const sourcesOf = (volume: Record<string, unknown>): string[] => Object.entries(volume).flatMap(([name, source]) => (name === "name" || source === null ? [] : [name]));

function volumesIn(object: unknown): Record<string, unknown>[] {
  const { apiVersion, kind } = object as { readonly apiVersion: string; readonly kind: string };
  const path = podBearingKinds.find((row) => row.apiVersion === apiVersion && row.kind === kind)?.podPath ?? [];
  let part = object;
  for (const name of [...path, "spec", "volumes"]) part = (part as Record<string, unknown> | null | undefined)?.[name];
  return (part ?? []) as Record<string, unknown>[];
}
