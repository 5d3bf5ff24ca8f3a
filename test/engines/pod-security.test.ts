import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { loadOpaEngine } from "../../src/evaluate/opa-policy.ts";
import { plainEngine } from "../../src/evaluate/plain-engine.ts";
import { newestMinor, oldestMinor } from "../../src/kubernetes/minors.ts";
import { podBearingKinds } from "../../src/kubernetes/pod-bearing.ts";
import { aroundPod, podCases, type PodCase } from "../arbitraries/pods.ts";
import { standardControls } from "../policies.ts";
import { podSecurityFixtures, type PodSecurityFixture } from "./kubernetes/fixtures.ts";
import { compare, type Contest, type Outcome } from "./pod-security/comparison.ts";
import { controlsByCheck, opinionsOf } from "./pod-security/opinions.ts";
import { report } from "./pod-security/report.ts";

/** How many pods are generated, and what from: the same seed gives the same pods. A longer run: PORTCULLIS_PODS=1000000 PORTCULLIS_SEED=$RANDOM. */
const podCount = Number(process.env["PORTCULLIS_PODS"] ?? 20_000);
const seed = Number(process.env["PORTCULLIS_SEED"] ?? 1);
const batchSize = 10_000;

/** The minors at which a rule of the standards changes. */
const changedMinors = [25, 27, 29, 31, 32, 34, 35, 37];

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

let contest: Contest;
let fixtures: readonly PodSecurityFixture[];

beforeAll(async () => {
  const compiled = await loadOpaEngine(file("../../golden/opa"));
  const plain = plainEngine(await standardControls(), compiled.catalogue);
  contest = { controls: controlsByCheck(compiled), opiners: { plain: opinionsOf(plain, "violations"), compiled: opinionsOf(compiled, "profile") } };
  fixtures = await podSecurityFixtures(oldestMinor, newestMinor);
});

/** Compares, says how much was compared, and fails with a minimal object for each kind of disagreement. */
async function expectAgreement(what: string, cases: readonly PodCase[]): Promise<Outcome[]> {
  const started = performance.now();
  const outcomes = await compare(contest, cases);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const verdicts = outcomes.reduce((sum, outcome) => sum + outcome.verdicts, 0);
  console.info(`${what}: ${cases.length} objects, ${verdicts} verdicts of each engine compared with Kubernetes, ${seconds} s`);
  expect(await report(contest, outcomes)).toBe("");
  return outcomes;
}

it("agrees on every object that was once judged differently", async () => {
  const folder = file("../fixtures/pod-security");
  const cases = readdirSync(folder).map((name) => JSON.parse(readFileSync(`${folder}/${name}`, "utf8")) as PodCase);
  await expectAgreement("past disagreements", cases);
});

it("gives Kubernetes' verdict for each check and level on each of its fixtures, at the fixture's minor", async () => {
  expect(contest.controls.size).toBe(19);
  const outcomes = await expectAgreement("fixtures", fixtures);
  const wrong = fixtures.filter(({ level, passes }, index) => outcomes[index]?.official.deniesApplied?.[level] === passes);
  expect(wrong.map(({ level, minor, name }) => `${level}/v1.${minor}/${name}`)).toEqual([]);
});

it("gives the same verdicts on the fixtures in every kind that holds a pod, at each minor with a new rule", async () => {
  const pods = [...new Map(fixtures.map(({ object }) => [JSON.stringify(object), object])).values()] as { metadata: unknown; spec: unknown }[];
  for (const kind of podBearingKinds) {
    const objects = pods.map(({ metadata, spec }) => aroundPod(kind, { metadata, spec }));
    await expectAgreement(`fixtures as ${kind.kind}`, changedMinors.flatMap((minor) => objects.map((object) => ({ minor, object }))));
  }
});

it(`agrees on ${podCount} generated pods (seed ${seed})`, async () => {
  const tally = new Map<string, { denied: number; allowed: number }>();
  const shapes = new Set<string>();
  for (let first = 0; first < podCount; first += batchSize) {
    const cases = fc.sample(podCases(), { numRuns: Math.min(batchSize, podCount - first), seed: seed + first });
    const outcomes = await expectAgreement(`generated pods from ${first} on, seed ${seed}`, cases);
    for (const { podCase, official } of outcomes) {
      shapes.add(`${(podCase.object as { kind: string }).kind} 1.${podCase.minor}`);
      for (const check of official.existing) {
        const place = `${check} at 1.${podCase.minor}`;
        const { denied, allowed } = tally.get(place) ?? { denied: 0, allowed: 0 };
        tally.set(place, official.denied.has(check) ? { denied: denied + 1, allowed } : { denied, allowed: allowed + 1 });
      }
    }
  }
  // Agreement is worth something only where both verdicts occur: for each check, at each minor.
  expect(shapes.size).toBe(podBearingKinds.length * (newestMinor - oldestMinor + 1));
  expect([...tally].filter(([, { denied, allowed }]) => Math.min(denied, allowed) < podCount / 1000)).toEqual([]);
  expect(tally.size).toBeGreaterThan(17 * (newestMinor - oldestMinor + 1));
});
