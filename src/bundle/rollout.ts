import { namespaceGlobCovers } from "../backends/namespaces.ts";
import type { Exemption, Placement, Rollout, Stage } from "../backends/rollout.ts";
import type { Frameworks } from "../dsl/control.ts";
import { profiles } from "../profiles/profiles.ts";
import type { StageEntry, Target } from "./target.ts";

/** What a rollout needs to know of a control. */
export interface RolledOut {
  readonly id: string;
  readonly frameworks: Frameworks;
}

/** The stages from the mildest to the strictest. */
export const stages: readonly Stage[] = ["audit", "warn", "enforce"];

export const isStricter = (left: Stage, right: Stage): boolean => stages.indexOf(left) > stages.indexOf(right);

/** The stage of every control where a target says nothing else. */
export const defaultStage: Stage = "audit";

/** Whether an entry of `stages` is about a control: it names it, or a profile that holds it. */
export const concerns = ({ controls = [], profiles: names = [] }: StageEntry, control: RolledOut): boolean =>
  controls.includes(control.id) || profiles.some(({ name, includes }) => names.includes(name) && includes(control));

/**
 * Where a target puts a control in force, and what it exempts. The first placement is the one that holds everywhere; behind it,
 * from mild to strict, stand the stricter ones of single namespaces. Equal targets give equal rollouts, in whatever order they
 * say things.
 */
export function rolloutOf(spec: Target["spec"], control: RolledOut): Rollout {
  return { placements: placementsOf(spec, control), exemptions: exemptionsOf(spec, control.id) };
}

function placementsOf({ stage = defaultStage, stages: entries = [] }: Target["spec"], control: RolledOut): Placement[] {
  const own = entries.filter((entry) => concerns(entry, control));
  const everywhere = own.filter(({ namespaces }) => namespaces === undefined).reduce((strictest, entry) => (isStricter(entry.stage, strictest) ? entry.stage : strictest), stage);
  const namespacesAt = (wanted: Stage): readonly string[] => own.filter((entry) => entry.stage === wanted).flatMap(({ namespaces = [] }) => namespaces);
  const scoped = stages.filter((each) => isStricter(each, everywhere)).flatMap((each): Placement[] => {
    const stricter = stages.filter((other) => isStricter(other, each)).flatMap(namespacesAt);
    const namespaces = widest(namespacesAt(each)).filter((glob) => !stricter.some((other) => namespaceGlobCovers(other, glob)));
    return namespaces.length === 0 ? [] : [{ stage: each, namespaces }];
  });
  return [{ stage: everywhere }, ...scoped];
}

/** The globs without those that another one covers, in order. */
function widest(globs: readonly string[]): readonly string[] {
  const all = [...new Set(globs)].sort();
  return all.filter((glob) => !all.some((other) => other !== glob && namespaceGlobCovers(other, glob)));
}

const exemptionsOf = ({ exemptions = [] }: Target["spec"], id: string): Exemption[] => exemptions.filter(({ controls }) => controls.includes(id)).map(({ controls: _, ...exemption }) => exemption);
