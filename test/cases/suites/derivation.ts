import { describe, expect, it } from "vitest";
import { deriveCases, requestOf } from "../../../src/cases/index.ts";
import { CheckProgram } from "../../../src/cases/program.ts";
import { requestFor } from "../../../src/cases/seeds.ts";
import { createSchemaValidator } from "../../../src/kubernetes/schema-validator.ts";
import { judge } from "../../../src/plain/judge.ts";
import { formatPath } from "../../../src/plain/violation.ts";
import { derivedControls } from "../../derived-cases.ts";

const schemas = createSchemaValidator();

for (const folder of ["policies", "test/fixtures/rego"]) {
  for (const { control, cases, unreached } of derivedControls(folder)) {
    describe(`the derived cases of ${control.id}`, () => {
      it("have names of their own, and the verdict of the plain run", () => {
        expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
        for (const each of cases) expect({ name: each.name, violations: judge(control.control, control.id, requestOf(each)) }).toEqual({ name: each.name, violations: each.violations });
      });

      it("are objects that the API server would take, and hold nulls only where they say so", () => {
        for (const { name, object, oldObject, nulls } of cases) {
          for (const each of oldObject === undefined ? [object] : [object, oldObject]) {
            const { apiVersion, kind } = each as { apiVersion: string; kind: string };
            if (nulls === undefined) expect({ name, ...schemas.validate(apiVersion, kind, each) }).toMatchObject({ name, known: true, errors: [] });
            expect({ name, nulls: nulls ?? false }).toEqual({ name, nulls: JSON.stringify(each).includes("null") && hasNull(each) ? true : (nulls ?? false) });
          }
        }
      });

      it("are judged alike by the run that looks for faults", () => {
        const program = new CheckProgram(control.check);
        for (const each of cases.filter(({ nulls }) => nulls === undefined)) {
          const request = { ...requestFor(control, each), ...(each.oldObject === undefined ? {} : { oldObject: each.oldObject, operation: "UPDATE" }), user: each.user ?? {}, ...(each.namespace === undefined ? {} : { namespace: each.namespace }) };
          const found = new Set(program.violations(request).map(({ place, message, finding }) => `${formatPath(place)} ${finding ?? ""} ${message}`));
          expect({ name: each.name, found }).toEqual({ name: each.name, found: new Set(each.violations.map(({ path, message, finding }) => `${path} ${finding ?? ""} ${message}`)) });
        }
      });

      it("leave nothing out without a reason", () => {
        expect(unreached.filter(({ reason }) => reason === "")).toEqual([]);
        expect(cases.some(({ violations }) => violations.length > 0)).toBe(true);
        if (folder === "policies") expect(cases.some(({ violations }) => violations.length === 0)).toBe(true);
      });
    });
  }
}

const hasNull = (value: unknown): boolean => value === null || (typeof value === "object" && Object.values(value).some(hasNull));

it("are the same each time", () => {
  for (const id of ["privileged-containers", "wildcard-rules", "run-as-non-root"]) {
    const known = derivedControls().find(({ control }) => control.id === id);
    if (known === undefined) throw new Error(`there is no control ${id}`);
    expect(deriveCases(known.control)).toEqual({ cases: known.cases, unreached: known.unreached });
  }
}, 60_000);

it("keep to the settings of a target", () => {
  const known = derivedControls().find(({ control }) => control.id === "allowed-registries");
  if (known === undefined) throw new Error("there is no control allowed-registries");
  const { cases } = deriveCases(known.control, { parameters: { registries: ["quay.io/team"] }, kubernetesMinor: 33 });
  expect(cases.filter(({ parameters, kubernetesMinor }) => parameters !== undefined || kubernetesMinor !== undefined)).toEqual([]);
  const texts = cases.map(({ object }) => JSON.stringify(object));
  expect(texts.some((text) => text.includes('"quay.io/team/'))).toBe(true);
  expect(texts.some((text) => text.includes('"quay.io/teamx'))).toBe(true);
}, 60_000);
