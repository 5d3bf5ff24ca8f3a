import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { engineFolder, engines, givenBinary, keptBinary } from "../test/engines/engine-cache.mjs";

/**
 * The binary of an engine: the one that `PORTCULLIS_ENGINE_<NAME>` names, or one that Go builds at its first use (gator takes
 * some minutes) and that is kept where the engine tests keep theirs. Throws, saying what to do, where there is none.
 */
export function engineBinary(name) {
  const given = givenBinary(name);
  if (given !== undefined) {
    if (!existsSync(given)) throw new Error(`There is no ${given}.`);
    return given;
  }
  const binary = keptBinary(name);
  if (existsSync(binary)) return binary;
  process.stderr.write(`  building ${name}\n`);
  mkdirSync(dirname(binary), { recursive: true });
  const unfinished = `${binary}.${process.pid}`;
  const env = { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off" };
  const { status } = spawnSync("go", ["build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", unfinished, engines[name].package], { cwd: engineFolder(name), env, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`${name} cannot be built here: it needs Go. Name a binary with PORTCULLIS_ENGINE_${name.replace("-", "_").toUpperCase()}.`);
  renameSync(unfinished, binary);
  return binary;
}
