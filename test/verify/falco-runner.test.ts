import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CompiledDetection } from "../../src/backends/backend.ts";
import { auditLog, defineDetection, syscalls } from "../../src/dsl/index.ts";
import type { Bundle } from "../../src/verify/runner.ts";
import { falco } from "../../src/verify/runners/falco.ts";

vi.setConfig({ testTimeout: 30_000 });
let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "portcullis-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const said = { title: "A deletion", description: "d", severity: "low", frameworks: {}, techniques: ["T1485"], response: "r" } as const;
const isDeletion = ({ event }: { readonly event: { readonly "ka.verb"?: string | undefined } }): boolean => event["ka.verb"] === "delete";
const deletion = (namespace: string): Readonly<Record<string, unknown>> => ({ verb: "delete", objectRef: { namespace } });
const compiled = (id: string, detection: CompiledDetection["detection"]): CompiledDetection => ({ id, domain: "d", source: `policies/d/${id}.ts`, detection, ir: {} as never });

const detections: readonly CompiledDetection[] = [
  compiled("deletions", defineDetection({ ...said, source: auditLog(), when: isDeletion, fields: ["ka.verb"], fires: [{ name: "one", event: deletion("shop") }], quiet: [{ name: "a read", event: { verb: "get" } }, { name: "in an exempt namespace", event: deletion("kube-system") }] })),
  compiled("starts", defineDetection({ ...said, source: syscalls(), when: ({ event }) => event["evt.type"] === "execve", fields: ["evt.type"], fires: [], quiet: [] })),
];
const bundle = (): Bundle => ({
  target: "t", backend: "falco", folder, files: [{ path: "rules.yaml", content: "" }], controls: [], detections,
  settings: { kubernetesMinor: 37, controls: { deletions: true, starts: true }, parameters: {} },
  rollout: () => ({ placements: [{ stage: "audit" }], exemptions: [{ namespaces: ["kube-*"], reason: "r" }] }),
});

/** A Falco that says a text of the rules, and reports the events of these ids by rules with these tags. */
function falcoThat(load: object | string, alerts: Readonly<Record<string, readonly string[]>> = {}, codes: readonly [number, number] = [0, 0]): string {
  const path = join(folder, "engine");
  const lines = Object.entries(alerts).map(([id, tags]) => JSON.stringify({ rule: "r", tags, output_fields: { "ka.auditid": id } }));
  writeFileSync(path, `#!${process.execPath}
const args = process.argv.slice(2);
const config = require("node:fs").readFileSync(args[args.indexOf("-c") + 1], "utf8");
require("node:fs").writeFileSync(${JSON.stringify(join(folder, "events"))}, require("node:fs").readFileSync(/open_params: (.*)/.exec(config)[1], "utf8"));
if (args.includes("-V")) { console.log(${JSON.stringify(typeof load === "string" ? load : JSON.stringify(load))}); process.exit(${codes[0]}); }
console.log("Falco starts\\n" + ${JSON.stringify(lines.join("\n"))});
process.exit(${codes[1]});
`);
  chmodSync(path, 0o755);
  return path;
}

const sound = { falco_load_results: [{ name: "rules.yaml", successful: true, errors: [], warnings: [] }] };

it("agrees where Falco reports what the plain run does, and says what no event was put to", async () => {
  const report = await falco.run(bundle(), falcoThat(sound, { "deletions-1": ["control:deletions"] }));
  expect(report).toEqual({ outcomes: [{ control: "deletions", cases: 3, disagreements: [] }], faults: [], notes: ["the rules of 1 detection of system calls are loaded and fit Falco, and no event was put to them: those come from a kernel"] });
  const events = readFileSync(join(folder, "events"), "utf8").trim().split("\n").map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(events.map(({ auditID, stageTimestamp }) => ({ auditID, timed: typeof stageTimestamp }))).toEqual(["deletions-1", "deletions-2", "deletions-3"].map((auditID) => ({ auditID, timed: "string" })));
});

it("disagrees where Falco is silent, or reports what it must not", async () => {
  const { outcomes } = await falco.run(bundle(), falcoThat(sound, { "deletions-2": ["control:deletions"], "deletions-3": ["control:deletions"] }));
  expect(outcomes[0]?.disagreements).toEqual([
    'deletions 1 (one): reports [] where the plain run reports [""]',
    'deletions 2 (a read): reports [""] where the plain run reports []',
    'deletions 3 (in an exempt namespace): reports [""] where the plain run reports []',
  ]);
});

it("takes every warning for a fault, and a Falco that says nothing for one that loads nothing", async () => {
  const warned = { falco_load_results: [{ ...sound.falco_load_results[0], warnings: [{ code: "LOAD_UNKNOWN_SOURCE", message: "Unknown source k8s_audit, skipping" }] }] };
  expect(await falco.run(bundle(), falcoThat(warned))).toEqual({ outcomes: [], faults: ["falco -V of rules.yaml: LOAD_UNKNOWN_SOURCE Unknown source k8s_audit, skipping"] });
  expect((await falco.run(bundle(), falcoThat({ falco_load_results: [] }))).faults).toEqual(["falco -V told of 0 of 1 files"]);
  expect((await falco.run(bundle(), falcoThat("plugin requirement not satisfied", {}, [1, 0]))).faults).toEqual(["falco -V ended with 1 and told nothing of the rules: plugin requirement not satisfied"]);
  expect((await falco.run(bundle(), falcoThat(sound, {}, [1, 0]))).faults).toEqual(["falco -V ended with 1: "]);
});

it("does not believe a replay that ends early", async () => {
  expect((await falco.run(bundle(), falcoThat(sound, { "deletions-1": ["control:deletions"] }, [0, 1]))).faults).toEqual(["falco ended with 1: "]);
});
