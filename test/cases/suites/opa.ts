import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { OpaManifest } from "../../../src/backends/opa/manifest.ts";
import { settingsFor } from "../../../src/bundle/settings.ts";
import { loadOpaModule } from "../../../src/evaluate/opa-module.ts";
import { lookedUp } from "../../../src/evaluate/surroundings.ts";
import { lookupsOf } from "../../../src/ir/lookups.ts";
import { ObjectSet } from "../../../src/plain/object-set.ts";
import { newestMinor } from "../../../src/plain/judge.ts";
import { compareViolations, type Violation } from "../../../src/plain/violation.ts";
import { derivedControls } from "../../derived-cases.ts";

const file = (name: string): Buffer => readFileSync(fileURLToPath(new URL(`../../../golden/opa/${name}`, import.meta.url)));
const manifest = JSON.parse(file("manifest.json").toString()) as OpaManifest;

it("OPA finds in every derived case what the plain run finds, nulls among them", () => {
  const settings: string[] = [];
  const asked = derivedControls().flatMap(({ control, cases }) => {
    const described = manifest.controls.filter(({ id }) => id === control.id);
    return cases.map((each) => {
      const data = JSON.stringify({ settings: settingsFor(manifest, described, each.kubernetesMinor ?? newestMinor, { [control.id]: each.parameters ?? {} }), inventory: new ObjectSet(each.others ?? []).inventory(lookedUp(lookupsOf(control.check))) });
      if (!settings.includes(data)) settings.push(data);
      return { control: control.id, each, data: settings.indexOf(data) };
    });
  });
  const module = loadOpaModule(file("policy.wasm"), manifest.entrypoint, settings);
  const wrong = asked.flatMap(({ control, each, data }) => {
    const [{ result }] = JSON.parse(module.evaluate(JSON.stringify({ object: each.object, oldObject: each.oldObject, operation: each.operation ?? "CREATE", userInfo: each.user, namespaceObject: each.namespace }), data)) as [{ result: Violation[] }];
    const [found, expected] = [texts(result.sort(compareViolations)), texts(each.violations)];
    return JSON.stringify(found) === JSON.stringify(expected) ? [] : [`${control}, ${each.name}: ${JSON.stringify(found)} where the plain run finds ${JSON.stringify(expected)}`];
  });
  expect(wrong).toEqual([]);
  expect(asked.length).toBeGreaterThan(1000);
}, 60_000);

/** Violations as texts, whatever the order of their members. */
const texts = (list: readonly Violation[]): string[] => list.map(({ control, finding = "", path, message }) => [control, finding, path, message].join(" | "));
