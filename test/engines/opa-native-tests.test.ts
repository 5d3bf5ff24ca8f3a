import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { shownCases } from "../../src/backends/native-cases.ts";
import type { OpaSettings } from "../../src/backends/opa/manifest.ts";
import { lookedUpKinds, lookupsOf } from "../../src/ir/lookups.ts";
import { kindNameOf, ObjectSet } from "../../src/plain/object-set.ts";
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

describe("conftest", () => {
  const files = readdirSync(examples).map((name) => join(examples, name));

  interface Line {
    readonly file: string;
    readonly control: string;
    readonly finding?: string;
    readonly path: string;
    readonly message: string;
  }

  // Objects in one file may say the same; conftest is not asked of which it says it.
  const told = (lines: readonly Line[]): readonly string[] => [...new Set(lines.map(({ control, file, message, path }) => `${basename(file)}: ${control} ${path}: ${message}`))].sort();

  /** What conftest denies, and of which controls it warns, given further data. */
  async function conftest(...data: readonly string[]): Promise<{ readonly denied: readonly Line[]; readonly warned: readonly string[] }> {
    const given = [join(golden, "data.json"), ...data].flatMap((path) => ["--data", path]);
    const { stdout } = spawnSync(await engineBinary("conftest"), ["test", "--policy", join(golden, "rego"), "--policy", join(golden, "conftest"), ...given, "--output", "json", ...files], { encoding: "utf8", maxBuffer: 1 << 28 });
    const results = JSON.parse(stdout) as { filename: string; failures?: { msg: string; metadata: { control: string; path: string } }[]; warnings?: { metadata: { control: string } }[] }[];
    return {
      denied: results.flatMap(({ failures = [], filename }) => failures.map(({ msg, metadata }) => ({ file: filename, ...metadata, message: msg }))),
      warned: [...new Set(results.flatMap(({ warnings = [] }) => warnings.map(({ metadata }) => metadata.control)))],
    };
  }

  const violations = (...flags: readonly string[]): readonly Line[] => (JSON.parse(checked(files, flags)) as { violations: Line[] }).violations;
  const looking = new Set(selected.flatMap(({ check, id }) => lookupsOf(check).map(({ finding }) => `${id} ${finding}`)));

  it("finds what check finds, on manifests as they are written, and tells which controls would have to see the other objects", async () => {
    const { denied, warned } = await conftest();
    expect(denied.length).toBeGreaterThan(20);
    expect(told(denied)).toEqual(told(violations().filter(({ control, finding }) => !looking.has(`${control} ${finding}`))));
    expect(warned).toContain("default-deny-policies");
  });

  it("finds what check finds of several objects too, where it is given them all", async () => {
    const objects = files.flatMap((file) => parseAllDocuments(readFileSync(file, "utf8")).map((document): unknown => document.toJS())).filter((object) => kindNameOf(object) !== undefined);
    const inventory = new ObjectSet(objects as ConstructorParameters<typeof ObjectSet>[0]).inventory(new Map(selected.flatMap(({ check }) => lookedUpKinds(check)).map((kind) => [kind, undefined])));
    const path = join(folder, "inventory.json");
    writeFileSync(path, JSON.stringify({ inventory }));
    const { denied, warned } = await conftest(path);
    expect(told(denied)).toEqual(told(violations("--complete")));
    expect(warned).not.toContain("default-deny-policies");
  });
});

/** What `portcullis check` prints; it exits with 1 where it finds something. */
function checked(files: readonly string[], flags: readonly string[]): string {
  try {
    return execFileSync(process.execPath, [fileURLToPath(new URL("../../bin/portcullis.js", import.meta.url)), "check", "--format", "json", ...flags, ...files], { encoding: "utf8", maxBuffer: 1 << 28 });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
