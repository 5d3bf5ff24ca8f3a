import type { CheckIr, Clause } from "./control.ts";
import type { Expression } from "./expressions.ts";
import { visit } from "./walk.ts";

/** The kinds (`apiVersion/Kind`) that the clauses of one finding look up; without a letter where the control has no findings. */
export interface FindingLookups {
  readonly finding?: string;
  readonly kinds: readonly string[];
}

/** What each finding of a check looks up, by the letters of the findings; none for findings that the object alone decides. */
export function lookupsOf({ clauses }: CheckIr): readonly FindingLookups[] {
  const found = new Map<string | undefined, Set<string>>();
  for (const clause of clauses) {
    const kinds = lookedUpIn(clause);
    if (kinds.size > 0) found.set(clause.finding, new Set([...(found.get(clause.finding) ?? []), ...kinds]));
  }
  return [...found].sort(([left = ""], [right = ""]) => (left < right ? -1 : 1)).map(([finding, kinds]) => ({ ...(finding === undefined ? {} : { finding }), kinds: [...kinds].sort() }));
}

/** All kinds that a check looks up, in order of their names. */
export const lookedUpKinds = (check: CheckIr): readonly string[] => [...new Set(lookupsOf(check).flatMap(({ kinds }) => kinds))].sort();

/** A helper function cannot look anything up: only the check itself is given `lookup`. */
function lookedUpIn({ anchor, message, path, steps }: Clause): ReadonlySet<string> {
  const kinds = new Set<string>();
  const search = (expression: Expression): void =>
    visit(expression, (node) => {
      if (node.kind === "lookup") kinds.add(node.kindName);
    });
  for (const step of steps) search(step.kind === "each" ? step.list : step.kind === "let" ? step.value : step.condition);
  for (const part of [anchor, message, ...path]) if (typeof part !== "string") search(part);
  return kinds;
}
