import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Control } from "portcullis";
import { typescriptFiles } from "../src/frontend/project.ts";

/** A control of policies/, as its file's name and folder identify it. */
export interface NamedControl {
  readonly id: string;
  readonly domain: string;
  readonly control: Control;
}

const folder = fileURLToPath(new URL("../policies", import.meta.url));

/** The standard controls as they run in plain TypeScript. Files without a default export hold helpers. */
export async function standardControls(): Promise<NamedControl[]> {
  const modules = await Promise.all(typescriptFiles(folder).map(async (file) => ({ file, module: (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { default?: Control } })));
  return modules.flatMap(({ file, module }) => (module.default === undefined || "kind" in module.default ? [] : [{ id: basename(file, ".ts"), domain: basename(dirname(join(file))), control: module.default }]));
}
