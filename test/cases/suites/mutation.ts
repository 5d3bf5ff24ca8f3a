import { describe, expect, it } from "vitest";
import type { DerivedCase } from "../../../src/cases/index.ts";
import type { CheckIr } from "../../../src/ir/control.ts";
import { defaultParameters, newestMinor } from "../../../src/plain/judge.ts";
import { derivedControls } from "../../derived-cases.ts";
import { interpret } from "../../ir-interpreter.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";

/** How many mutants each control is tried with; all of them with PORTCULLIS_MUTANTS=all, which takes a minute. */
const mostMutants = process.env["PORTCULLIS_MUTANTS"] === "all" ? Infinity : 120;

const spread = <Item>(items: readonly Item[], most: number): readonly Item[] => (items.length <= most ? items : items.filter((_item, index) => Math.floor((index * most) / items.length) !== Math.floor(((index - 1) * most) / items.length)));

const controls = derivedControls();

/** What a check says of a case; a mutant may also break down, which is as good as another answer. */
function answerOf(check: CheckIr, each: DerivedCase, defaults: Record<string, unknown>): string {
  const { object, oldObject, operation = "CREATE", user = {}, namespace, parameters = {}, kubernetesMinor = newestMinor } = each;
  try {
    return JSON.stringify(interpret(check, { object, oldObject, operation, user, namespace, parameters: { ...defaults, ...parameters }, kubernetesMinor }));
  } catch (error) {
    return String(error);
  }
}

/** Mistakes that change nothing, whatever the object, each with the reason. */
const harmless: readonly (readonly [RegExp, string])[] = [
  [/^encryption-providers .*(not present\(text\)|: "" becomes "~"|present\(entry\) is not asked|piece\) \? absent : .* becomes join)/, "textAfter is called with a text and a piece there, and a walk over an absent entry visits nothing"],
  [/^host-probes .*present\(handler\) is not asked/, "a walk skips handlers that are absent"],
  [/^seccomp-profile clause 3: present\(podProfile\) and confines\(podProfile\) becomes/, "an absent profile confines nothing"],
  [/^allowed-registries .*"docker.io" becomes/, "the fallback of a parameter that has a default"],
];
const isHarmless = (name: string): boolean => harmless.some(([pattern]) => pattern.test(name));

const survivors: string[] = [];
let mutants = 0;
let explained = 0;

describe("the derived cases of", () => {
  for (const { control, cases } of controls) {
    it(`${control.id} notice a mistake in its check`, () => {
      const defaults = defaultParameters(control.control);
      const isKilled = ({ check }: Mutant): boolean => cases.some((each) => answerOf(check, each, defaults) !== JSON.stringify(each.violations));
      const tried = spread(mutantsOf(control.check), mostMutants);
      const unnoticed = tried.filter((mutant) => !isKilled(mutant)).map(({ name }) => `${control.id} ${name}`);
      const alive = unnoticed.filter((name) => !isHarmless(name));
      explained += unnoticed.length - alive.length;
      mutants += tried.length;
      survivors.push(...alive);
      expect(alive.length, alive.join("\n")).toBeLessThanOrEqual(tried.length * 0.1);
    }, 60_000);
  }

  it("all controls together notice 98 of 100 mistakes", () => {
    if (process.env["PORTCULLIS_SURVIVORS"] !== undefined) console.log(`${survivors.join("\n")}\n${survivors.length} of ${mutants} mutants survive, and ${explained} that change nothing`);
    expect(mutants).toBeGreaterThan(1000);
    expect(survivors.length, survivors.join("\n")).toBeLessThanOrEqual(mutants * 0.02);
  });
});
