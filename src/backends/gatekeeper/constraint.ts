import type { MatchedKind } from "../../ir/control.ts";
import { unservedKinds } from "../admission/match-rules.ts";
import type { CompiledControl } from "../backend.ts";
import { scopeOf } from "../namespaces.ts";
import { type Exemption, exemptionText, type Placement, type Rollout, type Stage } from "../rollout.ts";
import { constraintName } from "./names.ts";

/** A constraint with what its tests have to know of it. */
export interface PlacedConstraint {
  /** Tells it from the control's other constraints; undefined of the one that is in force everywhere. */
  readonly ending: string | undefined;
  readonly placement: Placement;
  readonly document: Readonly<Record<string, unknown>>;
}

const actions: Readonly<Record<Stage, string>> = { enforce: "deny", warn: "warn", audit: "dryrun" };

/** The constraints of a control: one for each place where it is in force. None where it judges no object that can be there. */
export function constraintsOf({ check, id }: CompiledControl, kind: string, rollout: Rollout, parameters: Readonly<Record<string, unknown>>): readonly PlacedConstraint[] {
  const unserved = unservedKinds(check.match);
  const served = check.match.kinds.filter((matched) => !unserved.includes(matched));
  return rollout.placements.flatMap((placement) => {
    const kinds = served.filter((matched) => placement.namespaces === undefined || belongsToNamespaces(matched));
    if (kinds.length === 0) return [];
    const ending = placement.namespaces === undefined ? undefined : placement.stage;
    const excluded = [...new Set(rollout.exemptions.flatMap(({ namespaces }) => namespaces))].sort();
    const document = {
      apiVersion: "constraints.gatekeeper.sh/v1beta1",
      kind,
      metadata: { name: constraintName(id, ending), annotations: { "portcullis.dev/control": id, ...exemptionAnnotations(rollout.exemptions) } },
      spec: {
        enforcementAction: actions[placement.stage],
        match: {
          kinds: matchKinds(kinds),
          ...(placement.namespaces === undefined ? {} : { namespaces: placement.namespaces }),
          ...(excluded.length === 0 ? {} : { excludedNamespaces: excluded }),
        },
        ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
      },
    };
    return [{ ending, placement, document }];
  });
}

/**
 * Whether objects of a kind are in a namespace, or are one. A constraint that names namespaces matches everything outside them,
 * too (gatekeeper pkg/mutation/match), so that other kinds must not be among its kinds.
 */
const belongsToNamespaces = ({ apiVersion, kind }: MatchedKind): boolean => scopeOf(apiVersion, kind) === "Namespaced" || (apiVersion === "v1" && kind === "Namespace");

/** Kinds by their group, as Gatekeeper matches them: it does not ask for the version. */
function matchKinds(kinds: readonly MatchedKind[]): readonly { readonly apiGroups: readonly string[]; readonly kinds: readonly string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { apiVersion, kind } of kinds) {
    const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
    const known = groups.get(group) ?? [];
    groups.set(group, known.includes(kind) ? known : [...known, kind]);
  }
  return [...groups].map(([group, names]) => ({ apiGroups: [group], kinds: names }));
}

function exemptionAnnotations(exemptions: readonly Exemption[]): Readonly<Record<string, string>> {
  return exemptions.length === 0 ? {} : { "portcullis.dev/exemptions": exemptions.map(exemptionText).join("; ") };
}
