import { isPlain, nativeCases } from "../../backends/native-cases.ts";
import { loadOpaEngine } from "../../evaluate/opa-policy.ts";
import { ObjectSet } from "../../plain/object-set.ts";
import { compareViolations, type Violation } from "../../plain/violation.ts";
import { type Runner, Tally } from "../runner.ts";

/** OPA's WASM in Node, as `check` runs it: the violations of each case, whole. */
export const opaWasm: Runner = {
  name: "opa-wasm",
  backends: ["opa"],
  async run(bundle) {
    const { folder, controls, settings } = bundle;
    const engine = await loadOpaEngine(folder);
    const emitted = new Set(engine.catalogue.controls.map(({ id }) => id));
    const tally = new Tally();
    const notes: string[] = [];
    const expected = new Map<string, number>();
    for (const control of controls.filter(({ id }) => emitted.has(id))) {
      const all = nativeCases(control, bundle);
      const cases = all.filter(isPlain);
      if (cases.length < all.length) notes.push(`${control.id}: ${all.length - cases.length} cases say who asks, or what was there before; they are left to opa test`);
      expected.set(control.id, cases.length);
      const own = { ...settings, controls: { [control.id]: true as const } };
      const alone = engine.prepare(own);
      for (const { name, object, others, violations } of cases) {
        const verdict = (others.length === 0 ? alone : engine.prepare(own, new ObjectSet(others))).judge(object);
        const found = "fault" in verdict ? verdict.fault : textOf(verdict.violations) === textOf(violations) ? undefined : `finds ${textOf(verdict.violations)} where the plain run finds ${textOf(violations)}`;
        tally.add(control.id, found === undefined ? undefined : `${name}: ${found}`);
      }
    }
    return { outcomes: tally.outcomes(expected), faults: [], notes };
  },
};

const textOf = (violations: readonly Violation[]): string => JSON.stringify(violations.toSorted(compareViolations).map(({ finding = "", path, message }) => [finding, path, message]));
