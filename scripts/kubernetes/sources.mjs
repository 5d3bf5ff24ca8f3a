import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGoEnums } from "./go-enums.mjs";

/** The pinned minor, and the patch whose files are read. */
export const kubernetesVersion = "1.37";
const pinned = "k8s.io/kubernetes@v1.37.2";

/** The folder of the pinned Kubernetes. @returns {string} */
export function kubernetesModule() {
  return goModule(pinned);
}

/**
 * Reads all that the generator needs. Three files of Kubernetes say different halves: swagger.json has the definitions
 * and paths, the v3 files alone have defaults, and the generated Go code alone has the closed sets of values.
 *
 * @param {string} kubernetes a folder with k8s.io/kubernetes
 * @param {string} own src/kubernetes, whose `config/`, `component-configs.json`, `crds.json` and `removed-kinds.json` add further kinds
 */
export function readSources(kubernetes, own) {
  const spec = join(kubernetes, "api/openapi-spec");
  return {
    version: kubernetesVersion,
    swagger: JSON.parse(readFileSync(join(spec, "swagger.json"), "utf8")),
    defaults: readDefaults(join(spec, "v3")),
    enums: readGoEnums(readFileSync(join(kubernetes, "pkg/generated/openapi/zz_generated.openapi.go"), "utf8")),
    configurations: readConfigurations(own),
    components: /** @type {import("./go-kinds.mjs").Pin[]} */ (JSON.parse(readFileSync(join(own, "component-configs.json"), "utf8"))),
    packageFolder,
    crds: readCrds(own),
    removed: /** @type {Record<string, string[]>} */ (JSON.parse(readFileSync(join(own, "removed-kinds.json"), "utf8"))),
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

/** @param {string} own @returns {{ origin: string, text: string }[]} */
function readConfigurations(own) {
  const names = readdirSync(join(own, "config")).filter((name) => name.endsWith(".yaml"));
  return names.sort().map((name) => ({
    origin: `src/kubernetes/config/${name}`,
    text: readFileSync(join(own, "config", name), "utf8"),
  }));
}

/** The CRDs that crds.json names: files of pinned Go modules, or of this folder where there is no module. @param {string} own @returns {{ origin: string, text: string, kinds?: string[] }[]} */
function readCrds(own) {
  /** @type {{ module?: string, files: string[], kinds?: string[] }[]} */
  const pins = JSON.parse(readFileSync(join(own, "crds.json"), "utf8"));
  return pins.flatMap(({ module, files, kinds }) => {
    const folder = module === undefined ? own : goModule(module);
    return files.map((file) => ({ origin: module === undefined ? `src/kubernetes/${file}` : `${module} ${file}`, text: readFileSync(join(folder, file), "utf8"), kinds }));
  });
}

/** The folder of a module in Go's cache; Go fetches it where it is missing. @param {string} module @returns {string} */
function goModule(module) {
  const answer = execFileSync("go", ["mod", "download", "-json", module], { cwd: tmpdir(), encoding: "utf8" });
  return JSON.parse(answer).Dir;
}

/**
 * The folder of a Go package. The modules that Kubernetes is cut into carry its version: v0.37.2 beside v1.37.2.
 *
 * @param {string} path such as `k8s.io/component-base/logs/api/v1`
 * @param {string} from the pinned module that refers to it
 * @returns {string}
 */
function packageFolder(path, from) {
  const [source = "", version = ""] = from.split("@");
  const module = path.split("/").slice(0, 2).join("/");
  const pinnedModule = module === source ? from : `${module}@${version.replace(/^v1/, "v0")}`;
  return join(moduleFolder(pinnedModule), ...path.split("/").slice(2));
}

/** @type {Map<string, string>} */
const folders = new Map();

/** @param {string} module @returns {string} */
function moduleFolder(module) {
  const known = folders.get(module) ?? goModule(module);
  folders.set(module, known);
  return known;
}
