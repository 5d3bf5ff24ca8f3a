import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { settingsFor } from "../../src/bundle/settings.ts";
import type { Judge } from "../../src/evaluate/engine.ts";
import { loadOpaEngine } from "../../src/evaluate/opa-policy.ts";
import { newestMinor } from "../../src/plain/judge.ts";
import { derivedControls } from "../derived-cases.ts";

const engine = await loadOpaEngine(fileURLToPath(new URL("../../golden/opa", import.meta.url)));

it("OPA finds in every derived case what the plain run finds, nulls among them", () => {
  const judges = new Map<string, Judge>();
  let judged = 0;
  const wrong = derivedControls().flatMap(({ control, cases }) => {
    const described = engine.catalogue.controls.find(({ id }) => id === control.id);
    if (described === undefined) return [`${control.id} is not in the bundle`];
    return cases.flatMap(({ name, object, parameters = {}, kubernetesMinor = newestMinor, violations }) => {
      const key = JSON.stringify([control.id, parameters, kubernetesMinor]);
      const judge = judges.get(key) ?? engine.prepare(settingsFor(engine.catalogue, [described], kubernetesMinor, { [control.id]: parameters }));
      judges.set(key, judge);
      judged += 1;
      const verdict = judge.judge(object);
      return sameViolations(verdict, violations) ? [] : [`${control.id}, ${name}: ${JSON.stringify(verdict)} where the plain run finds ${JSON.stringify(violations)}`];
    });
  });
  expect(wrong).toEqual([]);
  expect(judged).toBeGreaterThan(1000);
});

/** Whether a verdict holds the violations, whatever the order of each one's members. */
function sameViolations(verdict: ReturnType<Judge["judge"]>, expected: readonly object[]): boolean {
  if (!("violations" in verdict)) return false;
  const texts = (list: readonly object[]): string[] => list.map((violation) => JSON.stringify(Object.entries(violation).sort()));
  return JSON.stringify(texts(verdict.violations)) === JSON.stringify(texts(expected));
}
