import { expect, it } from "vitest";
import { type DerivedCase, requestOf } from "../../src/cases/index.ts";
import { createSchemaValidator } from "../../src/kubernetes/schema-validator.ts";
import { newestMinor } from "../../src/plain/judge.ts";
import { type DerivedControl, derivedControls } from "../derived-cases.ts";
import { difference, expectedTexts } from "../../src/verify/comparison.ts";
import { type AdmissionRequest, judge } from "./admission/judge.ts";
import { policyFor } from "./admission/policies.ts";

interface Asked {
  readonly derived: DerivedControl;
  readonly each: DerivedCase;
  readonly place: number;
}

/** The policies that cases need, one for each setting of a control, and which case asks which. */
function questions(folder: string): { readonly policies: readonly unknown[]; readonly asked: readonly Asked[] } {
  const policies: unknown[] = [];
  const places = new Map<string, number>();
  const asked = derivedControls(folder).flatMap((derived) => {
    const { control, cases } = derived;
    return cases.flatMap((each): Asked[] => {
      const key = JSON.stringify([control.id, each.parameters, each.kubernetesMinor]);
      if (!places.has(key)) {
        const policy = policyFor(control, each.kubernetesMinor ?? newestMinor, each.parameters);
        if (policy === undefined) return [];
        places.set(key, policies.push(policy) - 1);
      }
      return [{ derived, each, place: places.get(key) ?? -1 }];
    });
  });
  return { policies, asked };
}

/** The API server's types turn a null element into an empty one, so that no policy there counts the elements without it. */
const hasNullElement = (value: unknown): boolean => (Array.isArray(value) ? value.includes(null) || value.some(hasNullElement) : typeof value === "object" && value !== null && Object.values(value).some(hasNullElement));

const schemas = createSchemaValidator();
const isValid = (object: unknown): boolean => {
  const { apiVersion, kind } = object as { readonly apiVersion: string; readonly kind: string };
  const fits = schemas.validate(apiVersion, kind, object);
  return fits.known && fits.errors.length === 0;
};

const user = { name: "ann", groups: ["f", "g"] };
const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };

for (const folder of ["policies", "test/fixtures/rego"]) {
  it(`agrees with the plain run on every derived case of the controls of ${folder}, as it is decoded and as it is written`, async () => {
    const { policies, asked } = questions(folder);
    const cases = asked.flatMap((each) => [true, false].map((raw) => ({ ...each, raw }))).filter(({ raw, each }) => (raw ? folder === "policies" || !hasNullElement(each.object) : each.nulls === undefined));
    const { answers, reports } = await judge(
      policies,
      cases.map(({ each: { object, oldObject, user: asking, namespace: around }, place, raw }): AdmissionRequest => {
        const { username, groups } = (asking ?? {}) as { username?: string; groups?: string[] };
        return {
          operation: oldObject === undefined ? "CREATE" : "UPDATE", object, oldObject, raw, policies: [place],
          user: asking === undefined ? user : { name: username ?? "", ...(groups === undefined ? {} : { groups }) },
          namespace: around ?? namespace,
        };
      }),
    );
    expect(reports.flatMap(({ name, errors, warnings }) => [...errors, ...warnings].map((text) => `${name}: ${text}`))).toEqual([]);
    const wrong = answers.flatMap((answer, index) => {
      const asking = cases[index];
      if (asking === undefined) throw new Error("an answer too many");
      const { derived, each, raw } = asking;
      const title = `${derived.control.id}, ${each.name}${raw ? ", raw" : ""}`;
      if ("error" in answer) return [`${title}: ${answer.error}`];
      const [verdict] = answer.verdicts;
      if (verdict === undefined) return [`${title}: no verdict`];
      if (each.skippedOnUpdate !== undefined || verdict.skipped === true) return (verdict.skipped === true) === (each.skippedOnUpdate ?? each.oldObject !== undefined) ? [] : [`${title}: ${verdict.skipped === true ? "left out" : "judged"}`];
      const request = { ...requestOf(each), object: answer.object, user: each.user ?? { username: user.name, groups: user.groups }, namespace: each.namespace ?? namespace };
      let expected: readonly string[];
      try {
        expected = expectedTexts(derived.control, request, "never");
      } catch (error) {
        // A Pod without a spec is decoded into one whose list of containers is null, which its schema forbids.
        return isValid(answer.object) ? [`${title} throws: ${String(error)}`] : [];
      }
      const found = difference(verdict, expected);
      return found === undefined ? [] : [`${title}: ${found} on ${JSON.stringify(answer.object)}`];
    });
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(cases.length).toBeGreaterThan(1000);
  });
}
