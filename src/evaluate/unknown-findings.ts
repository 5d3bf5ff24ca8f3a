import type { ManifestControl } from "../backends/opa/manifest.ts";
import { kindParts } from "../kubernetes/scope.ts";
import type { Violation } from "../plain/violation.ts";

/** What a set of objects cannot say: findings that look for kinds of which it holds nothing. */
export interface UnknownFindings {
  /** Whether a violation rests on kinds that the set does not hold, so that it is no finding. */
  readonly rules: (violation: Pick<Violation, "control" | "finding">) => boolean;
  /** By `apiVersion/Kind` of the judged object, the controls that are not evaluated, wholly or in part, and why. */
  readonly reasons: ReadonlyMap<string, readonly { readonly control: string; readonly reason: string }[]>;
}

/** Of a finding that looks up several kinds, each has to be known. */
export function unknownFindings(controls: readonly ManifestControl[], isKnown: (kind: string) => boolean): UnknownFindings {
  const unknown = new Map<string, ReadonlyMap<string | undefined, readonly string[]>>();
  const reasons = new Map<string, { readonly control: string; readonly reason: string }[]>();
  for (const control of controls) {
    const missing = (control.lookups ?? []).map(({ finding, kinds }) => [finding, kinds.filter((kind) => !isKnown(kind))] as const).filter(([, kinds]) => kinds.length > 0);
    if (missing.length === 0) continue;
    unknown.set(control.id, new Map(missing));
    for (const { apiVersion, kind } of control.match.kinds) reasons.set(`${apiVersion}/${kind}`, [...(reasons.get(`${apiVersion}/${kind}`) ?? []), { control: control.id, reason: reasonOf(control, missing) }]);
  }
  return { rules: ({ control, finding }) => unknown.get(control)?.has(finding) === true, reasons };
}

function reasonOf({ findings }: ManifestControl, missing: readonly (readonly [string | undefined, readonly string[]])[]): string {
  const letters = missing.map(([finding]) => finding).filter((finding) => finding !== undefined);
  const partly = letters.length > 0 && letters.length < Object.keys(findings).length ? `Its ${letters.length === 1 ? "finding" : "findings"} ${letters.map((letter) => `(${letter})`).join(", ")} ${letters.length === 1 ? "looks" : "look"}` : "It looks";
  const kinds = [...new Set(missing.flatMap(([, names]) => names.map((name) => kindParts(name).kind)))].sort();
  const named = kinds.length === 1 ? kinds[0] : `${kinds.slice(0, -1).join(", ")} or ${kinds.at(-1)}`;
  return `${partly} at other objects, and no ${named} is among what was read. Give the whole set, and --complete where it is all that there is.`;
}
