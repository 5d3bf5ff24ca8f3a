import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import pc from "picocolors";
import type { EmittedFile } from "../backends/backend.ts";
import { plural } from "../text/plural.ts";
import { buildDay } from "./build-day.ts";
import { type ExitCode, fail, type Io, processIo, wantsColors } from "./io.ts";
import { Progress } from "./progress.ts";
import { describeReadError, targetFiles } from "./targets.ts";

interface BuildOptions {
  readonly target?: readonly string[];
  readonly out: string;
  readonly check?: true;
  readonly opa: "wasi" | "native" | "auto";
}

/** `portcullis build`: compiles the controls in policies/ for each target, or says how what is there differs. */
export function buildCommand(io: Io = processIo()): Command {
  return new Command("build")
    .description("compile the controls in policies/ for each target in targets/")
    .option("--target <file...>", "target files to build (default: all of targets/)")
    .option("--out <dir>", "folder that gets one folder for each target", "golden")
    .option("--check", "write nothing; print how the files there differ, and exit 1 if they do")
    .addOption(new Option("--opa <compiler>", "which build of OPA's compiler to use").choices(["auto", "wasi", "native"]).default("auto"))
    .addHelpText("after", "\nExample:\n  $ portcullis build --check\n")
    .action(async (options: BuildOptions) => {
      await build(io, options);
    });
}

/** Builds, and says on standard error what is wrong. Exit code 1 stands for differences, 2 for faults. */
async function build(io: Io, options: BuildOptions): Promise<void> {
  const root = io.cwd;
  const paint = pc.createColors(wantsColors(io, io.stderr));
  const worst = (code: ExitCode): void => {
    if (code > io.exitCode) io.exitCode = code;
  };
  // The compiler is heavy, and `check` must start without it.
  const { compile } = await import("../compile.ts");
  const { printDiagnostics } = await import("./print-diagnostics.ts");
  const { describeControls } = await import("../backends/opa/describe-controls.ts");
  const { describeDetections, selectable } = await import("../bundle/detections.ts");
  const { readTarget } = await import("../bundle/target-file.ts");
  const { buildTarget } = await import("../bundle/build-target.ts");
  const { CaseBook, caseFolder } = await import("../bundle/case-book.ts");
  const { compareFolder, writeFolder } = await import("../bundle/golden.ts");

  const today = buildDay(io);
  if (today === undefined) return;
  const policies = join(root, "policies");
  if (!existsSync(policies)) return fail(io, `There is no folder policies/ in ${root}. Run this where your controls are, or make one with portcullis new.`);
  const compilation = compile(root, policies);
  printDiagnostics(io, compilation.diagnostics, compilation.sourceOf);
  if (compilation.diagnostics.some(({ severity }) => severity === "error")) return worst(2);
  if (compilation.controls.length + compilation.detections.length === 0) return fail(io, "There is no control in policies/. Make one with portcullis new.");

  const files = options.target ?? targetFiles(root);
  if (files.length === 0) return fail(io, "There is no target in targets/. Write one, or name a file with --target.");
  const catalogue = { ...describeControls(compilation.controls), detections: describeDetections(compilation.detections) };
  const deliver = (name: string, emitted: readonly EmittedFile[], controls: number): void => {
    const folder = join(options.out, name);
    const place = resolve(root, folder);
    const differences = options.check === true ? compareFolder(place, emitted) : writeFolder(place, emitted);
    if (options.check === true && differences.length > 0) {
      for (const { patch } of differences) io.stdout.write(patch);
      io.stderr.write(`${paint.red("differs")} ${folder}: ${plural(differences.length, "file")} of ${emitted.length}. Run portcullis build to bring it up to date.\n`);
      worst(1);
    } else {
      io.stderr.write(`${paint.green("ok")} ${folder}: ${plural(emitted.length, "file")}, ${plural(controls, "control")}${options.check === true ? "" : `, ${differences.length} changed`}\n`);
    }
  };
  const progress = new Progress(io, "case derivation");
  // What golden/ keeps serves a build into another folder too.
  const cases = new CaseBook([...new Set([options.out, "golden"])].map((folder) => resolve(root, folder, caseFolder)), (searches) => progress.update(searches));
  let built = 0;
  for (const file of files) {
    const result = await readTarget(resolve(root, file), catalogue, today);
    if ("errors" in result) {
      fail(io, ...result.errors.map((error) => describeReadError({ ...error, file })));
      continue;
    }
    const { target, notes } = result;
    for (const note of notes) io.stderr.write(`${paint.yellow("note")} ${describeReadError({ ...note, file })}\n`);
    const emission = await buildTarget(target, compilation.controls, options.opa, compilation.sourceOf, cases, compilation.detections);
    progress.clear();
    printDiagnostics(io, emission.diagnostics, compilation.sourceOf);
    for (const note of emission.notes ?? []) io.stderr.write(`${paint.yellow("warning")} ${file}: ${note}\n`);
    if (emission.faults.length > 0) fail(io, ...emission.faults);
    if (emission.faults.length > 0 || emission.diagnostics.some(({ severity }) => severity === "error")) {
      worst(2);
      continue;
    }
    built += 1;
    deliver(target.metadata.name, emission.files, selectable(target.spec.backend, catalogue).length);
  }
  const derived = built === 0 ? [] : cases.files(options.target === undefined && built === files.length);
  if (derived.length > 0) deliver(caseFolder, derived, derived.length);
}
