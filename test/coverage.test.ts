import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { backends } from "../src/backends/index.ts";
import { preview } from "../src/bundle/preview.ts";
import { coverageOf, type CoveringControl } from "../src/frameworks/coverage.ts";
import { coveragePage } from "../src/frameworks/coverage-page.ts";
import { frameworkTables } from "../src/frameworks/framework-tables.ts";
import { profiles } from "../src/profiles/profiles.ts";
import { compiledPolicies } from "./compiled-policies.ts";

const { controls, detections, sourceOf } = compiledPolicies;

/** What each backend makes of each control, as a target that selects it alone would find. */
const outcomes = (await Promise.all(backends.map(async (backend) => ({ backend: backend.name, emission: await preview(backend, controls, sourceOf, detections) })))).flatMap(({ backend, emission }) =>
  (emission.controls ?? []).map(({ control, emitted, reason }) => ({ control, backend, emitted, ...(reason === undefined ? {} : { reason }) })),
);
const covering: CoveringControl[] = [...controls.map(({ id, control: { frameworks } }) => ({ id, frameworks })), ...detections.map(({ id, detection: { frameworks } }) => ({ id, frameworks }))].map((each) => ({
  ...each,
  engines: outcomes.filter(({ control }) => control === each.id),
}));
const coverages = frameworkTables().map((table) => coverageOf(table, covering));

it("has a row for every id that a control names, in every framework", () => {
  expect(coverages.flatMap(({ table, unknown }) => unknown.map(({ control, id }) => `${control} names ${table.name}:${id}`))).toEqual([]);
});

it("says of every id without controls what to keep as evidence, or why it needs none", () => {
  const ids = coverages.flatMap(({ ids, table }) => ids.map((each) => ({ ...each, name: `${table.name}:${each.id}` })));
  expect(new Set(ids.map(({ name }) => name)).size).toBe(ids.length);
  expect(ids.filter(({ cover }) => !["controls", "partly", "process", "built-in", "outside"].includes(cover)).map(({ name }) => name)).toEqual([]);
  expect(ids.filter(({ beyond, cover }) => cover !== "controls" && beyond === "").map(({ name }) => name)).toEqual([]);
  expect(ids.filter(({ controls, cover }) => cover === "outside" && controls.length > 0).map(({ name }) => name)).toEqual([]);
});

it("knows the ids of each framework in full", () => {
  expect(Object.fromEntries(coverages.map(({ ids, table }) => [table.name, ids.length]))).toEqual({ "cis-1.12": 131, "nsa-1.2": 46, "owasp-2022": 10, "owasp-2025": 10, pss: 19, seed: 121 });
});

it("puts into each profile of a framework the controls that stand for its ids", () => {
  const profileOf: Readonly<Record<string, string>> = { "cis-1.12": "cis-1.12", "nsa-1.2": "nsa-cisa-1.2", "owasp-2022": "owasp-2022", "owasp-2025": "owasp-2025", pss: "pss-restricted", seed: "seed" };
  for (const { ids, table } of coverages) {
    const profile = profiles.find(({ name }) => name === profileOf[table.name]);
    expect([...new Set(ids.flatMap(({ controls }) => controls.map(({ id }) => id)))].sort()).toEqual(covering.filter((control) => profile?.includes(control) === true).map(({ id }) => id).sort());
  }
});

it("sets in profiles only what the controls take", () => {
  const ajv = new Ajv();
  const values = profiles.flatMap(({ name: profile, parameters = {} }) => Object.entries(parameters).flatMap(([id, given]) => Object.entries(given).map(([name, value]) => ({ profile, id, name, value }))));
  const wrong = values.filter(({ id, name, value }) => {
    const control = controls.find((each) => each.id === id)?.control;
    return control !== undefined && (!Object.hasOwn(control.parameters, name) || !ajv.validate(control.parameters[name]?.schema ?? false, value));
  });
  expect(wrong).toEqual([]);
});

it("keeps the coverage table in step with the controls", async () => {
  await expect(coveragePage(coverages, covering)).toMatchFileSnapshot("../docs/coverage.md");
});
