import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadOpaEngine } from "../evaluate/opa-policy.ts";
import type { Engine } from "../evaluate/engine.ts";
import { fail, type Io } from "./io.ts";

/** What brings up each engine that `check --engine` names. One that cannot come up has said why, and gives nothing. */
export const engines: Readonly<Record<string, (io: Io, bundle: string) => Promise<Engine | undefined>>> = {
  wasm: loadWasm,
  plain: loadPlain,
};

/** The compiled policy, which needs Node alone. */
export async function loadWasm(io: Io, bundle: string = io.bundle): Promise<Engine | undefined> {
  try {
    return await loadOpaEngine(bundle);
  } catch (error) {
    fail(io, `The compiled policy in ${bundle} cannot be loaded (${error instanceof Error ? error.message : String(error)}). Write it with: portcullis build`);
    return undefined;
  }
}

/** The TypeScript of the controls in policies/ here, or of the package's own where there is no such folder. */
async function loadPlain(io: Io): Promise<Engine | undefined> {
  const { compile } = await import("../compile.ts");
  const { describeControls } = await import("../backends/opa/describe-controls.ts");
  const { plainEngine } = await import("../evaluate/plain-engine.ts");
  const { printDiagnostics } = await import("./print-diagnostics.ts");
  const root = existsSync(join(io.cwd, "policies")) ? io.cwd : io.root;
  const { controls, diagnostics, sourceOf } = compile(root, join(root, "policies"));
  printDiagnostics(io, diagnostics, sourceOf);
  if (diagnostics.some(({ severity }) => severity === "error")) {
    fail(io, "The controls do not compile, so nothing was judged.");
    return undefined;
  }
  return plainEngine(controls, describeControls(controls));
}
