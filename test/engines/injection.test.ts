import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { CompiledControl, TargetSettings } from "../../src/backends/backend.ts";
import { readEmitted } from "../../src/backends/engine-schemas/read-emitted.ts";
import { objectBackends } from "../../src/backends/index.ts";
import { emitRego } from "../../src/backends/opa/emit-rego.ts";
import { entrypoint } from "../../src/backends/opa/manifest.ts";
import { judge as judgePlainly, newestMinor } from "../../src/plain/judge.ts";
import { compareViolations, type Violation } from "../../src/plain/violation.ts";
import { emittedBy, hostileSettings } from "../injection/emitted.ts";
import { longObjects, longProject } from "../injection/long-texts.ts";
import { hostileObjects, hostileProject, textsOf } from "../injection/project.ts";
import { difference, expectedTexts, trimmed } from "../../src/verify/comparison.ts";
import { judge as judgeAdmission } from "./admission/judge.ts";
import { engineBinary } from "./engine.ts";
import { judgeGatekeeper } from "./gatekeeper/judge.ts";
import { judgeKyverno } from "./kyverno/judge.ts";
import { startKubectl } from "./yaml/kubectl.ts";

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

/** The documents of some kinds that a backend emits for the hostile controls, but for what stands in its tests. */
async function documentsOf(backend: string, kinds: RegExp, target: Partial<TargetSettings> = {}): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { documents } = readEmitted(await emittedBy(backend, controls, target));
  return documents.filter(({ kind, path }) => kinds.test(kind) && !/(^|\/)(tests?|\.kyverno-test|suites?)\//.test(path)).map(({ value }) => value);
}

const controlOf = (document: Readonly<Record<string, unknown>>): unknown => (document["metadata"] as { readonly annotations?: Readonly<Record<string, unknown>> }).annotations?.["portcullis.dev/control"];

/** Where the policy of each control stands among the documents. */
const placesIn = (documents: readonly Readonly<Record<string, unknown>>[]): readonly number[] => controls.map(({ id }) => documents.findIndex((document) => controlOf(document) === id));

/** How verdicts on all cases differ from the plain run, by `find`; at least some must deny. */
function expectAgreement(differenceAt: (index: number, expected: readonly string[]) => string | undefined): void {
  let denied = 0;
  const wrong = cases.flatMap(({ control, object }, index) => {
    const expected = expectedTexts(control, { object, parameters: parametersOf(control) });
    if (expected.length > 0) denied += 1;
    const found = differenceAt(index, expected);
    return found === undefined ? [] : [`${control.id} on ${JSON.stringify(object)}: ${found}`];
  });
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(denied).toBeGreaterThan(300);
}

it("emits YAML in which kubectl's own reader finds what ours does", async () => {
  const kubectl = startKubectl();
  try {
    for (const { name } of objectBackends) {
      for (const file of (await emittedBy(name, controls)).filter(({ path }) => path.endsWith(".yaml"))) {
        const { documents, error } = await kubectl.ask(Buffer.from(file.content));
        expect({ path: file.path, error, documents }).toEqual({ path: file.path, error: undefined, documents: readEmitted([file]).documents.map(({ value }) => value) });
      }
    }
  } finally {
    kubectl.stop();
  }
});

it("finds with the API server what the plain run finds of hostile objects", async () => {
  const documents = await documentsOf("kubernetes", /^ValidatingAdmissionPolicy$/);
  const places = placesIn(documents);
  const { answers, reports } = await judgeAdmission(documents, cases.map(({ object, place }) => ({ operation: "CREATE", object, raw: true, policies: [places[place] ?? -1] })));
  expect(reports.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  expectAgreement((index, expected) => {
    const answer = answers[index];
    if (answer === undefined || "error" in answer) return answer?.error ?? "no answer";
    return answer.verdicts[0] === undefined ? "no verdict" : difference(answer.verdicts[0], expected);
  });
});

it.each([["kyverno", /^ValidatingPolicy$/], ["kyverno-legacy", /^ClusterPolicy$/]] as const)("finds with Kyverno, by the policies of the backend %s, what the plain run finds of hostile objects", async (backend, kinds) => {
  const documents = await documentsOf(backend, kinds);
  const places = placesIn(documents);
  const { answers, reports } = await judgeKyverno(documents, cases.map(({ object, place }) => ({ operation: "CREATE", object, raw: true, policies: [places[place] ?? -1] })));
  expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
  expectAgreement((index, expected) => {
    const answer = answers[index];
    if (answer === undefined || answer.error !== undefined) return answer?.error ?? "no answer";
    const [verdict] = answer.verdicts;
    // Kyverno, unlike the API server, keeps white space at the ends of a message.
    const message = verdict?.message === undefined ? {} : { message: trimmed(verdict.message) };
    return verdict === undefined || !verdict.matched ? "the policy did not judge" : difference({ ...verdict, ...message }, expected);
  });
});

it.each(["rego", "cel"] as const)("finds with Gatekeeper, by templates in %s, what the plain run finds of hostile objects", async (language) => {
  const documents = await documentsOf("gatekeeper", /^(ConstraintTemplate|Portcullis.*)$/, { gatekeeper: { language, generateVAP: false } });
  const sorted = documents.toSorted((left, right) => Number(right["kind"] === "ConstraintTemplate") - Number(left["kind"] === "ConstraintTemplate"));
  const { answers, reports } = await judgeGatekeeper(sorted, cases.map(({ object }) => ({ operation: "CREATE", object, namespace: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } } })));
  expect(reports.filter(({ error }) => error !== undefined)).toEqual([]);
  expectAgreement((index, expected) => {
    const [answer, { control } = unreachable()] = [answers[index], cases[index]];
    if (answer === undefined || answer.error !== undefined) return answer?.error ?? "no answer";
    const found = answer.violations.filter(({ constraint }) => constraint === control.id).map(({ message }) => message);
    if (language === "cel") return difference({ allowed: found.length === 0, ...(found[0] === undefined ? {} : { message: found[0] }) }, expected);
    // Rego's messages keep their line breaks.
    const texts = [...new Set(found.map((message) => message.replaceAll("\n", " ")))].sort();
    return JSON.stringify(texts) === JSON.stringify(expected.toSorted()) ? undefined : `says ${JSON.stringify(texts)} where the plain run finds ${JSON.stringify(expected)}`;
  });
});

it("judges by texts of 64 KiB that differ in their last character as the plain run does, in every engine", async () => {
  const [one = unreachable()] = longProject().controls.filter(({ id }) => id === "long-one");
  const expected = longObjects.map((object) => expectedTexts(one, { object }).length > 0);
  const requests = longObjects.map((object) => ({ operation: "CREATE" as const, object, raw: true }));
  const documentsFor = async (backend: string, target: Partial<TargetSettings> = {}): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const { documents } = readEmitted(await emittedBy(backend, [one], target));
    return ["ConstraintTemplate", "PortcullisLongOne", "ValidatingAdmissionPolicy", "ValidatingPolicy", "ClusterPolicy"].flatMap((kind) => documents.filter((document) => document.kind === kind).map(({ value }) => value));
  };
  const found: Record<string, readonly (boolean | string)[]> = {};
  const deniedBy = (allowed: boolean | undefined, error: string | undefined): boolean | string => error ?? allowed === false;
  const { answers } = await judgeAdmission(await documentsFor("kubernetes"), requests);
  found["kubernetes"] = answers.map((answer) => ("error" in answer ? answer.error : deniedBy(answer.verdicts[0]?.allowed, answer.verdicts[0]?.error)));
  for (const backend of ["kyverno", "kyverno-legacy"]) {
    const judged = await judgeKyverno(await documentsFor(backend), requests);
    found[backend] = judged.answers.map((answer) => (answer.error === undefined ? deniedBy(answer.verdicts[0]?.allowed, answer.verdicts[0]?.error) : answer.error));
  }
  for (const language of ["rego", "cel"] as const) {
    const judged = await judgeGatekeeper(await documentsFor("gatekeeper", { gatekeeper: { language, generateVAP: false } }), requests);
    found[`gatekeeper ${language}`] = judged.answers.map((answer) => (answer.error === undefined ? answer.violations.length > 0 : answer.error));
  }
  expect(expected.filter((denied) => denied).length).toBe(3);
  for (const [engine, verdicts] of Object.entries(found)) expect({ engine, verdicts }).toEqual({ engine, verdicts: expected });
});

function unreachable(): never {
  throw new Error("an answer too many");
}
