import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CompiledDetection, EmitRequest } from "../../src/backends/backend.ts";
import { rulesFaults } from "../../src/backends/falco/check/rules-faults.ts";
import { emitFalco } from "../../src/backends/falco/index.ts";
import { describeControls } from "../../src/backends/opa/describe-controls.ts";
import type { Rollout } from "../../src/backends/rollout.ts";
import { buildTarget } from "../../src/bundle/build-target.ts";
import { describeDetections } from "../../src/bundle/detections.ts";
import { readTarget } from "../../src/bundle/target-file.ts";
import { compile } from "../../src/compile.ts";
import { auditFields } from "../../src/events/audit-fields.ts";
import { newestMinor } from "../../src/kubernetes/minors.ts";
import { detect } from "../../src/plain/detect.ts";
import { defaultParameters } from "../../src/plain/judge.ts";
import { type Fields, loadRules, type LoadedRule } from "../falco/engine.ts";
import { eventsNear } from "../falco/events.ts";
import { targetSettings } from "../target-settings.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { controls, detections, sourceOf } = compile(root, join(root, "policies"));
const result = await readTarget(join(root, "targets/falco.yaml"), { ...describeControls(controls), detections: describeDetections(detections) });
if ("errors" in result) throw new Error(JSON.stringify(result.errors));
const built = await buildTarget(result.target, controls, "auto", sourceOf, detections);

function requestFor(some: readonly CompiledDetection[], parameters: Readonly<Record<string, unknown>> = {}, exemptions: Rollout["exemptions"] = []): EmitRequest {
  return {
    controls: [],
    detections: some,
    settings: { kubernetesMinor: newestMinor, controls: Object.fromEntries(some.map(({ id }) => [id, true as const])), parameters: Object.fromEntries(some.map(({ detection, id }) => [id, { ...defaultParameters(detection), ...parameters }])) },
    target: targetSettings("audit", { rollout: () => ({ placements: [{ stage: "audit" }], exemptions }) }),
    sourceOf,
    compiler: "auto",
  };
}

const fieldsOf = ({ detection }: CompiledDetection, event: Readonly<Record<string, unknown>>): Fields => {
  const fields = detection.source === "k8s_audit" ? auditFields(event) : event;
  return (name) => fields[name];
};

const findingOf = ({ tags }: LoadedRule): string | undefined => tags.find((tag) => tag.startsWith("finding:"))?.slice("finding:".length);

it("emits what is kept", () => {
  const folder = join(root, "golden/falco");
  expect(readdirSync(folder).sort()).toEqual(built.files.map(({ path }) => path).sort());
  for (const { content, path } of built.files) expect(readFileSync(join(folder, path), "utf8"), path).toBe(content);
});

it("emits rules with which nothing is wrong", () => {
  expect(built.faults).toEqual([]);
  expect(built.files.filter(({ path }) => path.endsWith(".yaml"))).toHaveLength(2);
});

it("says for each detection that is not emitted why", () => {
  expect(built.controls?.map(({ control }) => control)).toEqual(detections.map(({ id }) => id).sort());
  expect(built.controls?.filter(({ emitted, reason }) => !emitted && reason === undefined)).toEqual([]);
});

for (const compiled of detections) {
  const { detection, id } = compiled;
  const files = emitFalco(requestFor([compiled])).files;
  const rules = loadRules(files);
  if (rules.length === 0) continue;

  describe(id, () => {
    it("reports by its rules what the plain run reports of its own events", () => {
      for (const { event, name, parameters } of detection.cases) {
        const own = parameters === undefined ? { files } : emitFalco(requestFor([compiled], parameters));
        const emitted = parameters === undefined ? rules : loadRules(own.files);
        expect(rulesFaults(own.files), name).toEqual([]);
        const alerts = emitted.filter(({ fires }) => fires(fieldsOf(compiled, event))).map(findingOf).sort();
        const plain = detect(detection, id, { event, ...(parameters === undefined ? {} : { parameters }) }).map(({ finding }) => finding);
        const told = plain.filter((finding) => emitted.some((rule) => findingOf(rule) === finding)).sort();
        expect(alerts, name).toEqual(told);
      }
    });

    it("reports by its rules what the plain run reports of a thousand events near its own", () => {
      const context = { parameters: defaultParameters(detection) };
      fc.assert(
        fc.property(eventsNear(compiled, rules), (event) => {
          for (const rule of rules) {
            const plain = detection.rules.find(({ finding }) => finding === findingOf(rule));
            expect({ rule: rule.name, fires: rule.fires((name) => event[name]) }).toEqual({ rule: rule.name, fires: plain?.when({ ...context, event } as never) });
          }
        }),
        { numRuns: 1000, seed: 7 },
      );
    });
  });
}
