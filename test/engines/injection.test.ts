import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { CompiledControl } from "../../src/backends/backend.ts";
import { readEmitted } from "../../src/backends/engine-schemas/read-emitted.ts";
import { emitRego } from "../../src/backends/opa/emit-rego.ts";
import { entrypoint } from "../../src/backends/opa/manifest.ts";
import { judge as judgePlainly, newestMinor } from "../../src/plain/judge.ts";
import { compareViolations, type Violation } from "../../src/plain/violation.ts";
import { emittedBy, hostileSettings } from "../injection/emitted.ts";
import { hostileObjects, hostileProject, textsOf } from "../injection/project.ts";
import { difference, expectedTexts } from "./admission/comparison.ts";
import { judge as judgeAdmission } from "./admission/judge.ts";
import { engineBinary } from "./engine.ts";

// A CommonJS package whose types say that it is a module.
const { loadPolicySync } = createRequire(import.meta.url)("@open-policy-agent/opa-wasm") as typeof import("@open-policy-agent/opa-wasm");

const { controls } = hostileProject();
const settings = hostileSettings(controls);
const folder = mkdtempSync(join(tmpdir(), "portcullis-injection-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Each control with the objects that are hostile to it, and the defaults and the target's values of its parameters. */
const cases = controls.flatMap((control, place) => hostileObjects(textsOf(control)).map((object) => ({ control, place, object })));
const parametersOf = ({ id }: CompiledControl): Record<string, unknown> => settings.parameters[id] ?? {};

it("finds with OPA, in WASM, what the plain run finds of hostile objects", async () => {
  const opa = await engineBinary("opa");
  for (const { path, text } of emitRego(controls).files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  execFileSync(opa, ["check", "--strict", join(folder, "rego")], { stdio: "pipe" });
  expect(execFileSync(opa, ["fmt", "--list", join(folder, "rego")], { encoding: "utf8" })).toBe("");
  const bundle = join(folder, "bundle.tar.gz");
  execFileSync(opa, ["build", "--target", "wasm", "--entrypoint", entrypoint, "--output", bundle, join(folder, "rego")]);
  execFileSync("tar", ["--extract", "--gzip", "--file", bundle, "--directory", folder, "/policy.wasm"], { stdio: "pipe" });
  const policy = loadPolicySync(readFileSync(join(folder, "policy.wasm")), { initial: 64 });
  policy.setData({ settings });
  let denied = 0;
  const wrong = cases.flatMap(({ control: { control, id }, object }) => {
    const plain = judgePlainly(control, id, { object, parameters: settings.parameters[id] ?? {}, kubernetesMinor: newestMinor });
    const results = policy.evaluate({ object, operation: "CREATE", userInfo: {} }, entrypoint) as readonly { readonly result: Violation[] }[];
    const found = (results[0]?.result ?? []).filter((violation) => violation.control === id).sort(compareViolations);
    denied += plain.length;
    const same = JSON.stringify(found.map(({ path, message }) => [path, message])) === JSON.stringify(plain.map(({ path, message }) => [path, message]));
    return same ? [] : [{ id, object, plain, found }];
  });
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(denied).toBeGreaterThan(300);
});

it("finds with the API server what the plain run finds of hostile objects", async () => {
  const documents = readEmitted(await emittedBy("kubernetes", controls)).documents.filter(({ kind }) => kind === "ValidatingAdmissionPolicy").map(({ value }) => value);
  const places = controls.map(({ id }) => documents.findIndex((document) => annotation(document) === id));
  const { answers, reports } = await judgeAdmission(documents, cases.map(({ object, place }) => ({ operation: "CREATE", object, raw: true, policies: [places[place] ?? -1] })));
  expect(reports.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  let denied = 0;
  const wrong = answers.flatMap((answer, index) => {
    const { control, object } = cases[index] ?? unreachable();
    if ("error" in answer) return [`${control.id}: ${answer.error}`];
    const expected = expectedTexts(control, { object, parameters: parametersOf(control) });
    const [verdict] = answer.verdicts;
    if (verdict?.allowed === false) denied += 1;
    const found = verdict === undefined ? "no verdict" : difference(verdict, expected);
    return found === undefined ? [] : [`${control.id} on ${JSON.stringify(object)}: ${found}`];
  });
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(denied).toBeGreaterThan(300);
});

const annotation = (document: Readonly<Record<string, unknown>>): unknown => (document["metadata"] as { readonly annotations?: Readonly<Record<string, unknown>> }).annotations?.["portcullis.dev/control"];

function unreachable(): never {
  throw new Error("an answer too many");
}
