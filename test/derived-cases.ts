import { fileURLToPath } from "node:url";
import type { CompiledControl } from "../src/backends/backend.ts";
import { type Derivation, deriveCases } from "../src/cases/index.ts";
import { compile } from "../src/compile.ts";
import { compiledPolicies } from "./compiled-policies.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const derived = new Map<string, readonly DerivedControl[]>();

/** A control with the cases that its check asks for. */
export interface DerivedControl extends Derivation {
  readonly control: CompiledControl;
}

/** The controls of a folder of the repository with their derived cases: derived once in a run, and kept. */
export function derivedControls(folder = "policies"): readonly DerivedControl[] {
  const known = derived.get(folder);
  if (known !== undefined) return known;
  const controls = (folder === "policies" ? compiledPolicies : compile(root, `${root}${folder}`)).controls.map((control) => ({ control, ...deriveCases(control) }));
  derived.set(folder, controls);
  return controls;
}
