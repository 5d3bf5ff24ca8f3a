import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compile } from "../src/compile.ts";
import { fieldNamed } from "../src/events/lookup.ts";
import { detect } from "../src/plain/detect.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { detections, diagnostics } = compile(root, join(root, "policies"));

it("compiles every detection without a diagnostic", () => {
  expect(diagnostics).toEqual([]);
  expect(detections.length).toBeGreaterThan(0);
});

for (const { id, detection } of detections) {
  describe(id, () => {
    for (const { name, event, parameters, findings } of detection.cases) {
      it(`${findings.length === 0 ? "stays silent" : "reports"}: ${name}`, () => {
        const alerts = detect(detection, id, { event, ...(parameters === undefined ? {} : { parameters }) });
        expect(alerts.map(({ finding }) => finding).sort()).toEqual([...findings].sort());
      });
    }

    it("has an event for each rule, and noisy neighbours for whom it is silent", () => {
      for (const { finding } of detection.rules) expect(detection.cases.some(({ findings }) => findings.includes(finding))).toBe(true);
      expect(detection.cases.some(({ findings }) => findings.length === 0)).toBe(true);
    });

    it("tells of fields that its source has", () => {
      expect(detection.rules.flatMap(({ fields }) => fields).filter((field) => fieldNamed(detection.source, field) === undefined)).toEqual([]);
    });
  });
}

it("keeps the types of events that the table gives", () => {
  expect(execFileSync(process.execPath, [join(root, "scripts/generate-events.mjs"), "--check"], { encoding: "utf8" })).toBe("");
});
