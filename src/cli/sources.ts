import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ManifestControl } from "../backends/opa/manifest.ts";
import type { Compilation } from "../compile.ts";
import { fail, type Io } from "./io.ts";

/** The folder under which the sources of a bundle's controls lie: here for one that the user names, the package for the standard one. */
export const sourceRoot = (io: Io, bundle: string | undefined): string => (bundle === undefined ? io.root : io.cwd);

/** The file of a control below that folder. */
export const sourcePath = ({ domain, id }: Pick<ManifestControl, "domain" | "id">): string => `policies/${domain}/${id}.ts`;

/** Compiles those of the controls whose sources are there. Undefined after every fault in them has been told. */
export async function compileSources(io: Io, root: string, controls: readonly ManifestControl[]): Promise<Compilation | undefined> {
  const files = controls.map((control) => join(root, sourcePath(control))).filter((file) => existsSync(file));
  if (files.length === 0) return { controls: [], detections: [], diagnostics: [], sourceOf: () => undefined };
  // The compiler is heavy, and what needs no sources must start without it.
  const { compileFiles } = await import("../compile.ts");
  const { openProject, typescriptFiles } = await import("../frontend/project.ts");
  // Controls may import files beside them, so the project holds all that there are.
  const compilation = compileFiles(openProject(typescriptFiles(join(root, "policies"))), files, root);
  if (!compilation.diagnostics.some(({ severity }) => severity === "error")) return compilation;
  const { printDiagnostics } = await import("./print-diagnostics.ts");
  printDiagnostics(io, compilation.diagnostics, compilation.sourceOf);
  fail(io, "The controls do not compile, so what backends make of them is not known.");
  return undefined;
}
