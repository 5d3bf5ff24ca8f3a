import { describe, expect, it } from "vitest";
import { changingParts } from "../../src/backends/admission/changing-parts.ts";
import { judgesPods } from "../../src/ir/control.ts";
import { compiledPolicies } from "../compiled-policies.ts";
import { compiledControls } from "../engines/admission/policies.ts";
import { metadataRead } from "../engines/differential/expectation.ts";

describe.each(["policies", "test/fixtures/rego"])("an update of a pod under the controls of %s", (folder) => {
  for (const compiled of (folder === "policies" ? compiledPolicies.controls : compiledControls(folder)).filter(({ check }) => judgesPods(check.match))) {
    it(`is judged by ${compiled.id} where it changes what the TypeScript reads of the pod's metadata`, () => {
      const { control } = compiled;
      const objects = [...control.pass, ...control.fail].map(({ object }): unknown => object);
      const judged = (changingParts(compiled.check) ?? []).map((part) => part.join("."));
      expect(judged).toContain("spec");
      const read = metadataRead(compiled, objects).map((part) => part.join("."));
      expect(judged.includes("metadata") ? [] : read.filter((part) => !judged.includes(part))).toEqual([]);
    });
  }
});

it("counts metadata that is read through a value for where there is none", () => {
  const fixture = compiledControls("test/fixtures/rego").find(({ id }) => id === "pods-or-kinds");
  expect(changingParts(fixture?.check ?? { id: "", match: { form: "kinds", kinds: [] }, clauses: [], capabilities: [] })).toContainEqual(["metadata", "annotations"]);
});
