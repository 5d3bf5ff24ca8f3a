import { expect, it } from "vitest";
import { jsonReporter } from "../../src/report/json.ts";
import { exemptedFinding, finding, hostile, hostileResult, report, result } from "./sample.ts";

it("writes one object that holds what was found, what was not evaluated, and what went wrong", () => {
  const withFinding = { ...finding, finding: "a" };
  const parts = result({ findings: [withFinding, finding], errors: [{ file: "x", line: 1, column: 2, message: "Wrong.", help: "Mend it." }], notEvaluated: [{ control: "dangling-bindings", file: "x", reason: "It needs more." }] });
  const { control, severity, message, path, file, line, column } = finding;
  const violation = { control, severity, message, path, file, line, column, object: { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web" } };
  expect(JSON.parse(report(jsonReporter(), [parts]))).toEqual({
    documents: 1,
    controls: 9,
    violations: [{ ...violation, finding: "a" }, violation],
    exempted: [],
    notEvaluated: [{ control: "dangling-bindings", file: "x", reason: "It needs more." }],
    errors: [{ file: "x", line: 1, column: 2, message: "Wrong. Mend it." }],
  });
});

it("writes an object with empty lists when there is nothing to say", () => {
  expect(JSON.parse(report(jsonReporter(), []))).toEqual({ documents: 0, controls: 9, violations: [], exempted: [], notEvaluated: [], errors: [] });
});

it("lists what the target exempts beside the violations, with the reason", () => {
  const { violations, exempted } = JSON.parse(report(jsonReporter(), [result({ findings: [finding], exempted: [exemptedFinding] })])) as { violations: object[]; exempted: object[] };
  expect(exempted).toEqual([{ ...violations[0], exemption: { namespaces: ["shop"], reason: "node agents", ticket: "PLAT-1", expires: "2027-03-31" } }]);
});

it("escapes hostile text without changing what a reader gets", () => {
  const { violations } = JSON.parse(report(jsonReporter(), [hostileResult])) as { violations: { message: string; object: { name: string } }[] };
  expect(violations[0]?.message).toBe(hostile);
  expect(violations[0]?.object.name).toBe(hostile);
});
