import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import type { CaseBook } from "../bundle/case-book.ts";
import type { Column } from "../verify/verify.ts";
import { buildDay } from "./build-day.ts";
import { type ExitCode, fail, type Io, processIo } from "./io.ts";
import { describeReadError, targetFiles } from "./targets.ts";

interface VerifyOptions {
  readonly target?: readonly string[];
  readonly engine?: readonly string[];
  readonly format: "text" | "json" | "markdown";
  readonly opa: "wasi" | "native" | "auto";
}

/** `portcullis verify`: builds each target and has the real engines judge every control's cases. */
export function verifyCommand(io: Io = processIo()): Command {
  return new Command("verify")
    .description("have the real engines judge every control's cases, and compare them with the plain run")
    .option("--target <file...>", "target files to verify (default: all of targets/)")
    .option("--engine <name...>", "engines to run (default: every one that is here)")
    .addOption(new Option("-f, --format <format>", "form of the equivalence matrix").choices(["text", "json", "markdown"]).default("text"))
    .addOption(new Option("--opa <compiler>", "which build of OPA's compiler to use").choices(["auto", "wasi", "native"]).default("auto"))
    .addHelpText(
      "after",
      "\nEngines are looked for on the PATH; PORTCULLIS_ENGINE_<NAME> names another command. One that was asked for by name must be there.\n\nExample:\n  $ portcullis verify --target targets/gatekeeper.yaml --engine gator\n",
    )
    .action(async (options: VerifyOptions) => {
      await verify(io, options);
    });
}

/** Exit code 1 stands for disagreements, 2 for what could not be verified though it was asked for. */
async function verify(io: Io, options: VerifyOptions): Promise<void> {
  const { compile } = await import("../compile.ts");
  const { printDiagnostics } = await import("./print-diagnostics.ts");
  const { CaseBook: Book, caseFolder } = await import("../bundle/case-book.ts");
  const { runners } = await import("../verify/runners/index.ts");
  const { disagrees } = await import("../verify/verify.ts");
  const { matrixText } = await import("../verify/matrix.ts");
  const { didYouMean } = await import("../text/closest.ts");

  const names = runners.map(({ name }) => name);
  const unknown = (options.engine ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0) return fail(io, ...unknown.map((name) => `There is no engine "${name}".${didYouMean(name, names) || ` There are ${names.join(", ")}.`}`));
  const policies = join(io.cwd, "policies");
  if (!existsSync(policies)) return fail(io, `There is no folder policies/ in ${io.cwd}. Run this where your controls are.`);
  const compilation = compile(io.cwd, policies);
  printDiagnostics(io, compilation.diagnostics, compilation.sourceOf);
  if (compilation.diagnostics.some(({ severity }) => severity === "error")) return fail(io, "The controls do not compile, so nothing was verified.");
  const files = options.target ?? targetFiles(io.cwd);
  if (files.length === 0) return fail(io, "There is no target in targets/. Write one, or name a file with --target.");

  const columns: Column[] = [];
  const cases = new Book([join(io.cwd, "golden", caseFolder)]);
  for (const file of files) columns.push(...(await verifyTarget(io, options, file, compilation, cases)));
  io.stdout.write(options.format === "json" ? `${JSON.stringify({ columns }, undefined, 2)}\n` : matrixText(columns, options.format));
  const worst = (code: ExitCode): void => {
    if (code > io.exitCode) io.exitCode = code;
  };
  if (columns.some(disagrees)) worst(1);
  for (const name of options.engine ?? []) {
    const own = columns.filter(({ engine }) => engine === name);
    if (own.length === 0) fail(io, `None of these targets is for the engine ${name}.`);
    for (const { notRun, target } of own) if (notRun !== undefined) fail(io, `${name} could not judge ${target}: ${notRun}.`);
  }
  if (!columns.some(({ notRun }) => notRun === undefined)) fail(io, "No engine ran, so nothing is proven.");
}

type Compilation = ReturnType<typeof import("../compile.ts").compile>;

/** The columns of one target; a target that cannot be built has said why, and has none. */
async function verifyTarget(io: Io, { engine, opa }: VerifyOptions, file: string, { controls, detections, sourceOf }: Compilation, cases: CaseBook): Promise<Column[]> {
  const { describeControls } = await import("../backends/opa/describe-controls.ts");
  const { describeDetections } = await import("../bundle/detections.ts");
  const { readTarget } = await import("../bundle/target-file.ts");
  const { buildTarget } = await import("../bundle/build-target.ts");
  const { rolloutsOf, settingsOf } = await import("../bundle/target-settings.ts");
  const { writeFolder } = await import("../bundle/golden.ts");
  const { runnersFor, verifyBundle } = await import("../verify/verify.ts");
  const { printDiagnostics } = await import("./print-diagnostics.ts");

  const today = buildDay(io);
  if (today === undefined) return [];
  const result = await readTarget(resolve(io.cwd, file), { ...describeControls(controls), detections: describeDetections(detections) }, today);
  if ("errors" in result) {
    fail(io, ...result.errors.map((error) => describeReadError({ ...error, file })));
    return [];
  }
  const { target } = result;
  const chosen = runnersFor(target.spec.backend, engine);
  if (chosen.length === 0) return engine === undefined ? [{ target: target.metadata.name, engine: target.spec.backend, notRun: "no runner judges this backend yet", outcomes: [], faults: [] }] : [];
  const emission = await buildTarget(target, controls, opa, sourceOf, cases, detections);
  printDiagnostics(io, emission.diagnostics, sourceOf);
  if (emission.faults.length > 0 || emission.diagnostics.some(({ severity }) => severity === "error")) {
    fail(io, ...emission.faults, `${file} cannot be built, so it was not verified.`);
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), "portcullis-verify-"));
  try {
    writeFolder(folder, emission.files);
    const settings = settingsOf(target, controls, detections);
    const isSelected = ({ id }: { readonly id: string }): boolean => settings.controls[id] === true;
    const bundle = { target: target.metadata.name, backend: target.spec.backend, folder, files: emission.files, controls: controls.filter(isSelected), detections: detections.filter(isSelected), settings, rollout: rolloutsOf(target, controls, detections), derived: (control: (typeof controls)[number]) => cases.derivedFor(control, settings) };
    return await verifyBundle(bundle, chosen, (name) => io.env[`PORTCULLIS_ENGINE_${name.replaceAll("-", "_").toUpperCase()}`]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
