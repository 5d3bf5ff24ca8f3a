import { resolve } from "node:path";
import { describeDetections } from "../bundle/detections.ts";
import { settingsFor } from "../bundle/settings.ts";
import type { Target } from "../bundle/target.ts";
import { readLogs } from "../documents/log/read-log.ts";
import { EventChecker, type EventCheckOptions } from "../evaluate/check-events.ts";
import type { CheckResult } from "../evaluate/result.ts";
import { newestMinor, oldestMinor } from "../kubernetes/minors.ts";
import { selectControls, type SelectionRequest } from "../profiles/selection.ts";
import { createReporter, type Reporter, type Run } from "../report/index.ts";
import { plural } from "../text/plural.ts";
import { printable } from "../text/printable.ts";
import { exitCodeOf, missingPaths } from "./check-outcome.ts";
import type { CheckFlags } from "./check-flags.ts";
import { fail, type Io, wantsColors } from "./io.ts";
import { loadDetections } from "./load-detections.ts";
import { closeOutput, openOutput, Output } from "./output.ts";
import { version } from "./package-version.ts";
import { Progress } from "./progress.ts";

/** Runs `check --events`; what goes wrong is told on standard error or in the report, never thrown. `idle` names options that were given and say nothing here. */
export async function runCheckEvents(io: Io, paths: readonly string[], flags: CheckFlags, idle: readonly string[]): Promise<void> {
  if (idle.length > 0) return fail(io, ...idle.map((name) => `--${name} is for manifests, and --events judges audit logs: leave one of them out.`));
  const missing = missingPaths(io, paths);
  if (missing.length > 0) return fail(io, ...missing);
  const plan = await makePlan(io, flags);
  if (plan === undefined) return;
  const stream = await openOutput(io, flags.output);
  if (stream === undefined) return;

  const checker = new EventChecker(plan);
  const reporter = await createReporter(flags.format, { colors: wantsColors(io, stream), width: stream.isTTY === true ? stream.columns : undefined, cwd: io.cwd });
  const output = new Output(stream);
  await output.write(reporter.begin({ controls: plan.controls, subject: "event", exempts: plan.exemptions.length > 0, version: version(io.root) }));
  await checkAll(io, paths, checker, reporter, output);
  if (stream !== io.stdout) await closeOutput(stream);
  if (output.failure !== undefined) return fail(io, `The report cannot be written: ${output.failure.message}`);
  io.exitCode = exitCodeOf(checker.summary(), flags.failOn);
}

async function checkAll(io: Io, paths: readonly string[], checker: EventChecker, reporter: Reporter, output: Output): Promise<void> {
  const start = io.now();
  const progress = new Progress(io, "event");
  const tell = (result: CheckResult): Promise<void> | undefined => {
    const text = reporter.result(result);
    if (text === "") return undefined;
    progress.clear();
    return output.write(text);
  };
  for (const { file, stretches } of readLogs(paths, io.stdin as AsyncIterable<Buffer | string>)) {
    checker.startFile(file);
    for await (const items of stretches) {
      for (const item of items) for (const result of checker.check(item)) await tell(result);
      if (output.closed) break;
      progress.update(checker.summary().documents);
    }
    await tell(checker.endFile());
    if (output.closed) break;
  }
  const { documents: events, errors } = checker.summary();
  if (!output.closed && events + errors === 0) await tell(checker.nothingFound(paths[0] ?? "-"));
  progress.clear();
  await output.write(reporter.end(checker.summary()));
  await output.flush();
  const seconds = (io.now() - start) / 1000;
  if (seconds >= 1 && !output.closed) io.stderr.write(`${plural(events, "event")} in ${seconds.toFixed(1)} s: ${Math.round(events / seconds).toLocaleString("en-US")} a second\n`);
}

const minors = { oldest: oldestMinor, newest: newestMinor };

/** What a run judges, and how it is told. */
interface Plan extends EventCheckOptions {
  readonly controls: Run["controls"];
  readonly exemptions: NonNullable<EventCheckOptions["exemptions"]>;
}

/** What the flags and the target file ask for together, or undefined after every mistake in them has been told. */
async function makePlan(io: Io, { control, profile, target: file }: CheckFlags): Promise<Plan | undefined> {
  const loaded = await (io.detections ?? (() => loadDetections(io)))();
  if (loaded === undefined) return undefined;
  const described = describeDetections(loaded);
  const target = file === undefined ? undefined : await readEventTarget(io, file, described);
  if (file !== undefined && target === undefined) return undefined;
  const chosen: Omit<SelectionRequest, "kubernetesMinor"> = profile === undefined && control === undefined ? (target?.select ?? {}) : { ...(profile === undefined ? {} : { profiles: profile }), ...(control === undefined ? {} : { controls: control }) };
  const { controls: selected, faults, parameters: ofProfiles } = selectControls(described, { ...chosen, kubernetesMinor: newestMinor });
  const detections = loaded.filter(({ id, detection }) => detection.source === "k8s_audit" && selected.some((each) => each.id === id)).toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const messages = [...faults.map(({ message }) => message), ...(control ?? []).filter((id) => loaded.some((each) => each.id === id && each.detection.source !== "k8s_audit")).map((id) => `"${id}" watches system calls, which no audit log holds.`)];
  if (messages.length === 0 && detections.length === 0) messages.push("This selects no control that watches the audit log, so nothing would be judged.");
  if (messages.length > 0) {
    fail(io, ...messages.map(printable));
    return undefined;
  }
  const controls = selected.filter(({ id }) => detections.some((each) => each.id === id));
  const { parameters } = settingsFor({ kubernetes: minors, controls }, controls, newestMinor, target?.parameters, ofProfiles);
  return { detections, controls, parameters, exemptions: target?.exemptions ?? [] };
}

/** The target's content, or undefined after every mistake in its file has been told. */
async function readEventTarget(io: Io, file: string, detections: ReturnType<typeof describeDetections>): Promise<Target["spec"] | undefined> {
  // Only a run with a target pays for loading its validator.
  const { readTarget } = await import("../bundle/target-file.ts");
  const { dayOf } = await import("../bundle/expiry.ts");
  const { describeReadError } = await import("./targets.ts");
  const result = await readTarget(resolve(io.cwd, file), { kubernetes: minors, controls: [], detections, judges: "events" }, dayOf(io.date()));
  if (!("errors" in result)) return result.target.spec;
  fail(io, ...result.errors.map((error) => describeReadError({ ...error, file })));
  return undefined;
}
