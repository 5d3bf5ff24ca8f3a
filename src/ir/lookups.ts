import { mayDeny } from "./clause-kinds.ts";
import type { CheckIr, Clause } from "./control.ts";
import type { Expression } from "./expressions.ts";
import { visit } from "./walk.ts";

/** What the clauses of one finding look up; without a letter where the control has no findings. */
export interface FindingLookups {
  readonly finding?: string;
  /** The matched kinds (`apiVersion/Kind`) in whose objects they do; left out where that is so in all. */
  readonly of?: readonly string[];
  /** The kinds (`apiVersion/Kind`) that are looked up. */
  readonly kinds: readonly string[];
  /** Of the kinds that are looked up in namespaces with fixed names alone: those names. */
  readonly within?: Readonly<Record<string, readonly string[]>>;
}

/** What each finding of a check looks up, by the letters of the findings and the kinds that are judged; none for findings that the object alone decides. */
export function lookupsOf({ clauses, match }: CheckIr): readonly FindingLookups[] {
  const groups = new Map<string, { readonly finding: string | undefined; readonly of: readonly string[]; readonly kinds: Map<string, Set<string> | undefined> }>();
  for (const clause of clauses) {
    const kinds = lookedUpIn(clause);
    if (kinds.size === 0) continue;
    const of = match.kinds.filter((kind) => mayDeny(clause, kind)).map(({ apiVersion, kind }) => `${apiVersion}/${kind}`);
    const key = JSON.stringify([clause.finding, of]);
    const group = groups.get(key) ?? { finding: clause.finding, of, kinds: new Map<string, Set<string> | undefined>() };
    groups.set(key, group);
    for (const [kind, namespaces] of kinds) group.kinds.set(kind, group.kinds.has(kind) ? joined(group.kinds.get(kind), namespaces) : namespaces);
  }
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, { finding, kinds, of }]) => {
      const names = [...kinds.keys()].sort();
      const within = Object.fromEntries(names.flatMap((kind) => (kinds.get(kind) === undefined ? [] : [[kind, [...(kinds.get(kind) ?? [])].sort()]])));
      return { ...(finding === undefined ? {} : { finding }), ...(of.length === match.kinds.length ? {} : { of }), kinds: names, ...(Object.keys(within).length === 0 ? {} : { within }) };
    });
}

/** All kinds that a check looks up, in order of their names. */
export const lookedUpKinds = (check: CheckIr): readonly string[] => [...new Set(lookupsOf(check).flatMap(({ kinds }) => kinds))].sort();

/** The lookups that are made for objects of a kind (`apiVersion/Kind`). */
export const lookupsFor = (lookups: readonly FindingLookups[], kind: string): readonly FindingLookups[] => lookups.filter(({ of }) => of === undefined || of.includes(kind));

/**
 * The kinds that are looked up, each with the namespaces that are asked for; undefined where any may be. A helper function cannot
 * look anything up: only the check itself is given `lookup`.
 */
function lookedUpIn({ anchor, message, path, steps }: Clause): ReadonlyMap<string, Set<string> | undefined> {
  const kinds = new Map<string, Set<string> | undefined>();
  const search = (expression: Expression): void =>
    visit(expression, (node) => {
      if (node.kind !== "lookup") return;
      const namespaces = node.namespace?.kind === "literal" ? new Set([String(node.namespace.value)]) : undefined;
      kinds.set(node.kindName, kinds.has(node.kindName) ? joined(kinds.get(node.kindName), namespaces) : namespaces);
    });
  for (const step of steps) search(step.kind === "each" ? step.list : step.kind === "let" ? step.value : step.condition);
  for (const part of [anchor, message, ...path]) if (typeof part !== "string") search(part);
  return kinds;
}

const joined = (one: Set<string> | undefined, other: Set<string> | undefined): Set<string> | undefined => (one === undefined || other === undefined ? undefined : new Set([...one, ...other]));
