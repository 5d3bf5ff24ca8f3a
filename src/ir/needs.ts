import type { CheckIr, Clause } from "./control.ts";
import type { CapabilityRoot, Expression } from "./expressions.ts";
import { visit } from "./walk.ts";

/** What the clauses of one finding read of a request beside the object; without a letter where the control has no findings. */
export interface FindingNeeds {
  readonly finding?: string;
  readonly needs: readonly CapabilityRoot[];
}

/** What each finding of a check needs of the request, by the letters of the findings; none for findings that the object alone decides. */
export function needsOf({ clauses }: CheckIr): readonly FindingNeeds[] {
  const found = new Map<string | undefined, Set<CapabilityRoot>>();
  for (const clause of clauses) {
    const needs = readIn(clause);
    if (needs.size > 0) found.set(clause.finding, new Set([...(found.get(clause.finding) ?? []), ...needs]));
  }
  return [...found].sort(([left = ""], [right = ""]) => (left < right ? -1 : 1)).map(([finding, needs]) => ({ ...(finding === undefined ? {} : { finding }), needs: [...needs].sort() }));
}

/** A helper function knows its parameters alone, so that what it is called with tells what it reads. */
function readIn({ anchor, message, path, steps }: Clause): ReadonlySet<CapabilityRoot> {
  const needs = new Set<CapabilityRoot>();
  const search = (expression: Expression): void =>
    visit(expression, (node) => {
      if (node.kind === "root" && node.name !== "object" && node.name !== "pod" && node.name !== "component" && node.name !== "kubernetesMinor") needs.add(node.name);
    });
  for (const step of steps) search(step.kind === "each" ? step.list : step.kind === "let" ? step.value : step.condition);
  for (const part of [anchor, message, ...path]) if (typeof part !== "string") search(part);
  return needs;
}
