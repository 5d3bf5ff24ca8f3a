import { expect, it } from "vitest";
import { createSchemaValidator } from "../../src/kubernetes/schema-validator.ts";
import { ObjectMutations, randomNumbers } from "../object-mutations.ts";
import { difference, expectedTexts } from "../../src/verify/comparison.ts";
import { compiledControls } from "./admission/policies.ts";
import { judgeKyverno, type KyvernoRequest } from "./kyverno/judge.ts";
import { kyvernoDocuments } from "./kyverno/policies.ts";

/** How many objects each control judges, and what they are made from. A longer run: PORTCULLIS_OBJECTS=20000 PORTCULLIS_SEED=$RANDOM. */
const objectsEach = Number(process.env["PORTCULLIS_OBJECTS"] ?? 300);
const seed = Number(process.env["PORTCULLIS_SEED"] ?? 1);

const user = { username: "ann", groups: ["f", "g"] };
const schemas = createSchemaValidator();
const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { strict: "true" } } };

/** The API server's types turn a null element into an empty one, so that no webhook ever sees one, and none counts them. */
const hasNullElement = (value: unknown): boolean => (Array.isArray(value) ? value.includes(null) || value.some(hasNullElement) : typeof value === "object" && value !== null && Object.values(value).some(hasNullElement));

const identityOf = (object: unknown): { readonly apiVersion: unknown; readonly kind: unknown } => {
  const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
  return { apiVersion, kind };
};

for (const folder of ["policies", "test/fixtures/rego"]) {
  it(`has Kyverno find what the controls of ${folder} say in TypeScript, whatever is absent or null`, async () => {
    const emitted = compiledControls(folder).flatMap((control) => kyvernoDocuments(control).map((policy) => ({ control, policy })));
    const cases = emitted.flatMap(({ control }, place) => {
      const mutations = new ObjectMutations(control.control, control.check, randomNumbers(seed));
      const readsOld = control.check.capabilities.some(({ name }) => name === "oldObject");
      return Array.from({ length: objectsEach }, (_, index) => {
        const object = mutations.next();
        // An update from another object, and a creation, of which Kyverno has an empty object for the old one.
        const oldObject = readsOld && index % 3 > 0 ? { ...(mutations.next() as object), ...identityOf(object) } : undefined;
        return { control, object, oldObject, place };
      });
    });
    const judged = cases.filter(({ control, object }) => {
      const { apiVersion, kind } = identityOf(object);
      // An object of no kind reaches no webhook, and one of another kind not these.
      return control.check.match.kinds.some((matched) => matched.apiVersion === apiVersion && matched.kind === kind);
    });
    const { answers, reports } = await judgeKyverno(
      emitted.map(({ policy }) => policy),
      judged.map(({ object, oldObject, place }): KyvernoRequest => ({ operation: oldObject === undefined ? "CREATE" : "UPDATE", object, oldObject, raw: folder === "policies" || oldObject !== undefined || !hasNullElement(object), policies: [place], user, namespace })),
    );
    expect(reports.filter(({ errors, warnings }) => errors.length + warnings.length > 0)).toEqual([]);
    let denied = 0;
    const wrong = answers.flatMap((answer, index) => {
      const each = judged[index];
      if (each === undefined || answer.error !== undefined) throw new Error(answer.error ?? "an answer too many");
      const [verdict] = answer.verdicts;
      if (verdict === undefined || verdict.skipped) return [];
      if (!verdict.allowed) denied += 1;
      const { control, oldObject } = each;
      const { object } = answer;
      const fits = schemas.validate(String(identityOf(object).apiVersion), String(identityOf(object).kind), object);
      const isValid = fits.known && fits.errors.length === 0;
      let expected: readonly string[];
      try {
        // Only in a namespace does Kyverno look one up.
        const isIn = typeof (object as { metadata?: { namespace?: unknown } }).metadata?.namespace === "string";
        expected = expectedTexts(control, { object, oldObject, operation: oldObject === undefined ? "CREATE" : "UPDATE", user, ...(isIn ? { namespace } : {}) }, "but-for-new-namespaces-of-users");
      } catch (error) {
        // The types promise what the schema does; the API server refuses an object that breaks it before any policy is asked.
        return isValid ? [`${control.id} throws: ${String(error)}`] : [];
      }
      const found = verdict.matched ? difference({ ...verdict, message: (verdict.message ?? "").trim() }, expected) : "the policy did not judge";
      return found === undefined ? [] : [`${control.id} (${JSON.stringify(object)}, ${JSON.stringify(oldObject)}): ${found}`];
    });
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(denied).toBeGreaterThan(judged.length / 10);
  });
}
