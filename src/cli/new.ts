import { Command } from "commander";
import { fail, type Io, processIo } from "./io.ts";
import { createControl } from "./new-control.ts";

/** `portcullis new`: a control that compiles and passes its own cases as it stands. */
export function newCommand(io: Io = processIo()): Command {
  return new Command("new")
    .description("write the file of a new control")
    .argument("<id>", "the control's id, for example writable-root")
    .option("--domain <folder>", "the folder under policies/", "custom")
    .addHelpText("after", "\nExample:\n  $ portcullis new writable-root --domain workloads\n")
    .action((id: string, { domain }: { readonly domain: string }) => {
      const result = createControl(io.cwd, id, domain);
      if ("refusal" in result) return fail(io, result.refusal);
      io.stdout.write(`${result.path}\n`);
      io.stderr.write("Write the check, then run portcullis check --engine plain on a manifest, and portcullis build.\n");
    });
}
