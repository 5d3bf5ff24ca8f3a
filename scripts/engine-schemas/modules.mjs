import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const engines = join(dirname(fileURLToPath(import.meta.url)), "../../test/engines");

/**
 * A Go module in the cache.
 *
 * @typedef {{ name: string, version: string, folder: string }} GoModule
 */

/** The module in the version that `test/engines/<engine>/go.mod` pins. @param {string} engine @param {string} name @returns {GoModule} */
export function pinnedModule(engine, name) {
  const version = execFileSync("go", ["list", "-m", "-f", "{{.Version}}", name], { cwd: join(engines, engine), encoding: "utf8" }).trim();
  return goModule(name, version);
}

/** The module in a version; Go fetches it where it is missing, and checks it by the checksum database. @param {string} name @param {string} version @returns {GoModule} */
export function goModule(name, version) {
  const answer = execFileSync("go", ["mod", "download", "-json", `${name}@${version}`], { cwd: tmpdir(), encoding: "utf8" });
  return { name, version, folder: JSON.parse(answer).Dir };
}

/** `1.19` of `v1.19.1`. @param {string} version */
export const minorOf = (version) => version.replace(/^v(\d+\.\d+)\..*$/, "$1");

/** What stands in the generated file for where a schema comes from. @param {GoModule[]} modules */
export const sourcesOf = (...modules) => modules.map(({ name, version }) => `${name}@${version}`);
