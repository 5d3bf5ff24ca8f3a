import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGoEnums } from "./go-enums.mjs";

/** The pinned minor, and the patch whose files are read. */
export const kubernetesVersion = "1.37";
const pinned = "k8s.io/kubernetes@v1.37.2";

/** The folder of the pinned Kubernetes module in Go's cache; Go fetches it where it is missing. @returns {string} */
export function kubernetesModule() {
  const answer = execFileSync("go", ["mod", "download", "-json", pinned], { cwd: tmpdir(), encoding: "utf8" });
  return JSON.parse(answer).Dir;
}

/**
 * Reads all that the generator needs. Three files of Kubernetes say different halves: swagger.json has the definitions
 * and paths, the v3 files alone have defaults, and the generated Go code alone has the closed sets of values.
 *
 * @param {string} kubernetes a folder with k8s.io/kubernetes
 * @param {string} own src/kubernetes, whose `config/` and `crds/` hold further kinds
 */
export function readSources(kubernetes, own) {
  const spec = join(kubernetes, "api/openapi-spec");
  return {
    version: kubernetesVersion,
    swagger: JSON.parse(readFileSync(join(spec, "swagger.json"), "utf8")),
    defaults: readDefaults(join(spec, "v3")),
    enums: readGoEnums(readFileSync(join(kubernetes, "pkg/generated/openapi/zz_generated.openapi.go"), "utf8")),
    configurations: readYamlFiles(join(own, "config")),
    crds: readYamlFiles(join(own, "crds")),
  };
}

/**
 * Defaults that say something. A Go type's zero value is printed as the default of every field without `omitempty`,
 * where it means only that the field is not a pointer.
 *
 * @param {string} folder
 * @returns {Map<string, unknown>} keyed `<definition>/<property>`
 */
function readDefaults(folder) {
  const defaults = new Map();
  for (const name of readdirSync(folder).sort()) {
    const { components } = JSON.parse(readFileSync(join(folder, name), "utf8"));
    for (const [definition, schema] of Object.entries(components?.schemas ?? {})) {
      for (const [property, { default: value }] of Object.entries(schema.properties ?? {})) {
        const says = typeof value === "object" ? Object.keys(value ?? {}).length > 0 : Boolean(value);
        if (says) defaults.set(`${definition}/${property}`, value);
      }
    }
  }
  return defaults;
}

/** @param {string} folder @returns {{ name: string, text: string }[]} */
function readYamlFiles(folder) {
  let names;
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
}
