import { nativeCases } from "../../backends/native-cases.ts";
import { loadOpaEngine } from "../../evaluate/opa-policy.ts";
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
    const expected = new Map<string, number>();
    for (const control of controls.filter(({ id }) => emitted.has(id))) {
      const judge = engine.prepare({ ...settings, controls: { [control.id]: true } });
      const cases = nativeCases(control, bundle);
      expected.set(control.id, cases.length);
      for (const { name, object, violations } of cases) {
        const verdict = judge.judge(object);
        const found = "fault" in verdict ? verdict.fault : textOf(verdict.violations) === textOf(violations) ? undefined : `finds ${textOf(verdict.violations)} where the plain run finds ${textOf(violations)}`;
        tally.add(control.id, found === undefined ? undefined : `${name}: ${found}`);
      }
    }
    return { outcomes: tally.outcomes(expected), faults: [] };
  },
};

const textOf = (violations: readonly Violation[]): string => JSON.stringify(violations.toSorted(compareViolations).map(({ finding = "", path, message }) => [finding, path, message]));
