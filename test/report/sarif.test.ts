import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { sarifReporter } from "../../src/report/sarif.ts";
import { exemptedFinding, finding, hostileEvent, hostileResult, report, result } from "./sample.ts";

const validate = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(new URL("sarif.schema.json", import.meta.url), "utf8")) as object);

interface Log {
  readonly runs: readonly [{ readonly results: readonly SarifResult[]; readonly invocations: readonly [{ readonly executionSuccessful: boolean; readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[] }]; readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string; readonly properties: object }[] } } }];
}
interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly suppressions?: readonly object[];
  readonly message: { readonly text: string };
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly locations: readonly [{ readonly physicalLocation: { readonly artifactLocation: object; readonly region: object } }];
}

const log = (...results: readonly ReturnType<typeof result>[]): Log => JSON.parse(report(sarifReporter("/repo"), results)) as Log;
const fingerprints = (of: Log): (string | undefined)[] => of.runs[0].results.map(({ partialFingerprints }) => partialFingerprints["violation/v1"]);

it.each([
  ["an empty run", []],
  ["a run with everything", [result({ findings: [finding, { ...finding, finding: "a" }] }), hostileResult]],
  ["a run over events", [hostileEvent]],
])("writes a log that the schema of SARIF 2.1.0 accepts for %s", (_, results) => {
  validate(log(...results));
  expect(validate.errors).toBeNull();
});

it("suppresses what the target exempts, with the reason, and says of every other result of such a run that it is not", () => {
  const exempting = JSON.parse(report(sarifReporter("/repo"), [result({ findings: [finding], exempted: [exemptedFinding] })], { exempts: true })) as Log;
  validate(exempting);
  expect(validate.errors).toBeNull();
  expect(exempting.runs[0].results.map(({ suppressions }) => suppressions)).toEqual([[], [{ kind: "external", status: "accepted", justification: "node agents", properties: { ticket: "PLAT-1", expires: "2027-03-31" } }]]);
  expect(log(result({ findings: [finding] })).runs[0].results[0]?.suppressions).toBeUndefined();
});

it("ties each result to its rule, with a level and a score that follow the severity", () => {
  const [first] = log(result({ findings: [finding] })).runs;
  const { ruleId, ruleIndex, level, locations } = first.results[0] as SarifResult;
  expect({ ruleId, level }).toEqual({ ruleId: "privileged-containers", level: "error" });
  expect(first.tool.driver.rules[ruleIndex]).toMatchObject({ id: ruleId, properties: { "security-severity": "9.5" } });
  expect(locations[0].physicalLocation).toEqual({ artifactLocation: { uri: "apps/web.yaml", uriBaseId: "%SRCROOT%" }, region: { startLine: 4, startColumn: 26 } });
});

it.each([
  ["apps/a b.yaml", { uri: "apps/a%20b.yaml", uriBaseId: "%SRCROOT%" }],
  ["/repo/c.yaml", { uri: "c.yaml", uriBaseId: "%SRCROOT%" }],
  ["../d.yaml", { uri: "file:///d.yaml" }],
  ["-", { uri: "stdin" }],
])("names the file %s by a URI", (file, location) => {
  const [first] = log(result({ file, findings: [{ ...finding, file }] })).runs;
  expect(first.results[0]?.locations[0].physicalLocation.artifactLocation).toEqual(location);
});

it("gives a violation the same fingerprint after its lines have moved, and two alike different ones", () => {
  const before = fingerprints(log(result({ findings: [finding] })));
  expect(fingerprints(log(result({ findings: [{ ...finding, line: 40 }] })))).toEqual(before);
  expect(new Set(fingerprints(log(result({ findings: [finding] }), result({ findings: [finding] })))).size).toBe(2);
});

it("reports what could not be judged as a failed execution, and controls that were not evaluated as warnings", () => {
  const parts = result({ errors: [{ file: "a.yaml", line: 1, column: 1, message: "Wrong." }], notEvaluated: [{ control: "dangling-bindings", file: "a.yaml", reason: "It needs more." }] });
  const [{ executionSuccessful, toolExecutionNotifications }] = log(parts).runs[0].invocations;
  expect(executionSuccessful).toBe(false);
  expect(toolExecutionNotifications.map(({ message }) => message.text)).toEqual(["Wrong.", "dangling-bindings was not evaluated. It needs more."]);
});

it("lets hostile text make no link", () => {
  expect(log(hostileResult).runs[0].results[0]?.message.text).toContain("\\[y\\](http://z)");
});
