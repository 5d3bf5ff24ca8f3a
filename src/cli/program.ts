import { Command, CommanderError } from "commander";
import { buildCommand } from "./build.ts";
import { checkCommand } from "./check.ts";
import { explainCommand } from "./explain.ts";
import type { ExitCode, Io } from "./io.ts";
import { listCommand } from "./list.ts";
import { newCommand } from "./new.ts";
import { verifyCommand } from "./verify.ts";
import { version } from "./package-version.ts";

/** The commands, in the order in which help shows them. Each loads what is heavy only when it runs. */
const commands: readonly ((io: Io) => Command)[] = [checkCommand, listCommand, explainCommand, buildCommand, verifyCommand, newCommand];

/** Runs one command line, without the program's own name. Gives the exit code; mistakes of usage are told on standard error. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const program = new Command("portcullis")
    .description("Kubernetes hardening controls: judge manifests, and compile the controls for every policy engine.")
    .version(version(io.root), "-V, --version")
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError("(add --help for all options)")
    .addHelpText("after", "\nExample:\n  $ portcullis check ./manifests\n");
  for (const make of commands) program.addCommand(make(io).copyInheritedSettings(program));
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return io.exitCode;
}
