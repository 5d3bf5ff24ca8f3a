import { scopeOf } from "../backends/namespaces.ts";
import type { Stage } from "../backends/rollout.ts";
import { profiles } from "../profiles/profiles.ts";
import { didYouMean } from "../text/closest.ts";
import type { Catalogue } from "./catalogue.ts";
import { concerns, defaultStage, isStricter, type RolledOut, rolloutOf } from "./rollout.ts";
import type { ExemptionEntry, StageEntry, Target, TargetFault } from "./target.ts";

type Listed = Catalogue["controls"][number];

/** What a target's stages and exemptions are held to: every control that there is, and those of them that run. */
export interface AtHand {
  readonly offered: readonly Listed[];
  readonly selected: readonly Listed[];
}

/** Everything in stages and exemptions that names nothing, or would do nothing: whoever wrote it takes it to hold. */
export function rolloutFaults(spec: Target["spec"], atHand: AtHand): TargetFault[] {
  return [...stageFaults(spec, atHand), ...exemptionFaults(spec.exemptions ?? [], atHand)];
}

function stageFaults(spec: Target["spec"], { offered, selected }: AtHand): TargetFault[] {
  const { stages: entries = [] } = spec;
  const unknown = entries.flatMap((entry, index) => [
    ...unknownNames(entry.profiles ?? [], "profile", profiles.map(({ name }) => name), ["spec", "stages", index, "profiles"]),
    ...unknownNames(entry.controls ?? [], "control", offered.map(({ id }) => id), ["spec", "stages", index, "controls"]),
  ]);
  if (unknown.length > 0) return unknown;
  const idle: TargetFault[] = [];
  let kept = entries;
  // From the last one on: of two that say the same, the second is the one too many.
  for (const [index, entry] of [...entries.entries()].reverse()) {
    const concerned = selected.filter((control) => concerns(entry, control) && (entry.namespaces === undefined || meetsNamespaces(control)));
    const without = kept.filter((other) => other !== entry);
    if (concerned.some((control) => changes(spec, kept, without, control))) continue;
    const message = concerned.length === 0 ? untouched("stage", selected.filter((control) => concerns(entry, control)), entry, offered, selected) : idleStage(entry, spec.stage ?? defaultStage);
    idle.unshift({ path: ["spec", "stages", index], at: "value", message });
    kept = without;
  }
  return idle;
}

function changes(spec: Target["spec"], some: readonly StageEntry[], others: readonly StageEntry[], control: RolledOut): boolean {
  const placements = (stages: readonly StageEntry[]): string => JSON.stringify(rolloutOf({ ...spec, stages }, control).placements);
  return placements(some) !== placements(others);
}

function idleStage({ stage, namespaces }: StageEntry, everywhere: Stage): string {
  const place = namespaces === undefined ? "everywhere" : "there";
  const rule = "Where several stages hold, the strictest decides";
  if (isStricter(everywhere, stage)) return `This does nothing: its controls are at ${everywhere} everywhere. ${rule}: set spec.stage to the mildest, and raise the others here.`;
  return `This does nothing: its controls are at ${stage} or stricter ${place} already. ${rule}: remove this one, or the other.`;
}

function exemptionFaults(entries: readonly ExemptionEntry[], { offered, selected }: AtHand): TargetFault[] {
  const keys = entries.map(({ controls, namespaces }) => JSON.stringify([controls.toSorted(), namespaces.toSorted()]));
  return entries.flatMap((entry, index): TargetFault[] => {
    const path = ["spec", "exemptions", index];
    const unknown = unknownNames(entry.controls, "control", offered.map(({ id }) => id), [...path, "controls"]);
    const date: TargetFault[] = entry.expires === undefined || isDate(entry.expires) ? [] : [{ path: [...path, "expires"], at: "value", message: `The calendar has no ${entry.expires}.` }];
    const concerned = selected.filter(({ id }) => entry.controls.includes(id));
    const idle = unknown.length === 0 && !concerned.some(meetsNamespaces);
    const nothing: TargetFault[] = idle ? [{ path: [...path, "controls"], at: "value", message: untouched("exemption", concerned, entry, offered, selected) }] : [];
    const first = keys.indexOf(keys[index] ?? "");
    const twin: TargetFault[] = first === index ? [] : [{ path, at: "value", message: `This exempts what spec.exemptions[${first}] exempts already: keep one of the two.` }];
    return [...unknown, ...nothing, ...date, ...twin];
  });
}

function unknownNames(names: readonly string[], word: string, known: readonly string[], path: readonly (string | number)[]): TargetFault[] {
  return names.flatMap((name, index) => (known.includes(name) ? [] : [{ path: [...path, index], at: "value", message: `There is no ${word} "${name}".${didYouMean(name, known)}` }]));
}

/** Whether a control judges anything that can be in a namespace. Kinds that are not Kubernetes' own may be, and events, which are of no kind. */
const meetsNamespaces = ({ match }: Listed): boolean => match.kinds.length === 0 || match.kinds.some(({ apiVersion, kind }) => `${apiVersion}/${kind}` === "v1/Namespace" || scopeOf(apiVersion, kind) !== "Cluster");

/** Why something that names controls touches nothing, `outside` being those of its controls that run, and which it may have meant. */
function untouched(word: "stage" | "exemption", outside: readonly Listed[], { controls = [] }: Partial<StageEntry>, offered: readonly Listed[], selected: readonly Listed[]): string {
  if (outside.length > 0) return `This ${word} does nothing: ${list(outside.map(({ id }) => id))} ${outside.length === 1 ? "judges" : "judge"} only objects outside namespaces. Remove it.`;
  const replacements = selected.filter(({ replaces }) => replaces.some(({ control }) => controls.includes(control)));
  const named = controls.filter((id) => offered.some((control) => control.id === id));
  const meant = replacements.length === 0 ? "Select one of its controls, or remove it." : `${list(replacements.map(({ id }) => id))} ${replacements.length === 1 ? "runs" : "run"} in place of ${list(named)}: name that.`;
  return `This ${word} does nothing: the target selects none of its controls. ${meant}`;
}

const list = (names: readonly string[]): string => new Intl.ListFormat("en").format(names);

/** Whether a text of the form 2027-03-31 is a day of the calendar. */
function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
