import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { shownCases } from "../../src/backends/native-cases.ts";
import type { OpaSettings } from "../../src/backends/opa/manifest.ts";
import { keptCases } from "../kept-cases.ts";
import { compiledControls } from "./admission/policies.ts";
import { engineBinary } from "./engine.ts";

const golden = fileURLToPath(new URL("../../golden/opa", import.meta.url));
const { settings } = JSON.parse(readFileSync(join(golden, "data.json"), "utf8")) as { settings: OpaSettings };
const selected = compiledControls("policies").filter(({ id }) => Object.hasOwn(settings.controls, id));
const examples = fileURLToPath(new URL("../../examples", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "portcullis-opa-tests-"));
let opa = "";

beforeAll(async () => {
  opa = await engineBinary("opa");
});

afterAll(() => rmSync(folder, { recursive: true }));

interface TestResult {
  readonly package: string;
  readonly name: string;
  readonly fail?: boolean;
  readonly error?: unknown;
}

/** What `opa test` says of each test; it exits with 2 where one fails. */
function testResults(...folders: readonly string[]): TestResult[] {
  const { stdout, stderr, status } = spawnSync(opa, ["test", "--format", "json", ...folders], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0 && status !== 2) throw new Error(stderr || stdout);
  return JSON.parse(stdout) as TestResult[];
}

it("passes the tests that are emitted beside the Rego, one for each own and each derived object of each control that the target selects", () => {
  const results = testResults(join(golden, "rego"), join(golden, "tests"));
  expect(results.filter(({ fail, error }) => fail === true || error !== undefined)).toEqual([]);
  const cases = selected.map((control) => ({ own: shownCases(control.control).length, derived: keptCases.derivedFor(control, settings).length }));
  expect(results.length).toBe(cases.reduce((sum, { derived, own }) => sum + own + derived, 0));
  expect(cases.reduce((sum, { derived }) => sum + derived, 0)).toBeGreaterThan(10);
});

it("fails the tests of each control whose package finds nothing any more", () => {
  const broken = join(folder, "rego");
  cpSync(join(golden, "rego"), broken, { recursive: true });
  for (const path of readdirSync(broken, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("/") && name.endsWith(".rego"))) {
    const text = readFileSync(join(broken, path), "utf8");
    writeFileSync(join(broken, path), text.replaceAll(/^violation contains .* if \{$/gm, "$&\n\tfalse"));
  }
  const failed = new Set(testResults(broken, join(golden, "tests")).filter(({ fail }) => fail === true).map(({ package: name }) => name));
  expect([...failed].sort()).toEqual(selected.map(({ id }) => `data.portcullis.${id.replaceAll("-", "_")}_test`).sort());
});

it("lets conftest find what check finds, on manifests as they are written", async () => {
  const conftest = await engineBinary("conftest");
  const files = readdirSync(examples).map((name) => join(examples, name));
  const { stdout } = spawnSync(conftest, ["test", "--policy", join(golden, "rego"), "--policy", join(golden, "conftest"), "--data", join(golden, "data.json"), "--output", "json", ...files], { encoding: "utf8", maxBuffer: 1 << 28 });
  // Objects in one file may say the same; conftest is not asked of which it says it.
  const told = (lines: readonly { file: string; control: string; path: string; message: string }[]): readonly string[] => [...new Set(lines.map(({ control, file, message, path }) => `${basename(file)}: ${control} ${path}: ${message}`))].sort();
  const found = (JSON.parse(stdout) as { filename: string; failures?: { msg: string; metadata: { control: string; path: string } }[] }[]).flatMap(({ failures = [], filename }) => failures.map(({ msg, metadata }) => ({ file: filename, ...metadata, message: msg })));
  const check = JSON.parse(checked(files)) as { violations: { file: string; control: string; path: string; message: string }[] };
  expect(found.length).toBeGreaterThan(20);
  expect(told(found)).toEqual(told(check.violations));
});

/** What `portcullis check` prints; it exits with 1 where it finds something. */
function checked(files: readonly string[]): string {
  try {
    return execFileSync(process.execPath, [fileURLToPath(new URL("../../bin/portcullis.js", import.meta.url)), "check", "--format", "json", ...files], { encoding: "utf8", maxBuffer: 1 << 28 });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
