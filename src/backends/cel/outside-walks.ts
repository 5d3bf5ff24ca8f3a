import type { Step } from "../../ir/control.ts";
import { bindingsOfBinder, freeVariables } from "../../ir/walk.ts";

/**
 * Steps in an order that asks less often: consts and conditions stand before the walks whose elements they do not read, in the
 * order that they had among themselves. Nothing in the language fails or changes anything, so none of them minds.
 */
export function outsideWalks(steps: readonly Step[]): readonly Step[] {
  const depths = new Map<number, number>();
  const levels: Step[][] = [[]];
  for (const step of steps) {
    const read = step.kind === "each" ? step.list : step.kind === "let" ? step.value : step.condition;
    const depth = Math.max(0, ...freeVariables(read).map(({ id }) => depths.get(id) ?? 0));
    if (step.kind === "each") {
      for (const { id } of bindingsOfBinder(step.binder)) depths.set(id, levels.length);
      levels.push([step]);
      continue;
    }
    if (step.kind === "let") depths.set(step.binding.id, depth);
    levels[depth]?.push(step);
  }
  return levels.flat();
}
