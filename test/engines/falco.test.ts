import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { describeControls } from "../../src/backends/opa/describe-controls.ts";
import { buildTarget } from "../../src/bundle/build-target.ts";
import { describeDetections } from "../../src/bundle/detections.ts";
import { writeFolder } from "../../src/bundle/golden.ts";
import { readTarget } from "../../src/bundle/target-file.ts";
import { rolloutsOf, settingsOf } from "../../src/bundle/target-settings.ts";
import { compile } from "../../src/compile.ts";
import { judgesPods, kindsWithoutPod } from "../../src/ir/control.ts";
import { detect } from "../../src/plain/detect.ts";
import { falco } from "../../src/verify/runners/falco.ts";
import { keptCases } from "../kept-cases.ts";
import { loadRules } from "../falco/engine.ts";
import type { Node } from "../falco/grammar.ts";
import { storedEvent } from "../falco/stored.ts";
import { judge } from "../../src/plain/judge.ts";
import { randomCases } from "./differential/random-cases.ts";
import { randomNumbers } from "../object-mutations.ts";
import { mutated } from "./k8saudit/event-mutations.ts";
import { readFields } from "./k8saudit/judge.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { controls, detections, sourceOf } = compile(root, join(root, "policies"));
const result = await readTarget(join(root, "targets/falco.yaml"), { ...describeControls(controls), detections: describeDetections(detections) });
if ("errors" in result) throw new Error(JSON.stringify(result.errors));
const { target } = result;
const { files } = await buildTarget(target, controls, "auto", sourceOf, keptCases, detections);
const settings = settingsOf(target, controls, detections);
const rules = loadRules(files);

/** The fields that a condition reads. */
const fieldsIn = (node: Node): readonly string[] => (node.kind === "check" ? [node.field] : node.kind === "not" ? fieldsIn(node.child) : node.kind === "macro" ? [] : node.children.flatMap(fieldsIn));

it("reports by the emitted text, from what Falco's own plugins read of an event, what the plain run reports", async () => {
  const random = randomNumbers(Number(process.env["PORTCULLIS_SEED"] ?? 41));
  const asked = detections.filter(({ detection }) => detection.source === "k8s_audit").flatMap(({ detection, id }) => {
    const own = rules.filter(({ tags }) => tags.includes(`control:${id}`));
    const fields = [...new Set(own.flatMap(({ condition }) => fieldsIn(condition)))];
    const events = detection.cases.flatMap(({ event }) => [event, ...Array.from({ length: 40 }, () => mutated(event, random) as Readonly<Record<string, unknown>>)]);
    return events.map((event) => ({ detection, id, own, event, fields }));
  });
  const answers = await readFields(asked.map(({ event, fields }) => ({ event, fields })));
  const told = asked.map(({ detection, event, id, own }, index) => {
    const values = answers[index] ?? {};
    const reports = own.filter(({ fires }) => fires((name) => values[name])).map(({ tags }) => tags.find((tag) => tag.startsWith("finding:"))?.slice("finding:".length));
    const plain = detect(detection, id, { event, parameters: settings.parameters[id] ?? {} }).map(({ finding }) => finding);
    return { id, event, reports: reports.sort(), plain: plain.sort() };
  });
  expect(told.length).toBeGreaterThan(10_000);
  expect(told.filter(({ plain }) => plain.length > 0).length).toBeGreaterThan(1000);
  expect(told.filter(({ plain, reports }) => JSON.stringify(plain) !== JSON.stringify(reports)).slice(0, 3)).toEqual([]);
});

it("reports by the emitted text, from what Falco's own plugins read of stored objects, what the plain run denies", async () => {
  const asked = controls.flatMap((compiled) => {
    const own = rules.filter(({ tags }) => tags.includes(`control:${compiled.id}`));
    const fields = [...new Set(own.flatMap(({ condition }) => fieldsIn(condition)))];
    // Longer lists are reported for their length.
    const isShort = (value: unknown): boolean => typeof value !== "object" || value === null || ((!Array.isArray(value) || value.length <= 4) && Object.values(value).every(isShort));
    const objects = own.length === 0 ? [] : [...compiled.control.pass, ...compiled.control.fail, ...randomCases(compiled, [], 200, 43)].map(({ object }) => object as { readonly kind?: unknown });
    return objects.filter((object) => isShort(object) && (!judgesPods(compiled.check.match) || object.kind === "Pod" || kindsWithoutPod(compiled.check.match).some(({ kind }) => kind === object.kind))).map((object) => ({ compiled, own, fields, event: storedEvent(object) }));
  });
  const answers = await readFields(asked.map(({ event, fields }) => ({ event, fields })));
  const findingsOf = (letters: readonly (string | undefined)[]): readonly string[] => [...new Set(letters.map((letter) => letter ?? ""))].sort();
  const told = asked.map(({ compiled: { control, id }, event, own }, index) => {
    const values = answers[index] ?? {};
    const letterOf = ({ tags }: (typeof own)[number]): string | undefined => tags.find((tag) => tag.startsWith("finding:"))?.slice("finding:".length);
    const known = new Set(own.map(letterOf));
    const plain = judge(control, id, { object: event["requestObject"], parameters: settings.parameters[id] ?? {} }).map(({ finding }) => finding).filter((finding) => known.has(finding));
    return { id, event, reports: findingsOf(own.filter(({ fires }) => fires((name) => values[name])).map(letterOf)), plain: findingsOf(plain) };
  });
  expect(told.length).toBeGreaterThan(1000);
  expect(told.filter(({ plain }) => plain.length > 0).length).toBeGreaterThan(200);
  expect(told.filter(({ plain, reports }) => JSON.stringify(plain) !== JSON.stringify(reports)).slice(0, 3)).toEqual([]);
});

const missing = spawnSync("falco", ["--version"]).status === 0 ? undefined : "there is no falco on the PATH, and no module of Go builds it";

it(`has Falco load every rule without a warning, and report each audit event as the plain run does${missing === undefined ? "" : ` (left out: ${missing})`}`, async ({ skip }) => {
  skip(missing !== undefined, missing);
  const folder = mkdtempSync(join(tmpdir(), "portcullis-falco-"));
  try {
    writeFolder(folder, files);
    const selected = detections.filter(({ id }) => settings.controls[id] === true);
    const report = await falco.run({ target: "falco", backend: "falco", folder, files, controls: [], detections: selected, settings, rollout: rolloutsOf(target, controls, detections) }, "falco");
    expect(report.faults).toEqual([]);
    expect(report.outcomes.flatMap(({ disagreements }) => disagreements)).toEqual([]);
    expect(report.outcomes.length).toBe(detections.filter(({ detection }) => detection.source === "k8s_audit").length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
