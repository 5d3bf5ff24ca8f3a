import { join } from "node:path";
import { packageName } from "../../backends/opa/control-package.ts";
import { nativeCases } from "../../backends/native-cases.ts";
import { runCommand } from "../command.ts";
import { type Runner, Tally } from "../runner.ts";

/** A row of `opa test --format json`. */
interface Row {
  readonly package: string;
  readonly name: string;
  readonly fail?: boolean;
  readonly skip?: boolean;
  readonly error?: { readonly message?: string };
}

/** Native OPA: `opa test` over the Rego and the tests beside it, which compare the violations whole. */
export const opa: Runner = {
  name: "opa",
  backends: ["opa"],
  command: "opa",
  versionArguments: ["version"],
  async run(bundle, command) {
    const { folder, controls, files } = bundle;
    const { code, stdout, stderr } = await runCommand(command, ["test", "--format", "json", join(folder, "rego"), join(folder, "tests")]);
    // 2 stands for tests that failed; without a row the files did not load.
    if ((code !== 0 && code !== 2) || !stdout.trimStart().startsWith("[")) return { outcomes: [], faults: [`opa test ended with ${code}: ${(stderr || stdout).trim()}`] };
    const emitted = controls.filter(({ domain, id }) => files.some(({ path }) => path === `tests/${domain}/${id}_test.rego`));
    const owners = new Map(emitted.map(({ id }) => [`data.portcullis.${packageName(id)}_test`, id]));
    const tally = new Tally();
    const faults: string[] = [];
    for (const { package: name, name: test, fail, skip, error } of JSON.parse(stdout) as Row[]) {
      const control = owners.get(name);
      if (control === undefined) faults.push(`opa test ran ${name}.${test}, which belongs to no control`);
      else tally.add(control, fail === true || skip === true || error !== undefined ? `${test} ${skip === true ? "was skipped" : `fails${error?.message === undefined ? "" : `: ${error.message}`}`}` : undefined);
    }
    return { outcomes: tally.outcomes(new Map(emitted.map((control) => [control.id, nativeCases(control, bundle).length]))), faults };
  },
};
