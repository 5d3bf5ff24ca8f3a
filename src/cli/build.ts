import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { Command, Option } from "commander";
import pc from "picocolors";
import type { ReadError } from "../documents/index.ts";

interface BuildOptions {
  readonly target?: readonly string[];
  readonly out: string;
  readonly check?: true;
  readonly opa: "wasi" | "native" | "auto";
}

/** `portcullis build`: compiles the controls in policies/ for each target, or says how what is there differs. */
export function buildCommand(): Command {
  return new Command("build")
    .description("compile the controls in policies/ for each target in targets/")
    .option("--target <file...>", "target files to build (default: all of targets/)")
    .option("--out <dir>", "folder that gets one folder for each target", "golden")
    .option("--check", "write nothing; print how the files there differ, and exit 1 if they do")
    .addOption(new Option("--opa <compiler>", "which build of OPA's compiler to use").choices(["auto", "wasi", "native"]).default("auto"))
    .addHelpText("after", "\nExample:\n  $ portcullis build --check\n")
    .action(async (options: BuildOptions) => {
      process.exitCode = await build(process.cwd(), options);
    });
}

/** Builds, and says on standard error what is wrong. Returns the exit code: 0 fine, 1 differences, 2 faults. */
async function build(root: string, options: BuildOptions): Promise<0 | 1 | 2> {
  // The compiler is heavy, and `check` must start without it.
  const { compile } = await import("../compile.ts");
  const { printDiagnostics } = await import("./print-diagnostics.ts");
  const { describeControls } = await import("../backends/opa/describe-controls.ts");
  const { readTarget } = await import("../bundle/target-file.ts");
  const { buildTarget } = await import("../bundle/build-target.ts");
  const { compareFolder, writeFolder } = await import("../bundle/golden.ts");

  const policies = join(root, "policies");
  if (!existsSync(policies)) return fault(`There is no folder policies/ in ${root}. Run this where your controls are, or make one with portcullis new.`);
  const compilation = compile(root, policies);
  printDiagnostics(compilation.diagnostics, compilation.sourceOf);
  if (compilation.diagnostics.some(({ severity }) => severity === "error")) return 2;
  if (compilation.controls.length === 0) return fault("There is no control in policies/. Make one with portcullis new.");

  const files = options.target ?? targetFiles(root);
  if (files.length === 0) return fault("There is no target in targets/. Write one, or name a file with --target.");
  const catalogue = describeControls(compilation.controls);
  let exit: 0 | 1 | 2 = 0;
  for (const file of files) {
    const result = await readTarget(file, catalogue);
    if ("errors" in result) {
      for (const error of result.errors) printError(error);
      exit = 2;
      continue;
    }
    const { target } = result;
    const emission = await buildTarget(target, compilation.controls, options.opa);
    printDiagnostics(emission.diagnostics, compilation.sourceOf);
    for (const text of emission.faults) fault(text);
    if (emission.faults.length > 0 || emission.diagnostics.some(({ severity }) => severity === "error")) {
      exit = 2;
      continue;
    }
    const folder = join(options.out, target.metadata.name);
    const differences = options.check === true ? compareFolder(folder, emission.files) : writeFolder(folder, emission.files);
    if (options.check === true && differences.length > 0) {
      for (const { patch } of differences) process.stdout.write(patch);
      process.stderr.write(`${pc.red("differs")} ${folder}: ${count(differences.length, "file")} of ${emission.files.length}. Run portcullis build to bring it up to date.\n`);
      if (exit === 0) exit = 1;
    } else {
      process.stderr.write(`${pc.green("ok")} ${folder}: ${count(emission.files.length, "file")}, ${count(compilation.controls.length, "control")}${options.check === true ? "" : `, ${differences.length} changed`}\n`);
    }
  }
  return exit;
}

function targetFiles(root: string): string[] {
  const folder = join(root, "targets");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => relative(process.cwd(), join(folder, name)));
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

function printError({ file, line, column, message, help }: ReadError): void {
  process.stderr.write(`${pc.bold(`${file}:${line}:${column}`)} ${pc.red("error")} ${message}\n${help === undefined ? "" : `help: ${help}\n`}`);
}

function fault(text: string): 2 {
  process.stderr.write(`${pc.red("error")} ${text}\n`);
  return 2;
}
