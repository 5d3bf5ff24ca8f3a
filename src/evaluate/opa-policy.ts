import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { OpaManifest, OpaSettings } from "../backends/opa/manifest.ts";
import type { Engine, Judge, Verdict } from "./engine.ts";
import { loadOpaModule, type OpaModule } from "./opa-module.ts";
import { compareViolations, type Violation } from "./violation.ts";

/** What OPA answers for a document without violations, as it writes it. */
const noViolations = '[{"result":[]}]';

/**
 * The engine that evaluates `policy.wasm` as `manifest.json` beside it describes. Rejects where the folder does not hold
 * the two files, or they are not what the compiler writes.
 */
export async function loadOpaEngine(folder: string): Promise<Engine> {
  const [wasm, manifestText] = await Promise.all([readFile(join(folder, "policy.wasm")), readFile(join(folder, "manifest.json"), "utf8")]);
  const manifest = JSON.parse(manifestText) as OpaManifest;
  return { catalogue: manifest, prepare: (settings) => prepare(wasm, manifest.entrypoint, settings) };
}

function prepare(wasm: Uint8Array, entrypoint: string, settings: OpaSettings): Judge {
  const module = loadOpaModule(wasm, entrypoint, JSON.stringify({ settings }));
  return { judge: (document) => judge(module, document) };
}

function judge(module: OpaModule, document: unknown): Verdict {
  let result: string;
  try {
    result = module.evaluate(`{"object":${JSON.stringify(document)}}`);
  } catch (error) {
    return { fault: explain(error) };
  }
  if (result === noViolations) return { violations: [] };
  const violations = (JSON.parse(result) as readonly { readonly result: unknown }[])[0]?.result;
  if (!Array.isArray(violations)) return { fault: "The policy gave no verdict on this document." };
  return { violations: (violations as Violation[]).sort(compareViolations) };
}

/** What a user is told of a document that could not be evaluated. */
function explain(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  // JavaScript and WASM run out of stack with a RangeError, and so do strings and memories that may not grow; OPA's own
  // allocator names itself.
  const tooLarge = error instanceof RangeError || reason.startsWith("opa_malloc");
  return `This document could not be judged: ${tooLarge ? "it is too large or nested too deeply" : reason}.`;
}
