import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { CompiledDetection } from "../../backends/backend.ts";
import { namespaceMatches } from "../../backends/namespaces.ts";
import { auditFields } from "../../events/audit-fields.ts";
import { detect } from "../../plain/detect.ts";
import { runCommand } from "../command.ts";
import { type Bundle, type Runner, type RunnerReport, Tally } from "../runner.ts";

/**
 * Falco itself. It must load the rules without a word, for what is wrong with a rule it often only warns of and leaves the rule out. Then its
 * plugin k8saudit replays the audit events of every detection, and of each it must report what the plain run reports. System calls need a
 * kernel: of those rules only the loading is proven.
 */
export const falco: Runner = {
  name: "falco",
  backends: ["falco"],
  command: "falco",
  versionArguments: ["--version"],
  async run(bundle, command) {
    const folder = mkdtempSync(join(tmpdir(), "portcullis-falco-"));
    try {
      const rules = bundle.files.filter(({ path }) => path.endsWith(".yaml")).map(({ path }) => join(bundle.folder, path));
      const config = join(folder, "falco.yaml");
      const replay = auditReplay(bundle);
      writeFileSync(join(folder, "events.jsonl"), replay.map(({ event }) => `${JSON.stringify(event)}\n`).join(""));
      writeFileSync(config, stringify(configuration(join(folder, "events.jsonl"))));
      const loaded = await runCommand(command, ["-c", config, ...rules.flatMap((path) => ["-V", path])], folder);
      const faults = loadFaults(loaded.stdout, loaded.code, loaded.stderr, rules.length);
      if (faults.length > 0) return { outcomes: [], faults };
      const played = await runCommand(command, ["-c", config, ...rules.flatMap((path) => ["-r", path]), "--disable-source", "syscall"], folder);
      return reportOf(bundle, replay, played.stdout, played.code === 0 ? [] : [`falco ended with ${played.code}: ${played.stderr.trim()}`]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** An audit event with an id of its own, by which alerts are known. */
interface Replayed {
  readonly id: string;
  readonly about: string;
  readonly detection: CompiledDetection;
  readonly event: Readonly<Record<string, unknown>>;
}

/** The own events of all detections of the audit log. */
function auditReplay({ detections = [] }: Bundle): readonly Replayed[] {
  return detections
    .filter(({ detection }) => detection.source === "k8s_audit")
    .flatMap((compiled) =>
      compiled.detection.cases.map(({ event, name }, index): Replayed => {
        const id = `${compiled.id}-${index + 1}`;
        // The plugin takes no event without a time.
        return { id, about: `${compiled.id} ${index + 1} (${name})`, detection: compiled, event: { stageTimestamp: "2026-01-01T00:00:00.000000Z", ...event, auditID: id } };
      }),
    );
}

/** A configuration that reads events from a file, reports each event by every rule, and tells of which one it speaks. */
function configuration(events: string): object {
  return {
    json_output: true,
    rule_matching: "all",
    priority: "debug",
    engine: { kind: "nodriver" },
    load_plugins: ["container", "k8saudit", "json"],
    plugins: [
      { name: "container", library_path: "libcontainer.so" },
      { name: "k8saudit", library_path: "libk8saudit.so", open_params: events },
      { name: "json", library_path: "libjson.so" },
    ],
    append_output: [{ match: { source: "k8s_audit" }, extra_fields: ["ka.auditid"] }],
    stdout_output: { enabled: true },
    syslog_output: { enabled: false },
    outputs_queue: { capacity: 0 },
  };
}

interface LoadResult {
  readonly name: string;
  readonly successful: boolean;
  readonly errors: readonly LoadFault[];
  readonly warnings: readonly LoadFault[];
}

interface LoadFault {
  readonly code: string;
  readonly message: string;
}

/** Everything that `falco -V` says of the files. A warning is a fault: Falco goes on without the rule, or with one that never fires. */
function loadFaults(stdout: string, code: number | null, stderr: string, files: number): readonly string[] {
  const line = stdout.split("\n").find((each) => each.includes('"falco_load_results"'));
  if (line === undefined) return [`falco -V ended with ${code} and told nothing of the rules: ${(stderr || stdout).trim()}`];
  const results = (JSON.parse(line) as { readonly falco_load_results: readonly LoadResult[] }).falco_load_results;
  const faults = results.flatMap(({ errors, name, successful, warnings }) => {
    const said = [...errors, ...warnings].map((fault) => `falco -V of ${name}: ${fault.code} ${fault.message}`);
    return successful || said.length > 0 ? said : [`falco -V of ${name}: it was not loaded`];
  });
  if (results.length !== files) faults.push(`falco -V told of ${results.length} of ${files} files`);
  return code === 0 || faults.length > 0 ? faults : [`falco -V ended with ${code}: ${stderr.trim()}`];
}

/** What Falco reported of each event, against the plain run. */
function reportOf({ detections = [], rollout, settings }: Bundle, replay: readonly Replayed[], stdout: string, faults: readonly string[]): RunnerReport {
  const alerts = alertsOf(stdout);
  const tally = new Tally();
  const expected = new Map<string, number>();
  for (const { about, detection: { detection, id: control }, event, id } of replay) {
    const namespace = auditFields(event)["ka.target.namespace"];
    const exempt = typeof namespace === "string" && rollout(control).exemptions.some(({ namespaces }) => namespaces.some((glob) => namespaceMatches(glob, namespace)));
    const plain = exempt ? [] : detect(detection, control, { event, parameters: settings.parameters[control] ?? {} }).map(({ finding }) => finding ?? "");
    const [wanted, got] = [plain, alerts.get(`${id} ${control}`) ?? []].map((findings) => JSON.stringify([...findings].sort()));
    expected.set(control, (expected.get(control) ?? 0) + 1);
    tally.add(control, wanted === got ? undefined : `${about}: reports ${got} where the plain run reports ${wanted}`);
  }
  const unasked = detections.filter(({ detection }) => detection.source === "syscall").length;
  return { outcomes: tally.outcomes(expected), faults, notes: unasked === 0 ? [] : [`the rules of ${unasked} ${unasked === 1 ? "detection" : "detections"} of system calls are loaded and fit Falco, and no event was put to them: those come from a kernel`] };
}

/** The findings that were reported, by the event's id and the control that stands in the rule's tags. */
function alertsOf(stdout: string): ReadonlyMap<string, readonly string[]> {
  const alerts = new Map<string, string[]>();
  for (const line of stdout.split("\n").filter((each) => each.startsWith("{"))) {
    const { output_fields: fields, tags = [] } = JSON.parse(line) as { readonly output_fields?: Readonly<Record<string, unknown>>; readonly tags?: readonly string[] };
    const tagged = (kind: string): string => tags.find((tag) => tag.startsWith(`${kind}:`))?.slice(kind.length + 1) ?? "";
    const key = `${String(fields?.["ka.auditid"])} ${tagged("control")}`;
    alerts.set(key, [...(alerts.get(key) ?? []), tagged("finding")]);
  }
  return alerts;
}
