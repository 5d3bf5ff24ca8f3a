import { expect, it } from "vitest";
import { createSchemaValidator } from "../../src/kubernetes/schema-validator.ts";
import { ObjectMutations, randomNumbers } from "../object-mutations.ts";
import { difference, expectedTexts } from "../../src/verify/comparison.ts";
import { type AdmissionRequest, judge } from "./admission/judge.ts";
import { compiledControls, policyFor } from "./admission/policies.ts";

/** How many objects each control judges, and what they are made from. A longer run: PORTCULLIS_OBJECTS=20000 PORTCULLIS_SEED=$RANDOM. */
const objectsEach = Number(process.env["PORTCULLIS_OBJECTS"] ?? 400);
const seed = Number(process.env["PORTCULLIS_SEED"] ?? 1);

const user = { name: "ann", groups: ["f", "g"] };
const schemas = createSchemaValidator();
const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { strict: "true" } } };

/** The API server's types turn a null element into an empty one, so that no policy there ever sees one, and none counts them. */
const hasNullElement = (value: unknown): boolean => (Array.isArray(value) ? value.includes(null) || value.some(hasNullElement) : typeof value === "object" && value !== null && Object.values(value).some(hasNullElement));

const identityOf = (object: unknown): { readonly apiVersion: unknown; readonly kind: unknown } => {
  const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
  return { apiVersion, kind };
};

for (const folder of ["policies", "test/fixtures/rego"]) {
  it(`says in CEL what the controls of ${folder} say in TypeScript, whatever is absent or null`, async () => {
    const controls = compiledControls(folder).map((control) => ({ control, policy: policyFor(control) })).filter(({ policy }) => policy !== undefined);
    const cases = controls.flatMap(({ control }, place) => {
      const mutations = new ObjectMutations(control.control, control.check, randomNumbers(seed));
      return Array.from({ length: objectsEach }, () => {
        const object = mutations.next();
        // An update from another object; the Pods among them that do not change are another test's.
        const oldObject = control.check.capabilities.some(({ name }) => name === "oldObject") ? { ...(mutations.next() as object), ...identityOf(object) } : undefined;
        return { control, object, oldObject, place };
      });
    });
    const { answers, reports } = await judge(
      controls.map(({ policy }) => policy),
      cases.map(({ object, oldObject, place }): AdmissionRequest => ({ operation: oldObject === undefined ? "CREATE" : "UPDATE", object, oldObject, raw: folder === "policies" || oldObject !== undefined || !hasNullElement(object), policies: [place], user, namespace })),
    );
    expect(reports.filter(({ errors, warnings }) => errors.length + warnings.length > 0)).toEqual([]);
    let denied = 0;
    const wrong = answers.flatMap((answer, index) => {
      const each = cases[index];
      if (each === undefined) throw new Error("an answer too many");
      const { apiVersion, kind } = identityOf(each.object);
      // An object of no kind reaches no policy, and one of another kind not these.
      if (!each.control.check.match.kinds.some((matched) => matched.apiVersion === apiVersion && matched.kind === kind)) return [];
      if ("error" in answer) throw new Error(answer.error);
      const [verdict] = answer.verdicts;
      if (verdict === undefined || verdict.skipped) return [];
      if (!verdict.allowed) denied += 1;
      const { control, oldObject } = each;
      const { object } = answer;
      const request = { object, oldObject, operation: oldObject === undefined ? "CREATE" : "UPDATE", user: { username: user.name, groups: user.groups }, namespace } as const;
      const fits = schemas.validate(apiVersion as string, kind as string, object);
      const isValid = fits.known && fits.errors.length === 0;
      let expected: readonly string[];
      try {
        expected = expectedTexts(control, request, "never");
      } catch (error) {
        // The types promise what the schema does; the API server refuses an object that breaks it before any policy is asked.
        return isValid ? [`${control.id} throws: ${String(error)}`] : [];
      }
      const found = difference(verdict, expected);
      return found === undefined ? [] : [`${control.id} (${JSON.stringify(object)}): ${found}`];
    });
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(denied).toBeGreaterThan(cases.length / 10);
  });
}
