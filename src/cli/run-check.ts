import { resolve } from "node:path";
import { Readable } from "node:stream";
import type { ManifestControl } from "../backends/opa/manifest.ts";
import type { ParameterOverrides } from "../bundle/settings.ts";
import type { Target } from "../bundle/target.ts";
import { readDocuments } from "../documents/index.ts";
import { Checker, type CheckOptions } from "../evaluate/check-documents.ts";
import { type Engine, TooManyObjects } from "../evaluate/engine.ts";
import type { ExemptionOptions } from "../evaluate/exemptions.ts";
import type { CheckResult } from "../evaluate/result.ts";
import { gatherSurroundings } from "../evaluate/surroundings.ts";
import { selectControls, type SelectionRequest } from "../profiles/selection.ts";
import { createReporter, type Reporter } from "../report/index.ts";
import { printable } from "../text/printable.ts";
import type { CheckFlags } from "./check-flags.ts";
import { engines } from "./engines.ts";
import { exitCodeOf, missingPaths } from "./check-outcome.ts";
import { fail, type Io, wantsColors } from "./io.ts";
import { closeOutput, openOutput, Output } from "./output.ts";
import { version } from "./package-version.ts";
import { Progress } from "./progress.ts";

/** Runs `check`; what goes wrong is told on standard error or in the report, never thrown. */
export async function runCheck(io: Io, paths: readonly string[], flags: CheckFlags): Promise<void> {
  const missing = missingPaths(io, paths);
  if (missing.length > 0) return fail(io, ...missing);
  const engine = await engines[flags.engine]?.(io, flags.bundle === undefined ? io.bundle : resolve(io.cwd, flags.bundle));
  if (engine === undefined) return;
  const plan = await makePlan(io, engine, flags);
  if (plan === undefined) return;
  const stream = await openOutput(io, flags.output);
  if (stream === undefined) return;

  const { controls } = plan;
  const looksUp = controls.some(({ lookups = [] }) => lookups.length > 0);
  // What comes by standard input is read twice where controls look at other objects: once for those, and once to be judged.
  const input = looksUp && paths.includes("-") ? await bytesOf(io.stdin) : undefined;
  const { defaultNamespace } = plan;
  const surroundings = looksUp ? await gatherSurroundings(paths, controls, { complete: flags.complete === true, ...(input === undefined ? {} : { input }), ...(defaultNamespace === undefined ? {} : { defaultNamespace }) }) : undefined;
  const checker = checkerFor(io, { engine, ...plan, ...(surroundings === undefined ? {} : { surroundings }) });
  if (checker === undefined) return;
  const reporter = await createReporter(flags.format, { colors: wantsColors(io, stream), width: stream.isTTY === true ? stream.columns : undefined, cwd: io.cwd });
  const output = new Output(stream);
  await output.write(reporter.begin({ controls, subject: "document", exempts: plan.exemptions.length > 0, version: version(io.root) }));
  await checkAll(input === undefined ? io : { ...io, stdin: Readable.from([input]) }, paths, checker, reporter, output);
  if (stream !== io.stdout) await closeOutput(stream);
  if (output.failure !== undefined) return fail(io, `The report cannot be written: ${output.failure.message}`);
  io.exitCode = exitCodeOf(checker.summary(), flags.failOn);
}

function checkerFor(io: Io, options: CheckOptions): Checker | undefined {
  try {
    return new Checker(options);
  } catch (error) {
    if (!(error instanceof TooManyObjects)) throw error;
    fail(io, error.message);
    return undefined;
  }
}

async function bytesOf(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}

async function checkAll(io: Io, paths: readonly string[], checker: Checker, reporter: Reporter, output: Output): Promise<void> {
  const progress = new Progress(io, "document");
  const tell = (result: CheckResult): Promise<void> | undefined => {
    const text = reporter.result(result);
    if (text === "") return undefined;
    progress.clear();
    return output.write(text);
  };
  let items = 0;
  for await (const item of readDocuments(paths, { stdin: io.stdin })) {
    const written = tell(checker.check(item));
    if (written !== undefined) await written;
    if (output.closed) break;
    items += 1;
    if (items % 64 === 0) progress.update(checker.summary().documents);
  }
  if (!output.closed && checker.summary().documents + checker.summary().errors === 0) await tell(checker.nothingFound(paths[0] ?? "-"));
  progress.clear();
  await output.write(reporter.end(checker.summary()));
  await output.flush();
}

/** What a run judges, and whom it lets off. */
interface Plan extends ExemptionOptions {
  readonly controls: readonly ManifestControl[];
  readonly kubernetesMinor: number;
  readonly parameters: ParameterOverrides;
  readonly profileParameters: ParameterOverrides;
}

/** What the flags and the target file ask for together, or undefined after every mistake in them has been told. */
async function makePlan(io: Io, { catalogue }: Engine, flags: CheckFlags): Promise<Plan | undefined> {
  let spec: Target["spec"] | undefined;
  if (flags.target !== undefined) {
    // Only a run with a target pays for loading its validator.
    const { readTarget } = await import("../bundle/target-file.ts");
    const { dayOf } = await import("../bundle/expiry.ts");
    const file = flags.target;
    const result = await readTarget(resolve(io.cwd, file), catalogue, dayOf(io.date()));
    if ("errors" in result) {
      fail(io, ...result.errors.map(({ line, column, message, help }) => printable(`${file}:${line}:${column}: ${message}${help === undefined ? "" : ` ${help}`}`)));
      return undefined;
    }
    spec = result.target.spec;
  }
  const { oldest, newest } = catalogue.kubernetes;
  const kubernetesMinor = flags.kubernetes ?? (spec?.kubernetesVersion === undefined ? newest : Number(spec.kubernetesVersion.slice(2)));
  if (kubernetesMinor < oldest || kubernetesMinor > newest) {
    fail(io, `Kubernetes 1.${kubernetesMinor} is not known: the controls judge for 1.${oldest} to 1.${newest}.`);
    return undefined;
  }
  const { profile, control } = flags;
  const chosen: Omit<SelectionRequest, "kubernetesMinor"> = profile === undefined && control === undefined ? (spec?.select ?? {}) : { ...(profile === undefined ? {} : { profiles: profile }), ...(control === undefined ? {} : { controls: control }) };
  const { controls, faults, parameters: profileParameters } = selectControls(catalogue.controls, { ...chosen, kubernetesMinor });
  if (faults.length > 0) {
    fail(io, ...faults.map(({ message }) => printable(message)));
    return undefined;
  }
  const { parameters = {}, exemptions = [] } = spec ?? {};
  return { controls, kubernetesMinor, parameters, profileParameters, exemptions, ...(flags.namespace === undefined ? {} : { defaultNamespace: flags.namespace }) };
}
