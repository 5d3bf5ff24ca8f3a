import type { MatchRule } from "../../ir/control.ts";
import { inNamespaces, isNamespace, outsideNamespaces } from "../admission/namespaces.ts";
import { printCel } from "../cel/print.ts";
import { scopeOf } from "../namespaces.ts";
import type { Rollout, Stage } from "../rollout.ts";

/** A condition of a policy or an exception, as the API has it. */
export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/** One policy of a control: a placement, less what a stricter one judges. */
export interface PlacedPolicy {
  readonly name: string;
  readonly stage: Stage;
  /** Globs of the namespaces that it judges. Left out: everywhere, and objects outside namespaces too. */
  readonly namespaces?: readonly string[];
  /** Globs of the namespaces that a stricter placement judges. */
  readonly stricter: readonly string[];
  readonly conditions: readonly MatchCondition[];
}

const byStrictness: readonly Stage[] = ["enforce", "warn", "audit"];

/** Whether a control judges anything that belongs to a namespace. */
export const judgesNamespaces = ({ kinds }: MatchRule): boolean => kinds.some((each) => isNamespace(each) || scopeOf(each.apiVersion, each.kind) === "Namespaced");

/**
 * A policy for each placement, under the control's id; of several those in named namespaces are called `id.stage`, and no id holds
 * a dot. A laxer one leaves out the namespaces of the stricter ones, so that an object is judged, and reported, once. None for a
 * placement in namespaces where nothing that the control judges belongs to one.
 */
export function placedPolicies(id: string, match: MatchRule, { placements }: Rollout): readonly PlacedPolicy[] {
  const sorted = placements.filter(({ namespaces }) => namespaces === undefined || judgesNamespaces(match)).toSorted((left, right) => byStrictness.indexOf(left.stage) - byStrictness.indexOf(right.stage));
  return sorted.map(({ namespaces, stage }, index) => {
    const stricter = [...new Set(sorted.slice(0, index).flatMap((placement) => placement.namespaces ?? []))];
    return {
      name: sorted.length === 1 || namespaces === undefined ? id : `${id}.${stage}`,
      stage,
      ...(namespaces === undefined ? {} : { namespaces }),
      stricter,
      conditions: [
        ...(namespaces === undefined ? [] : [{ name: "namespace-in-force", expression: printCel(inNamespaces(namespaces, match)) }]),
        ...(stricter.length === 0 ? [] : [{ name: "namespace-not-stricter", expression: printCel(outsideNamespaces(stricter, match)) }]),
      ],
    };
  });
}
