import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { DescribedDetection } from "../bundle/detections.ts";
import type { Detection } from "../dsl/detection.ts";
import { fail, type Io } from "./io.ts";

/**
 * The detections in policies/ here, or the package's own where there is no such folder. Those of others are held to the language
 * first; the package's own are by its tests. Undefined after every fault in them has been told.
 */
export async function loadDetections(io: Io): Promise<readonly DescribedDetection[] | undefined> {
  const own = resolve(io.root);
  const root = existsSync(join(io.cwd, "policies")) ? resolve(io.cwd) : own;
  const built = join(own, "dist/policies");
  // Whoever stands in the package's own folder may have edited a detection since it was built.
  if (root === own && resolve(io.cwd) !== own && existsSync(built)) return builtDetections(built);

  // The compiler is heavy, and what judges manifests must start without it.
  const { openProject, typescriptFiles } = await import("../frontend/project.ts");
  const all = typescriptFiles(join(root, "policies"));
  const files = all.filter(definesDetection);
  if (root === own) {
    const { loadDetections: load } = await import("../frontend/load-detections.ts");
    const folders = new Set(files.map((file) => dirname(file)));
    return load(openProject(all.filter((file) => folders.has(dirname(file)))), files, root).detections;
  }
  const { compileFiles } = await import("../compile.ts");
  const { printDiagnostics } = await import("./print-diagnostics.ts");
  const { detections, diagnostics, sourceOf } = compileFiles(openProject(all), files, root);
  printDiagnostics(io, diagnostics, sourceOf);
  if (!diagnostics.some(({ severity }) => severity === "error")) return detections;
  fail(io, "The detections do not compile, so nothing was judged.");
  return undefined;
}

const definesDetection = (file: string): boolean => readFileSync(file, "utf8").includes("defineDetection(");

/** The package's own detections from the JavaScript that `npm run build` makes of them. */
async function builtDetections(folder: string): Promise<readonly DescribedDetection[]> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(definesDetection);
  const found = files.map(async (file): Promise<readonly DescribedDetection[]> => {
    const module = (await import(pathToFileURL(file).href)) as { readonly default?: Detection; readonly detection?: Detection };
    const detection = module.detection ?? module.default;
    return detection === undefined ? [] : [{ id: basename(file, ".js"), domain: basename(dirname(file)), detection }];
  });
  return (await Promise.all(found)).flat();
}
