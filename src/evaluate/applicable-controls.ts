import type { ManifestControl } from "../backends/opa/manifest.ts";

/** What the selected controls are to a kind of object. */
export interface Applicable {
  /** Whether any control judges objects of the kind. */
  readonly judged: boolean;
  /** The controls that match the kind but lack an input, with what they lack. */
  readonly missing: readonly { readonly control: string; readonly reason: string }[];
}

const nothing: Applicable = { judged: false, missing: [] };

/** What each capability stands for, to follow "It needs". */
export const capabilities: Readonly<Record<string, string>> = {
  oldObject: "the object as it was before the change",
  operation: "the operation that is asked of the API server",
  user: "the user who asks",
  namespace: "the object's Namespace",
  lookup: "other objects beside the one that it judges",
};

/** The capabilities that are not given, of a control that cannot be evaluated without them: none where a finding of it does without. */
export function missingCapabilities(control: ManifestControl, given: readonly string[]): readonly string[] {
  const missing = control.capabilities.filter((name) => !given.includes(name));
  const lacking = lackingFindings(control, given);
  const isPartly = !missing.includes("lookup") && lacking.size > 0 && Object.keys(control.findings).some((letter) => !lacking.has(letter));
  return isPartly ? [] : missing;
}

/** The findings that read of a request what is not given, each with what that is. */
export function lackingFindings({ needs = [] }: ManifestControl, given: readonly string[]): ReadonlyMap<string | undefined, readonly string[]> {
  return new Map(needs.map((each) => [each.finding, each.needs.filter((name) => !given.includes(name))] as const).filter(([, missing]) => missing.length > 0));
}

/** Answers, for an object's apiVersion and kind, which of the controls apply: most objects concern few, many none. */
export function applicableControls(controls: readonly ManifestControl[], given: readonly string[]): (apiVersion: string, kind: string) => Applicable {
  const byKind = new Map<string, { judged: boolean; missing: { control: string; reason: string }[] }>();
  for (const control of controls) {
    const lacking = missingCapabilities(control, given);
    const reason = `It needs ${lacking.map((name) => capabilities[name] ?? name).join(" and ")}, which files alone do not tell.`;
    for (const { apiVersion, kind } of control.match.kinds) {
      const key = `${apiVersion}/${kind}`;
      const entry = byKind.get(key) ?? { judged: false, missing: [] };
      byKind.set(key, entry);
      if (lacking.length === 0) entry.judged = true;
      else entry.missing.push({ control: control.id, reason });
    }
  }
  return (apiVersion, kind) => byKind.get(`${apiVersion}/${kind}`) ?? nothing;
}
