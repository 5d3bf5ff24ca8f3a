import { beforeAll, describe, expect, it } from "vitest";
import { newestMinor } from "../../../src/kubernetes/minors.ts";
import { podBearingKinds } from "../../../src/kubernetes/pod-bearing.ts";
import { selectControls } from "../../../src/profiles/selection.ts";
import { aroundPod, type PodCase } from "../../arbitraries/pods.ts";
import { compiledControls } from "../admission/policies.ts";
import { podSecurityFixtures } from "../kubernetes/fixtures.ts";
import { type OfficialOpinion, officialOpinions } from "../pod-security/official.ts";
import { levels } from "../pod-security/opinions.ts";
import { describeControls } from "../../../src/backends/opa/describe-controls.ts";
import { admissionEngines, type Engine, opaWasm } from "./judges.ts";

const controls = compiledControls("policies").filter(({ control }) => control.frameworks.pss !== undefined);
const engineNames = ["opa-wasm", ...admissionEngines.map(({ name }) => name)];
let cases: readonly PodCase[];
let official: readonly OfficialOpinion[];
let engines: readonly Engine[];

beforeAll(async () => {
  const fixtures = await podSecurityFixtures(newestMinor, newestMinor);
  const pods = [...new Map(fixtures.map(({ object }) => [JSON.stringify(object), object])).values()] as { readonly metadata: unknown; readonly spec: unknown }[];
  cases = podBearingKinds.flatMap((kind) => pods.map(({ metadata, spec }) => ({ minor: newestMinor, object: aroundPod(kind, { metadata, spec }) })));
  official = await officialOpinions(cases);
  engines = [await opaWasm(controls), ...admissionEngines];
});

describe.each(engineNames)("%s", (name) => {
  it("gives the official verdict for each check, and so for both levels, on every official fixture in each kind that holds a pod", async () => {
    const engine = engines.find((each) => each.name === name);
    if (engine === undefined) throw new Error(`no engine ${name}`);
    const denials = new Map<string, readonly boolean[]>();
    for (const control of controls) {
      const verdicts = await engine.judge(control, cases.map(({ object }) => ({ name: "official fixture", operation: "CREATE", object })));
      const faults = verdicts.flatMap(({ error }) => error ?? []);
      expect({ control: control.id, faults: faults.slice(0, 3) }).toEqual({ control: control.id, faults: [] });
      denials.set(control.id, verdicts.map(({ allowed }) => !allowed));
      const check = control.control.frameworks.pss?.[0] ?? "";
      const wrong = cases.filter((_, index) => official[index]?.denied.has(check) !== denials.get(control.id)?.[index]);
      expect({ control: control.id, wrong: wrong.slice(0, 2) }).toEqual({ control: control.id, wrong: [] });
    }
    const catalogue = describeControls(controls).controls;
    for (const level of levels) {
      const ids = selectControls(catalogue, { profiles: [`pss-${level}`], kubernetesMinor: newestMinor }).controls.map(({ id }) => id);
      const wrong = cases.filter((_, index) => ids.some((id) => denials.get(id)?.[index] === true) !== official[index]?.denies[level]);
      expect({ level, wrong: wrong.slice(0, 2) }).toEqual({ level, wrong: [] });
    }
    const denied = official.filter(({ denies }) => denies.restricted).length;
    expect({ denied: denied > cases.length / 4, allowed: cases.length - denied > cases.length / 20, each: controls.length }).toEqual({ denied: true, allowed: true, each: 19 });
    console.info(`${name}: ${cases.length} objects, ${controls.length} checks, ${cases.length * controls.length} verdicts as Pod Security Admission's`);
  });
});
