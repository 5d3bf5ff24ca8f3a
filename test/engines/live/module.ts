import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { engineFolder, type EngineName, go } from "../engine.ts";
import type { ApiObject } from "../../../src/verify/live/client.ts";

/** The objects in the YAML files of a module that an engine is built from, at its pinned version: of one file, or of a folder. */
export async function moduleObjects(engine: EngineName, module: string, path: string): Promise<readonly ApiObject[]> {
  const { Dir } = JSON.parse(await go(engineFolder(engine), ["mod", "download", "-json", module])) as { readonly Dir: string };
  const whole = join(Dir, path);
  const files = statSync(whole).isFile() ? [whole] : readdirSync(whole, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml")).sort().map((file) => join(whole, file));
  return files.flatMap((file) => loadAll(readFileSync(file, "utf8")) as ApiObject[]).filter((object) => object !== null && object !== undefined);
}
