import { namespaceMatches, namespaceOf, scopeOf } from "../namespaces.ts";
import type { Rollout, Stage } from "../rollout.ts";

/** Where a rule judges, and how far it goes there. Patterns are Kyverno's. */
export interface Place {
  readonly stage: Stage;
  /** Patterns of namespace names. Left out: everywhere, and objects outside namespaces too. */
  readonly namespaces?: readonly string[];
  /** Patterns of the namespaces that it leaves out. */
  readonly excluded: readonly string[];
}

const byStrictness: readonly Stage[] = ["enforce", "warn", "audit"];

/**
 * One place for each placement, the strictest first. A laxer place leaves out the namespaces of the stricter ones, so that an
 * object is judged once. Kyverno takes a Namespace for its own namespace too (pkg/engine/utils, `checkNameSpace`).
 */
export function placesOf({ placements, exemptions }: Rollout): readonly Place[] {
  const exempt = exemptions.flatMap(({ namespaces }) => namespaces);
  const sorted = placements.toSorted((left, right) => byStrictness.indexOf(left.stage) - byStrictness.indexOf(right.stage));
  return sorted.map(({ stage, namespaces }, index) => ({
    stage,
    ...(namespaces === undefined ? {} : { namespaces: namespaces.map(pattern) }),
    excluded: [...new Set([...sorted.slice(0, index).flatMap((stricter) => stricter.namespaces ?? []), ...exempt].map(pattern))],
  }));
}

/** `*` alone would take in what has no namespace, since Kyverno matches patterns against an empty name there. */
const pattern = (glob: string): string => (glob === "*" ? "?*" : glob);

/** Whether a place judges an object as Kyverno's command line reads it: what names no namespace is in `default` there. */
export function covers({ namespaces, excluded }: Place, object: Readonly<Record<string, unknown>>): boolean {
  const outside = scopeOf(String(object["apiVersion"]), String(object["kind"])) === "Cluster" ? "" : "default";
  const namespace = namespaceOf(object) ?? outside;
  const isIn = (patterns: readonly string[]): boolean => patterns.some((each) => (each === "?*" ? namespace !== "" : namespaceMatches(each, namespace)));
  return (namespaces === undefined || isIn(namespaces)) && !isIn(excluded);
}
