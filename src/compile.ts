import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Project } from "ts-morph";
import type { CompiledControl, CompiledDetection } from "./backends/backend.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { mergeFaults } from "./diagnostics/merge.ts";
import { compareDiagnostics } from "./diagnostics/render.ts";
import { loadControls, typeDiagnostics } from "./frontend/load-controls.ts";
import { loadDetections } from "./frontend/load-detections.ts";
import { libraryFolder, openProject, typescriptFiles } from "./frontend/project.ts";
import { lowerControl, newSession } from "./lowering/index.ts";
import { lowerDetection } from "./lowering/lower-detection.ts";
import { runDetectionPasses } from "./passes/detection.ts";
import { passes, runPasses } from "./passes/index.ts";

/** Controls ready for any backend, and all faults found on the way. With an error among them, nothing should be emitted. */
export interface Compilation {
  readonly controls: readonly CompiledControl[];
  readonly detections: readonly CompiledDetection[];
  readonly diagnostics: readonly Diagnostic[];
  /** The text of a file that a diagnostic names. */
  readonly sourceOf: (file: string) => string | undefined;
}

/**
 * From control files to what backends take:
 *
 *     policies/**.ts ─ load ─ type-check ─ lower ─ passes ─▶ CompiledControl[] ─▶ backends (bundle/) ─▶ golden/<target>/
 *
 * `root` is the folder that file names are relative to; `policies` the folder of the controls.
 */
export function compile(root: string, policies: string): Compilation {
  const files = typescriptFiles(policies);
  return compileFiles(openProject(files), files, root);
}

/** The same for files of a program that is open already. */
export function compileFiles(project: Project, files: readonly string[], root: string): Compilation {
  // 1. Load: one TypeScript program over all controls and the DSL; each file is also run, for the values in its definition.
  const loaded = loadControls(project, files, root);
  const watching = loadDetections(project, files, root);

  // 2. Type-check: TypeScript's own findings, in our form. What the type checker proves, no backend has to guard.
  const typeFaults = typeDiagnostics(project, files, root);

  // 3. Lower: hold each check to the language, and turn it into clauses of the intermediate representation.
  const session = newSession(root, libraryFolder);
  const lowered = loaded.controls.map((control) => ({ control, ...lowerControl(control, session) }));
  const loweredDetections = watching.detections.map((loadedDetection) => ({ loadedDetection, ...lowerDetection(loadedDetection, session) }));

  // 4. Passes: rewrite the IR into the shape that every backend prints.
  const controls = lowered.map(({ control, check }): CompiledControl => ({
    id: control.id,
    domain: control.domain,
    source: relative(root, control.file.getFilePath()).replaceAll("\\", "/"),
    control: control.control,
    check: runPasses(check),
  }));
  const detections = loweredDetections.map(({ loadedDetection: { id, domain, file, detection }, detection: ir }): CompiledDetection => ({
    id,
    domain,
    source: relative(root, file.getFilePath()).replaceAll("\\", "/"),
    detection,
    ir: runDetectionPasses(ir, passes),
  }));

  const faults = [...loaded.diagnostics, ...watching.diagnostics, ...[...lowered, ...loweredDetections].flatMap(({ diagnostics }) => diagnostics)];
  const diagnostics = mergeFaults(faults, typeFaults).sort(compareDiagnostics);
  const sourceOf = (file: string): string | undefined => {
    const path = `${root}/${file}`;
    return project.getSourceFile(path)?.getFullText() ?? readIfThere(path);
  };
  return { controls, detections, diagnostics, sourceOf };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
