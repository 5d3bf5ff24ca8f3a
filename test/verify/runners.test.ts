import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { CompiledControl, EmittedFile } from "../../src/backends/backend.ts";
import type { Bundle } from "../../src/verify/runner.ts";
import { gator, suites } from "../../src/verify/runners/gator.ts";
import { kyverno, rows } from "../../src/verify/runners/kyverno.ts";
import { opa } from "../../src/verify/runners/opa.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "portcullis-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A command that prints a text and ends with a code, whatever it is asked. */
function command(text: string, code = 0): string {
  const path = join(folder, "engine");
  writeFileSync(join(folder, "said"), text);
  writeFileSync(path, `#!/bin/sh\ncat "${join(folder, "said")}"\nexit ${code}\n`);
  chmodSync(path, 0o755);
  return path;
}

const control = (id: string, pass: number, fail: number): CompiledControl => {
  const object = { apiVersion: "v1", kind: "Namespace" };
  const cases = (count: number) => Array.from({ length: count }, () => ({ object }));
  return { id, domain: "one", source: "", check: { capabilities: [] } as never, control: { match: { form: "kinds", kinds: [] }, parameters: {}, pass: cases(pass), fail: cases(fail) } as never };
};
const bundle = (files: readonly EmittedFile[], controls: readonly CompiledControl[] = [control("hosts", 1, 1)]): Bundle => ({
  target: "t", backend: "b", folder, files, controls, settings: { kubernetesMinor: 37, controls: Object.fromEntries(controls.map(({ id }) => [id, true as const])), parameters: {} },
  rollout: () => ({ placements: [{ stage: "audit" }], exemptions: [] }),
});

const suite: EmittedFile = { path: "tests/one/hosts/suite.yaml", content: "tests:\n- name: hosts\n  cases: [{ name: pass-1 }, { name: fail-1 }]\n" };
const said = (second: string, end: string): string => `=== RUN   hosts\n    === RUN   pass-1\n    --- PASS: pass-1\t(0.001s)\n${second}${end}\t/x/tests/one/hosts/suite.yaml\t0.01s\n`;

it("takes each case of gator's suites by its own word", async () => {
  const report = await gator.run(bundle([suite]), command(`${said("    === RUN   fail-1\n    --- PASS: fail-1\t(0.001s)\n--- PASS: hosts\t(0.002s)\n", "ok")}PASS\n`));
  expect(report).toEqual({ outcomes: [{ control: "hosts", cases: 2, disagreements: [] }], faults: [] });
});

it("does not believe gator where it skips a case, fails one, or never runs the suite", async () => {
  const skipped = await gator.run(bundle([suite]), command(said("    === SKIP  fail-1\n", "ok")));
  expect(skipped.outcomes).toEqual([{ control: "hosts", cases: 2, disagreements: ["fail-1: was skipped"] }]);
  const failed = await gator.run(bundle([suite]), command(said("    === RUN   fail-1\n    --- FAIL: fail-1\t(0.001s)\n        got 0 violations\n--- FAIL: hosts\t(0.002s)\n", "FAIL"), 1));
  expect(failed.outcomes).toEqual([{ control: "hosts", cases: 2, disagreements: ["fail-1: got 0 violations"] }]);
  const silent = await gator.run(bundle([suite]), command("PASS\n"));
  expect(silent).toEqual({ outcomes: [{ control: "hosts", cases: 0, disagreements: ["the engine answered 0 of 2 cases"] }], faults: ["gator did not run the suite of hosts"] });
});

it("tells why a suite failed that has no case of its own to blame", () => {
  expect(suites("FAIL\t/x/suite.yaml\t0.1s\n  reading ConstraintTemplate: no such file\nFAIL\n")).toEqual([{ path: "/x/suite.yaml", cases: [], failure: "reading ConstraintTemplate: no such file" }]);
});

const policy: EmittedFile = { path: "one/hosts/hosts.yaml", content: "metadata: { name: hosts-enforce, annotations: { portcullis.dev/control: hosts } }\n" };
const tests: EmittedFile = { path: "one/hosts/.kyverno-test/kyverno-test.yaml", content: "results:\n- { policy: hosts-enforce, resources: [pass-1], result: pass }\n- { policy: hosts-enforce, resources: [fail-1], result: fail }\n" };
const row = (resource: string, result = "Pass", reason = "Ok"): object => ({ ID: 1, POLICY: "hosts-enforce", RESOURCE: resource, RESULT: result, REASON: reason, RULE: "" });
const printed = (...all: readonly object[]): string => `Loading test ( x ) ...\n  Checking results ...\n\n${JSON.stringify(all, undefined, 2)}\n\n`;

it("counts a row of Kyverno's only where it says plainly that the result was the expected one", async () => {
  const files = [policy, tests];
  expect(await kyverno.run(bundle(files), command(printed(row("v1/Pod/pass-1"), row("v1/Pod/fail-1"))))).toEqual({ outcomes: [{ control: "hosts", cases: 2, disagreements: [] }], faults: [] });
  const excluded = await kyverno.run(bundle(files), command(printed(row("v1/Pod/pass-1"), row("v1/Pod/fail-1", "Pass", "Excluded"))));
  expect(excluded.outcomes[0]?.disagreements).toEqual(["v1/Pod/fail-1: Pass (Excluded)"]);
  const lost = await kyverno.run(bundle(files), command(printed(row("v1/Pod/pass-1"))));
  expect(lost.outcomes[0]?.disagreements).toEqual(["the engine answered 1 of 2 cases"]);
  const other = await kyverno.run(bundle(files), command(printed({ ...row("v1/Pod/pass-1"), POLICY: "other" }), 3));
  expect(other.faults).toEqual([expect.stringContaining("kyverno test ended with 3"), "kyverno tested the policy other, which belongs to no control"]);
});

it("reads every table that Kyverno prints", () => {
  expect(rows(`${printed(row("a"))}${printed(row("b"), row("c"))}`).map(({ RESOURCE }) => RESOURCE)).toEqual(["a", "b", "c"]);
});

it("does not believe opa where a test fails, is skipped, or is missing, or the files do not load", async () => {
  const files: EmittedFile[] = [{ path: "tests/one/hosts_test.rego", content: "" }];
  const test = (name: string, rest: object = {}): object => ({ package: "data.portcullis.hosts_test", name, ...rest });
  const run = async (...all: readonly object[]) => (await opa.run(bundle(files), command(JSON.stringify(all)))).outcomes[0]?.disagreements;
  expect(await run(test("test_pass_1"), test("test_fail_1"))).toEqual([]);
  expect(await run(test("test_pass_1"), test("test_fail_1", { fail: true }))).toEqual(["test_fail_1 fails"]);
  expect(await run(test("todo_pass_1", { skip: true }), test("test_fail_1"))).toEqual(["todo_pass_1 was skipped"]);
  expect(await run(test("test_pass_1"))).toEqual(["the engine answered 1 of 2 cases"]);
  expect((await opa.run(bundle(files), command("1 error occurred: x.rego:1: rego_parse_error", 1))).faults).toEqual(["opa test ended with 1: 1 error occurred: x.rego:1: rego_parse_error"]);
});
