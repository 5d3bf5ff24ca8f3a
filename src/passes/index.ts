import type { CheckIr } from "../ir/control.ts";
import { askInsteadOfCount } from "./ask-instead-of-count.ts";
import { dropEmptyFallbacks } from "./drop-empty-fallbacks.ts";
import { dropUnusedBindings } from "./drop-unused-bindings.ts";
import { foldConstants } from "./fold-constants.ts";
import type { Pass } from "./pass.ts";
import { testMembership } from "./test-membership.ts";

export type { Pass } from "./pass.ts";

/** The passes that every backend builds on, in the order in which they run. */
export const passes: readonly Pass[] = [foldConstants, dropEmptyFallbacks, askInsteadOfCount, testMembership, dropUnusedBindings];

/** Runs all passes over a check. */
export function runPasses(check: CheckIr): CheckIr {
  return passes.reduce((checked, pass) => pass.run(checked), check);
}
