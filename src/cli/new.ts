import { Command } from "commander";
import { createControl } from "./new-control.ts";

/** `portcullis new`: a control that compiles and passes its own cases as it stands. */
export function newCommand(): Command {
  return new Command("new")
    .description("write the file of a new control")
    .argument("<id>", "the control's id, for example writable-root")
    .option("--domain <folder>", "the folder under policies/", "custom")
    .addHelpText("after", "\nExample:\n  $ portcullis new writable-root --domain workloads\n")
    .action((id: string, { domain }: { readonly domain: string }) => {
      const result = createControl(process.cwd(), id, domain);
      if ("refusal" in result) {
        process.stderr.write(`error ${result.refusal}\n`);
        process.exitCode = 2;
        return;
      }
      process.stdout.write(`${result.path}\n`);
      process.stderr.write("Write the check, then run portcullis check --engine plain on a manifest, and portcullis build.\n");
    });
}
