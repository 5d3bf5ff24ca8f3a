import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./scratch.mjs";

const folder = join(root, "golden/opa");

/** The compiled policy's folder. */
export const regoFolder = join(folder, "rego");

/**
 * What `check` runs when no option says otherwise, and other engines are to run: the controls of the golden policy that its
 * target selects and that need nothing beside the object, each with its Rego, and all settings.
 */
export function goldenPolicy() {
  if (!existsSync(join(folder, "manifest.json"))) throw new Error("golden/opa/ holds no policy. Write it with: portcullis build");
  const { settings } = JSON.parse(readFileSync(join(folder, "data.json"), "utf8"));
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  const controls = manifest.controls.filter(({ id, capabilities }) => settings.controls[id] === true && capabilities.length === 0);
  const texts = new Map(regoFiles(regoFolder).map((path) => [path.slice(regoFolder.length + 1), readFileSync(path, "utf8")]));
  const library = [...texts].filter(([path]) => !path.includes("/") && path !== "portcullis.rego");
  if (library.length !== 1) throw new Error(`the golden policy has ${library.length} library files, and the adapters know one`);
  return {
    settings: { ...settings, controls: Object.fromEntries(controls.map(({ id }) => [id, true])) },
    library: library[0][1],
    controls: controls.map((control) => ({ ...control, rego: texts.get(`${control.domain}/${control.id}.rego`) })),
  };
}

function regoFiles(path) {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".rego"))
    .map((entry) => join(entry.parentPath, entry.name));
}
