import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { engineFolder, type EngineName, engines, givenBinary, keptBinary } from "./engine-cache.mjs";

export { engineFolder, type EngineName } from "./engine-cache.mjs";

export const engineNames = Object.keys(engines) as EngineName[];

const building = new Map<EngineName, Promise<string>>();

/**
 * The path of an engine's binary, built by Go at its first use (1 to 13 minutes on two cores) and then kept outside the work
 * tree until its pins change. `PORTCULLIS_ENGINE_<NAME>` names a binary to use instead, `PORTCULLIS_ENGINES` another
 * folder to keep them in than `$XDG_CACHE_HOME/portcullis/engines`. Rejects with Go's messages where the build fails.
 */
export function engineBinary(name: EngineName): Promise<string> {
  const given = givenBinary(name);
  if (given !== undefined) return Promise.resolve(given);
  const started = building.get(name) ?? build(name);
  building.set(name, started);
  return started;
}

async function build(name: EngineName): Promise<string> {
  const binary = keptBinary(name);
  if (existsSync(binary)) return binary;
  mkdirSync(dirname(binary), { recursive: true });
  const unfinished = `${binary}.${process.pid}`;
  await go(engineFolder(name), ["build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", unfinished, engines[name].package]);
  renameSync(unfinished, binary);
  return binary;
}

/** Runs Go in an engine's folder and gives what it printed. */
export function go(folder: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off" };
  return new Promise((resolve, reject) => {
    execFile("go", args, { cwd: folder, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`go ${args[0]} failed in ${folder}: ${stderr || error.message}`));
    });
  });
}
