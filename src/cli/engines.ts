import { loadOpaEngine } from "../evaluate/opa-policy.ts";
import type { Engine } from "../evaluate/engine.ts";
import { fail, type Io } from "./io.ts";

/** What brings up each engine that `check --engine` names. One that cannot come up has said why, and gives nothing. */
export const engines: Readonly<Record<string, (io: Io) => Promise<Engine | undefined>>> = {
  wasm: loadWasm,
};

/** The compiled policy, which needs Node alone. */
export async function loadWasm(io: Io): Promise<Engine | undefined> {
  try {
    return await loadOpaEngine(io.bundle);
  } catch (error) {
    fail(io, `The compiled policy in ${io.bundle} cannot be loaded (${error instanceof Error ? error.message : String(error)}). Write it with: portcullis build`);
    return undefined;
  }
}
