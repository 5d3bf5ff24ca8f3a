import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./scratch.mjs";

const folder = join(root, "golden/opa");

/** The compiled policy's folder. */
export const regoFolder = join(folder, "rego");

/**
 * What `check` runs when no option says otherwise, and other engines are to run: the controls of the golden policy that its
 * target selects and that need nothing beside the object, and all settings.
 */
export function goldenPolicy() {
  if (!existsSync(join(folder, "manifest.json"))) throw new Error("golden/opa/ holds no policy. Write it with: portcullis build");
  const { settings } = JSON.parse(readFileSync(join(folder, "data.json"), "utf8"));
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  const controls = manifest.controls.filter(({ id, capabilities }) => settings.controls[id] === true && capabilities.length === 0);
  return { settings: { ...settings, controls: Object.fromEntries(controls.map(({ id }) => [id, true])) }, controls };
}
