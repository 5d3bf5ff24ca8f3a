import type { CheckIr } from "./control.ts";
import type { Expression, HelperFunction } from "./expressions.ts";
import { visit } from "./walk.ts";

/** The settings that a check reads: whatever else a target says, its verdicts are the same. */
export interface SettingsRead {
  readonly parameters: ReadonlySet<string>;
  readonly kubernetesMinor: boolean;
}

/** Which of its settings a check reads, in its clauses and in the functions that they call. */
export function settingsRead(check: CheckIr): SettingsRead {
  const parameters = new Set<string>();
  const functions = new Set<HelperFunction["id"]>();
  let kubernetesMinor = false;
  const search = (expression: Expression): void =>
    visit(expression, (node) => {
      if (node.kind === "parameter") parameters.add(node.name);
      if (node.kind === "root" && node.name === "kubernetesMinor") kubernetesMinor = true;
      if (node.kind !== "call" || functions.has(node.function.id)) return;
      functions.add(node.function.id);
      search(node.function.body);
    });
  for (const { anchor, message, path, steps } of check.clauses) {
    for (const step of steps) search(step.kind === "each" ? step.list : step.kind === "let" ? step.value : step.condition);
    for (const part of [anchor, message, ...path]) if (typeof part !== "string") search(part);
  }
  return { parameters, kubernetesMinor };
}
