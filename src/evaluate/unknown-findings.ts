import type { ManifestControl } from "../backends/opa/manifest.ts";
import { lookupsFor } from "../ir/lookups.ts";
import { kindParts } from "../kubernetes/scope.ts";
import { capabilities, lackingFindings } from "./applicable-controls.ts";
import type { Violation } from "../plain/violation.ts";

/** What a set of objects cannot say: findings that look for kinds of which it holds nothing, or that ask who makes a request. */
export interface UnknownFindings {
  /** Whether a violation in an object of a kind rests on kinds that the set does not hold, so that it is no finding. */
  readonly rules: (kind: string, violation: Pick<Violation, "control" | "finding">) => boolean;
  /** By `apiVersion/Kind` of the judged object, the controls that are not evaluated, wholly or in part, and why. */
  readonly reasons: ReadonlyMap<string, readonly { readonly control: string; readonly reason: string }[]>;
}

/** Of a finding that looks up several kinds, each has to be known. `given`: what is known beside the objects. */
export function unknownFindings(controls: readonly ManifestControl[], isKnown: (kind: string) => boolean, given: readonly string[]): UnknownFindings {
  const unknown = new Set<string>();
  const keyOf = (kind: string, { control, finding }: Pick<Violation, "control" | "finding">): string => JSON.stringify([kind, control, finding]);
  const reasons = new Map<string, { readonly control: string; readonly reason: string }[]>();
  for (const control of controls) {
    const lacking = [...lackingFindings(control, given)];
    for (const { apiVersion, kind } of control.match.kinds) {
      const judged = `${apiVersion}/${kind}`;
      const missing = lookupsFor(control.lookups ?? [], judged).map(({ finding, kinds }) => [finding, kinds.filter((each) => !isKnown(each))] as const).filter(([, kinds]) => kinds.length > 0);
      if (missing.length === 0 && lacking.length === 0) continue;
      for (const [finding] of [...missing, ...lacking]) unknown.add(keyOf(judged, { control: control.id, ...(finding === undefined ? {} : { finding }) }));
      const reason = [...(missing.length === 0 ? [] : [reasonOf(control, missing)]), ...(lacking.length === 0 ? [] : [needOf(control, lacking)])].join(" ");
      reasons.set(judged, [...(reasons.get(judged) ?? []), { control: control.id, reason }]);
    }
  }
  return { rules: (kind, violation) => unknown.size > 0 && unknown.has(keyOf(kind, violation)), reasons };
}

type Missing = readonly (readonly [string | undefined, readonly string[]])[];

function needOf(control: ManifestControl, lacking: Missing): string {
  const names = [...new Set(lacking.flatMap(([, missing]) => missing))].map((name) => capabilities[name] ?? name);
  return `${theFindings(control, lacking, "needs", "need")} ${names.join(" and ")}, which files alone do not tell.`;
}

function theFindings({ findings }: ManifestControl, missing: Missing, one: string, several: string): string {
  const letters = missing.map(([finding]) => finding).filter((finding) => finding !== undefined);
  const isPart = letters.length > 0 && letters.length < Object.keys(findings).length;
  return isPart ? `Its ${letters.length === 1 ? "finding" : "findings"} ${letters.map((letter) => `(${letter})`).join(", ")} ${letters.length === 1 ? one : several}` : `It ${one}`;
}

function reasonOf(control: ManifestControl, missing: Missing): string {
  const kinds = [...new Set(missing.flatMap(([, names]) => names.map((name) => kindParts(name).kind)))].sort();
  const named = kinds.length === 1 ? kinds[0] : `${kinds.slice(0, -1).join(", ")} or ${kinds.at(-1)}`;
  return `${theFindings(control, missing, "looks", "look")} at other objects, and no ${named} is among what was read. Give the whole set, and --complete where it is all that there is.`;
}
