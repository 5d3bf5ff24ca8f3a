import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Frameworks } from "../src/dsl/control.ts";
import { fieldNamed } from "../src/events/lookup.ts";
import { detect } from "../src/plain/detect.ts";
import { compiledPolicies } from "./compiled-policies.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { detections, diagnostics } = compiledPolicies;

/** What the ids of each framework look like; a letter in parentheses says which finding one belongs to. */
const idForms = { pss: /^[a-z-]+$/i, cis: /^\d+(\.\d+)+(\([a-z]\))?$/, nsa: /^[a-z]+\/[a-z-]+$/, owasp: /^K(0\d|10)$/, seed: /^[HLWPNTRUDVO]\d{2}$/ } as const;
const editions: Readonly<Record<keyof typeof idForms, readonly string[]>> = { pss: [], cis: ["1.12"], nsa: ["1.2"], owasp: ["2022", "2025"], seed: [] };

interface FrameworkId {
  readonly framework: keyof typeof idForms;
  readonly id: string;
  /** Of frameworks that have several. */
  readonly edition?: string;
}

function idsOf({ pss = [], seed = [], ...inEditions }: Frameworks): FrameworkId[] {
  const plain = [...pss.map((id) => ({ framework: "pss" as const, id })), ...seed.map((id) => ({ framework: "seed" as const, id }))];
  const others = (["cis", "nsa", "owasp"] as const).flatMap((framework) => Object.entries(inEditions[framework] ?? {}).flatMap(([edition, ids]) => ids.map((id) => ({ framework, id, edition }))));
  return [...plain, ...others];
}

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

    it("names framework ids and techniques in their form", () => {
      expect(detection.techniques.length).toBeGreaterThan(0);
      expect(detection.techniques.filter((technique) => !/^T\d{4}(\.\d{3})?$/.test(technique))).toEqual([]);
      expect(new Set(detection.techniques).size).toBe(detection.techniques.length);
      expect(idsOf(detection.frameworks).filter(({ framework, id }) => !idForms[framework].test(id))).toEqual([]);
      expect(idsOf(detection.frameworks).filter(({ framework, edition }) => edition !== undefined && !editions[framework].includes(edition))).toEqual([]);
    });

    it("tells of fields that its source has", () => {
      expect(detection.rules.flatMap(({ fields }) => fields).filter((field) => fieldNamed(detection.source, field) === undefined)).toEqual([]);
    });
  });
}

it("keeps the types of events that the table gives", () => {
  expect(execFileSync(process.execPath, [join(root, "scripts/generate-events.mjs"), "--check"], { encoding: "utf8" })).toBe("");
});
