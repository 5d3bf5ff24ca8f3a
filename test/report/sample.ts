import { readFileSync } from "node:fs";
import type { OpaManifest } from "../../src/backends/opa/manifest.ts";
import type { CheckResult, ExemptedFinding, Finding, Summary } from "../../src/evaluate/result.ts";
import type { Reporter, ReporterOptions, Run } from "../../src/report/index.ts";

const manifest = JSON.parse(readFileSync(new URL("../fixtures/opa/manifest.json", import.meta.url), "utf8")) as OpaManifest;

/** The run that all samples belong to. */
export const run: Run = { controls: manifest.controls, subject: "document", exempts: false, version: "1.2.3" };

export const options: ReporterOptions = { colors: false, width: 80, cwd: "/repo" };

/** Text that breaks out of every format that does not escape it: markup, commands, escapes of a terminal. */
export const hostile = "a\u001b[31m\"'<b>]]>&|`x`\r\n::error::[y](http://z) @all 100% \u202e\u009b\u2028";

const lines = ["spec:", "  containers:", "    - name: web", "      securityContext: { privileged: true }"];

export const finding: Finding = {
  control: "privileged-containers",
  path: "spec.containers[0].securityContext.privileged",
  message: "container web is privileged",
  severity: "critical",
  file: "apps/web.yaml",
  line: 4,
  column: 26,
};

export const exemptedFinding: ExemptedFinding = { ...finding, exemption: { namespaces: ["shop"], reason: "node agents", ticket: "PLAT-1", expires: "2027-03-31" } };

/** One document's result; what is not given is empty. */
export function result(parts: Partial<CheckResult>): CheckResult {
  return {
    file: "apps/web.yaml",
    object: { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web" },
    findings: [],
    exempted: [],
    errors: [],
    notes: [],
    notEvaluated: [],
    frame: (line, context) => lines.map((text, index) => ({ number: index + 1, text })).filter(({ number }) => Math.abs(number - line) <= context),
    ...parts,
  };
}

/** A document that is hostile in each place where text can stand. */
export const hostileResult = result({
  file: `${hostile}.yaml`,
  object: { apiVersion: hostile, kind: hostile, namespace: hostile, name: hostile },
  findings: [{ ...finding, file: `${hostile}.yaml`, message: hostile, path: `metadata.labels["${hostile}"]`, absent: hostile }],
  exempted: [{ ...finding, file: `${hostile}.yaml`, message: hostile, path: `metadata.labels["${hostile}"]`, exemption: { namespaces: [hostile], reason: hostile, owner: hostile, ticket: hostile, expires: hostile } }],
  errors: [{ file: `${hostile}.yaml`, line: 2, column: 3, message: hostile, help: hostile }],
  notes: [{ file: `${hostile}.yaml`, line: 2, column: 3, message: hostile }],
  notEvaluated: [{ control: "dangling-bindings", file: `${hostile}.yaml`, reason: hostile }],
  frame: () => [{ number: 4, text: hostile }],
});

/** An event that is hostile in each place where text can stand. */
export const hostileEvent = result({
  file: hostile,
  object: undefined,
  event: { auditID: hostile, stage: hostile, time: hostile, user: hostile, verb: hostile, resource: hostile, namespace: hostile, name: hostile, uri: hostile },
  findings: [{ ...finding, file: hostile, path: "", message: hostile, fields: { [hostile]: hostile, "ka.user.groups": [hostile] } }],
  exempted: [{ ...finding, file: hostile, path: "", message: hostile, exemption: { namespaces: [hostile], reason: hostile } }],
  notEvaluated: [{ control: "wildcard-role-writes", file: hostile, reason: hostile, events: 3 }],
  frame: () => [],
});

/** The whole report of some results. */
export function report(reporter: Reporter, results: readonly CheckResult[], ofRun: Partial<Run> = {}): string {
  const findings = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const { severity } of results.flatMap((each) => each.findings)) findings[severity] += 1;
  const count = (of: (each: CheckResult) => readonly unknown[]): number => results.reduce((sum, each) => sum + of(each).length, 0);
  const summary: Summary = { files: 1, documents: results.filter(({ object }) => object !== undefined).length, controls: run.controls.length, findings, exempted: count(({ exempted }) => exempted), errors: count(({ errors }) => errors), notEvaluated: count(({ notEvaluated }) => notEvaluated) };
  return reporter.begin({ ...run, ...ofRun }) + results.map((each) => reporter.result(each)).join("") + reporter.end(summary);
}
