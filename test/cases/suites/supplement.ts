import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { type Branch, coverageOf, type OwnCase, type Supplement, supplementOf } from "../../../src/cases/index.ts";
import { defaultParameters, newestMinor } from "../../../src/plain/judge.ts";
import { derivedControls } from "../../derived-cases.ts";

interface Entry {
  readonly kubernetesMinor?: number;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly cases: readonly Supplement[];
}

const folder = fileURLToPath(new URL("../../../golden/cases", import.meta.url));
const entriesOf = (id: string): readonly Entry[] => (JSON.parse(readFileSync(join(folder, `${id}.json`), "utf8")) as { readonly derived: readonly Entry[] }).derived;
const kept = readdirSync(folder).map((name) => name.replace(/\.json$/, ""));
const key = ({ clause, span, what }: Branch): string => `${clause} ${span.file} ${span.start} ${what}`;

it.each(kept)("keeps for %s what a search finds, which decides branches that the control's own objects leave, each of them another", (id) => {
  const control = derivedControls().find((each) => each.control.id === id)?.control;
  if (control === undefined) throw new Error(`golden/cases keeps cases of ${id}, which is no control`);
  for (const { cases, kubernetesMinor = newestMinor, parameters = defaultParameters(control.control) } of entriesOf(id)) {
    // Where this fails and the control is unchanged, raise searchEdition.
    expect(supplementOf(control, { kubernetesMinor, parameters })).toEqual(cases);
    const settled = (objects: readonly OwnCase[]) => objects.map((each) => ({ ...each, kubernetesMinor, parameters }));
    const open = new Set(coverageOf(control, settled([...control.control.pass, ...control.control.fail])).unreached.map(key));
    const before = new Set<string>();
    for (const { decides, name, object, others = [] } of cases) {
      const reached = coverageOf(control, settled([{ object, others }])).reached.filter((branch) => open.has(key(branch)));
      const told = new Set(reached.map(({ what }) => what));
      expect({ name, untrue: decides.filter((what) => !told.has(what)) }).toEqual({ name, untrue: [] });
      expect({ name, another: reached.some((branch) => !before.has(key(branch))) }).toEqual({ name, another: true });
      for (const branch of reached) before.add(key(branch));
    }
  }
}, 60_000);

it("keeps cases of some controls, and few of each", () => {
  const counts = kept.flatMap((id) => entriesOf(id).map(({ cases }) => cases.length));
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(3);
  expect(counts.filter((count) => count > 16)).toEqual([]);
});
