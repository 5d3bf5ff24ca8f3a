import type { MatchRule } from "../../ir/control.ts";
import { printCel } from "../cel/print.ts";
import type { Placement, Rollout } from "../rollout.ts";
import { type MatchResources, matchResources } from "./match-resources.ts";
import { inNamespaces, isExact, outsideNamespaces } from "../admission/namespaces.ts";

/** What a ValidatingAdmissionPolicyBinding says of a placement. */
export interface PlacedBinding {
  readonly name: string;
  readonly stage: Placement["stage"];
  readonly matchResources?: MatchResources;
}

/** One policy of a control, and the bindings that put it in force. */
export interface BoundPolicy {
  readonly name: string;
  /** Match conditions on the namespace. */
  readonly conditions: readonly { readonly name: string; readonly expression: string }[];
  readonly bindings: readonly PlacedBinding[];
}

/** The name of a control's policy, and of its binding where that holds everywhere. */
export const policyName = (id: string): string => `${id}.portcullis.dev`;

/** The name of what belongs to one stage of a control: no id holds a dot. */
const stageName = (id: string, stage: Placement["stage"]): string => `${id}.${stage}.portcullis.dev`;

/**
 * The policies of a control with their bindings. Selectors of a binding know names of namespaces and no globs, which only a
 * policy's conditions can ask for. So the placements by names share one policy, and a placement by globs has one of its own.
 * Exemptions hold for all placements: by name in each binding, by glob in each policy. None where the control is in force
 * nowhere, since it judges nothing that belongs to a namespace. See docs/decisions/008.
 */
export function boundPolicies(id: string, match: MatchRule, { placements, exemptions }: Rollout): readonly BoundPolicy[] {
  const exempt = [...new Set(exemptions.flatMap(({ namespaces }) => namespaces))];
  const exemptGlobs = exempt.includes("*") ? [] : exempt.filter((glob) => !isExact(glob));
  const spared = exemptGlobs.length === 0 ? [] : [{ name: "namespace-not-exempt", expression: printCel(outsideNamespaces(exemptGlobs, match)) }];
  const bound = placements.flatMap((placement): readonly { readonly byGlob: boolean; readonly placement: Placement; readonly binding: PlacedBinding }[] => {
    const { namespaces, stage } = placement;
    const resources = matchResources(match, namespaces, exempt);
    if (resources === "nothing") return [];
    const binding = { name: namespaces === undefined ? policyName(id) : stageName(id, stage), stage, ...(resources === undefined ? {} : { matchResources: resources }) };
    return [{ byGlob: namespaces !== undefined && !namespaces.includes("*") && !namespaces.every(isExact), placement, binding }];
  });
  const shared = bound.filter(({ byGlob }) => !byGlob).map(({ binding }) => binding);
  return [
    ...(shared.length === 0 ? [] : [{ name: policyName(id), conditions: spared, bindings: shared }]),
    ...bound
      .filter(({ byGlob }) => byGlob)
      .map(({ binding, placement: { namespaces = [], stage } }) => ({ name: stageName(id, stage), conditions: [{ name: "namespace-in-force", expression: printCel(inNamespaces(namespaces, match)) }, ...spared], bindings: [binding] })),
  ];
}
