import { expect, it } from "vitest";
import { createSchemaValidator } from "../../src/kubernetes/schema-validator.ts";
import { ObjectMutations, randomNumbers } from "../object-mutations.ts";
import { difference, expectedTexts } from "../../src/verify/comparison.ts";
import { compiledControls } from "./admission/policies.ts";
import { judgeKyverno, type KyvernoRequest } from "./kyverno/judge.ts";
import { clusterPolicyFor, isInJmespath } from "./kyverno/legacy-policies.ts";

/** How many objects each control judges, and what they are made from. A longer run: PORTCULLIS_OBJECTS=2000 PORTCULLIS_SEED=$RANDOM. */
const objectsEach = Number(process.env["PORTCULLIS_OBJECTS"] ?? 100);
const seed = Number(process.env["PORTCULLIS_SEED"] ?? 1);

const user = { username: "ann", groups: ["f", "g"] };
const schemas = createSchemaValidator();

/** The API server's types turn a null element into an empty one, so that no policy there ever sees one, and none counts them. */
const hasNullElement = (value: unknown): boolean => (Array.isArray(value) ? value.includes(null) || value.some(hasNullElement) : typeof value === "object" && value !== null && Object.values(value).some(hasNullElement));

interface Identity {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
}

for (const folder of ["policies", "test/fixtures/jmespath", "test/fixtures/rego"]) {
  it(`says in ClusterPolicies what the controls of ${folder} say in TypeScript, whatever is absent or null`, async () => {
    const controls = compiledControls(folder).map((control) => ({ control, policy: clusterPolicyFor(control) })).filter(({ policy }) => policy !== undefined);
    if (folder === "test/fixtures/jmespath") expect(controls.map(({ policy }) => isInJmespath(policy))).toEqual([true, true]);
    const cases = controls.flatMap(({ control }, place) => {
      const mutations = new ObjectMutations(control.control, control.check, randomNumbers(seed));
      return Array.from({ length: objectsEach }, () => {
        const object = mutations.next();
        const { apiVersion, kind } = object as Identity;
        const oldObject = control.check.capabilities.some(({ name }) => name === "oldObject") ? { ...(mutations.next() as object), apiVersion, kind } : undefined;
        return { control, object, oldObject, place };
      });
    });
    const { answers, reports } = await judgeKyverno(
      controls.map(({ policy }) => policy),
      cases.map(({ object, oldObject, place }): KyvernoRequest => ({ operation: oldObject === undefined ? "CREATE" : "UPDATE", object, ...(oldObject === undefined ? {} : { oldObject }), raw: oldObject !== undefined || folder === "policies" || !hasNullElement(object), policies: [place], user })),
    );
    expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
    let denied = 0;
    const wrong = answers.flatMap((answer, index) => {
      const each = cases[index];
      if (each === undefined) throw new Error("an answer too many");
      const { control, oldObject } = each;
      const object = answer.error === undefined ? answer.object : each.object;
      const { apiVersion, kind } = each.object as Identity;
      // An object of no kind reaches no policy, and one of another kind not these.
      if (!control.check.match.kinds.some((matched) => matched.apiVersion === apiVersion && matched.kind === kind)) return [];
      const fits = schemas.validate(apiVersion as string, kind as string, object);
      const isValid = fits.known && fits.errors.length === 0;
      if (answer.error !== undefined) return isValid ? [`${control.id} did not decode: ${answer.error}`] : [];
      const [verdict] = answer.verdicts;
      if (verdict === undefined) return ["a policy gave no verdict"];
      if (verdict.skipped) return [];
      if (!verdict.allowed) denied += 1;
      let expected: readonly string[];
      try {
        expected = expectedTexts(control, { object, oldObject, operation: oldObject === undefined ? "CREATE" : "UPDATE", user }, "never");
      } catch (error) {
        // The types promise what the schema does; the API server refuses an object that breaks it before any policy is asked.
        return isValid ? [`${control.id} throws: ${String(error)}`] : [];
      }
      // An object against the schema may break a policy; it then must not pass.
      if (!isValid && verdict.error !== undefined && !verdict.allowed) return [];
      const { message, ...others } = verdict;
      const found = difference({ ...others, ...(message === undefined ? {} : { message: message.trim() }) }, expected);
      return found === undefined ? [] : [`${control.id} (${JSON.stringify(object)}): ${found}`];
    });
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(denied).toBeGreaterThan(cases.length / 10);
  });
}
