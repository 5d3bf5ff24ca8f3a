import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judgesPods } from "../../../src/ir/control.ts";
import { lookupsOf } from "../../../src/ir/lookups.ts";
import { type DerivedControl, derivedControls } from "../../derived-cases.ts";
import { showsOneObject } from "../../left-out.ts";
import { type Case, hasNullElement, kindOf, matchedKinds } from "./case.ts";
import { compare, type Outcome, report } from "./disagreement.ts";
import { metadataRead } from "./expectation.ts";
import { admissionEngines, type Engine, opaWasm } from "./judges.ts";
import { largeCases } from "./large-cases.ts";
import { derivedCase, randomCases } from "./random-cases.ts";

/** How a folder of controls is judged. */
export interface Run {
  /** How many random objects there are for each control. */
  readonly objects: number;
  readonly seed: number;
  /** The controls that an engine has no policy for, and says so when it is built. */
  readonly refused: (control: string, engine: string) => boolean;
  /** Whether objects with null elements are kept from engines that count them. */
  readonly sparesNullElements: boolean;
  /** Whether every control denies and allows often: agreement is worth something only where both verdicts are frequent. */
  readonly weighsVerdicts: boolean;
}

const engineNames = ["opa-wasm", ...admissionEngines.map(({ name }) => name)];

/** Holds every engine to the plain run, with every control of a folder of the repository: one test for each engine and control. */
export function testEveryEngine(folder: string, run: Run): void {
  const controls = derivedControls(folder);
  const totals = new Map(engineNames.map((name) => [name, { judged: 0, denied: 0, leftOut: 0 }]));
  let engines: readonly Engine[];

  beforeAll(async () => {
    engines = [await opaWasm(controls.map(({ control }) => control)), ...admissionEngines];
  });

  describe.each(controls)("$control.id", (derived) => {
    const { control } = derived;
    const cases = casesOf(derived, run);
    const subject = { control, metadata: metadataRead(control, cases.map(({ object }) => object)) };
    const outcomes = new Map<string, Promise<Outcome>>();

    // The engines are processes of their own, which judge at the same time.
    beforeAll(async () => {
      const started = performance.now();
      for (const engine of engines.filter(({ has }) => has(control))) {
        const asked = run.sparesNullElements && engine.countsNullElements ? cases.filter((each) => !hasNullElement([each.object, each.oldObject])) : cases;
        outcomes.set(engine.name, compare(engine, subject, asked));
      }
      await Promise.allSettled(outcomes.values());
      console.info(`${control.id}: ${cases.length} cases for ${outcomes.size} engines, ${((performance.now() - started) / 1000).toFixed(1)} s`);
    });

    it.each(engineNames)("says the same in %s as in TypeScript", async (name) => {
      const outcome = await outcomes.get(name);
      expect({ control: control.id, refused: outcome === undefined }).toEqual({ control: control.id, refused: run.refused(control.id, name) });
      const engine = engines.find((each) => each.name === name);
      const total = totals.get(name);
      if (outcome === undefined || engine === undefined || total === undefined) return;
      expect(await report(engine, subject, outcome)).toBe("");
      const { denied, judged, leftOut } = outcome;
      // Of a control that mostly looks around, an engine that shows one object is told little.
      const least = showsOneObject.has(name) && lookupsOf(control.check).length > 0 ? 0 : judged / 20;
      if (run.weighsVerdicts) expect({ denied: denied > least, allowed: judged - denied > judged / 20 }).toEqual({ denied: true, allowed: true });
      total.judged += judged;
      total.denied += denied;
      total.leftOut += leftOut;
    });

    it("is judged on objects of each of its kinds, created and updated, named and to be named", () => {
      expect([...new Set(cases.map(({ object }) => kindOf(object)))].sort()).toEqual([...matchedKinds(control)].sort());
      const metadata = cases.map(({ object }) => (object as { readonly metadata?: Readonly<Record<string, unknown>> | null }).metadata ?? {});
      const isPods = judgesPods(control.check.match);
      expect(cases.filter(({ operation }) => operation === "UPDATE").length).toBeGreaterThan(run.objects / 5);
      // No request brings a configuration file, so none has the size that requests may have.
      const isServed = !run.refused(control.id, "kubernetes");
      expect({ large: !isServed || cases.some(({ object }) => JSON.stringify(object).length > 200_000), debugged: cases.some(({ subresource }) => subresource !== undefined), nulls: cases.some(({ object }) => JSON.stringify(object).includes(":null")) }).toEqual({ large: true, debugged: isPods, nulls: true });
      if (isPods) expect({ toBeNamed: metadata.some(({ generateName }) => generateName !== undefined), inside: metadata.some(({ namespace }) => namespace !== undefined), nowhere: metadata.some(({ namespace }) => namespace === undefined) }).toEqual({ toBeNamed: true, inside: true, nowhere: true });
    });
  });

  afterAll(() => {
    for (const [name, { denied, judged, leftOut }] of totals) console.info(`${name}: ${judged} judged, ${denied} denied, ${leftOut} left out as unchanged`);
  });
}

/** The control's own cases, those derived from its check, random ones, and those at the limits of engines. */
function casesOf({ cases: derived, control }: DerivedControl, { objects, seed }: Run): readonly Case[] {
  const { fail, pass } = control.control;
  const own = [...pass, ...fail].map(({ kubernetesMinor, namespace, object, oldObject, operation = "CREATE", parameters, user }, index): Case => ({
    name: `own case ${index}`, operation, object, ...(oldObject === undefined ? {} : { oldObject }), ...(user === undefined ? {} : { user: user as Readonly<Record<string, unknown>> }), ...(namespace === undefined ? {} : { namespace: namespace as unknown as Readonly<Record<string, unknown>> }), ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }), ...(parameters === undefined ? {} : { parameters }),
  }));
  return [...own, ...derived.map(derivedCase), ...randomCases(control, derived, objects, seed), ...largeCases(control)];
}
