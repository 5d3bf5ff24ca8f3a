import { tmpdir } from "node:os";
import { runCommand } from "./command.ts";
import type { Bundle, ControlOutcome, Runner } from "./runner.ts";
import { runners } from "./runners/index.ts";

/** One engine over one target: a column of the equivalence matrix. */
export interface Column {
  readonly target: string;
  readonly engine: string;
  /** What the engine's command says of itself, on one line. */
  readonly version?: string;
  /** Why the engine did not run; then nothing is proven of this column. */
  readonly notRun?: string;
  readonly outcomes: readonly ControlOutcome[];
  readonly faults: readonly string[];
  readonly notes?: readonly string[];
}

/** The engines that judge a backend's bundles, or those of them that are named. */
export const runnersFor = (backend: string, names?: readonly string[]): readonly Runner[] => runners.filter((runner) => runner.backends.includes(backend) && (names === undefined || names.includes(runner.name)));

/** Has each engine judge a bundle. `commandOf` names the command to use for another one, where that is not the one on the PATH. */
export async function verifyBundle(bundle: Bundle, chosen: readonly Runner[], commandOf: (name: string) => string | undefined): Promise<Column[]> {
  const columns: Column[] = [];
  for (const runner of chosen) {
    const column = { target: bundle.target, engine: runner.name };
    const command = runner.command === undefined ? "" : (commandOf(runner.name) ?? runner.command);
    const companion = runner.companion === undefined ? "" : (commandOf(runner.companion) ?? runner.companion);
    const version = command === "" ? "" : await versionOf(command, runner.versionArguments ?? ["--version"]);
    const other = companion === "" ? "" : await versionOf(companion, ["--version"]);
    if (version === undefined || other === undefined) {
      columns.push({ ...column, notRun: `there is no command ${version === undefined ? command : companion}`, outcomes: [], faults: [] });
      continue;
    }
    columns.push({ ...column, ...(version === "" ? {} : { version }), ...(await runner.run(bundle, command, companion)) });
  }
  return columns;
}

/** The first line that a command prints of its version; undefined where it cannot run. */
async function versionOf(command: string, args: readonly string[]): Promise<string | undefined> {
  const { code, stdout, stderr } = await runCommand(command, args, tmpdir());
  return code === 0 ? `${stdout}${stderr}`.trim().split("\n")[0]?.trim() : undefined;
}

/** Whether an engine said something else than the plain run, or could not be believed. */
export const disagrees = ({ outcomes, faults }: Column): boolean => faults.length > 0 || outcomes.some(({ disagreements }) => disagreements.length > 0);
