import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { afterAll, expect, it, vi } from "vitest";
import { parseAllDocuments } from "yaml";
import { readEmitted } from "../../src/backends/engine-schemas/read-emitted.ts";
import { emittedFaults } from "../../src/backends/engine-schemas/validate-emitted.ts";
import { objectBackends } from "../../src/backends/index.ts";
import { compile } from "../../src/compile.ts";
import type { Rollout } from "../../src/backends/rollout.ts";
import { emittedBy, hostileRequest } from "./emitted.ts";
import { longProject } from "./long-texts.ts";
import { groups, hostileProject } from "./project.ts";

// Three readers go over some hundred files, and machines are busy.
vi.setConfig({ testTimeout: 30_000 });
const { controls, diagnostics } = hostileProject();
const folder = mkdtempSync(join(tmpdir(), "portcullis-texts-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Where every backend puts a control in force in more than one way, with an exemption whose words are hostile. */
const texts = groups.flat();
const rollout = (): Rollout => ({
  placements: [{ stage: "audit" }, { stage: "enforce", namespaces: ["team-*"] }],
  exemptions: texts.slice(0, 12).map((text, index) => ({ namespaces: [`kube-${index}`], reason: text, owner: texts[index + 20] ?? "", ticket: texts[index + 40] ?? "" })),
});

/** Backends as a target may ask for them. */
const asked = objectBackends.flatMap(({ name }) => (name === "gatekeeper" ? (["rego", "cel"] as const).map((language) => ({ name, language })) : [{ name, language: "rego" as const }]));

it("compiles controls whose every text is hostile", () => {
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  expect(controls.map(({ id }) => id).sort()).toEqual(groups.map((_, index) => `hostile-${index}`).sort());
});

it.each(asked)("emits documents of $name ($language) that are the same to every reader, and fit the engine's schema", async ({ name, language }) => {
  const target = { rollout, gatekeeper: { language, generateVAP: false } };
  const backend = objectBackends.find((each) => each.name === name) ?? { name };
  const files = await emittedBy(name, controls, target);
  expect(emittedFaults(backend, undefined, files)).toEqual([]);
  for (const file of files.filter(({ path }) => path.endsWith(".yaml"))) {
    const text = String(file.content);
    const { documents } = readEmitted([file]);
    const values = documents.map(({ value }) => value);
    expect(values.length, file.path).toBeGreaterThan(0);
    expect(loadAll(text), file.path).toEqual(values);
    expect(parseAllDocuments(text).map((document) => document.toJS() as unknown), file.path).toEqual(values);
  }
});

it.each(asked.filter(({ name }) => name !== "opa"))("keeps what a control says of itself in the annotations of $name ($language)", async ({ name, language }) => {
  const { documents } = readEmitted(await emittedBy(name, controls, { gatekeeper: { language, generateVAP: false } }));
  for (const { id, control } of controls) {
    const annotations = documents.map(({ value }) => (value["metadata"] as { annotations?: Record<string, string> } | undefined)?.annotations ?? {}).filter((each) => each["portcullis.dev/control"] === id);
    const values = new Set(annotations.flatMap((each) => Object.values(each).map(apart)));
    expect(values, id).toContain(apart(control.title));
    expect(values, id).toContain(apart(control.description));
    expect(values, id).toContain(apart(control.remediation));
  }
});

it.each(asked.filter(({ name, language }) => name === "kubernetes" || name === "kyverno" || (name === "gatekeeper" && language === "cel")))("writes every text into the CEL of $name as a literal that says it exactly", async ({ name, language }) => {
  const { documents } = readEmitted(await emittedBy(name, controls, { gatekeeper: { language, generateVAP: false } }));
  const literals = new Set(documents.flatMap(({ value }) => expressionsIn(value)).flatMap(celLiterals));
  expect(texts.filter((text) => !literals.has(text))).toEqual([]);
});

/** For Kyverno, which would take them for variables, a space keeps the characters of `{{` and `$(` apart. */
const apart = (text: string): string => text.replace(/(?<=[{$]) ?(?=[{(])/g, " ");

/** Every expression in a document. */
function expressionsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => (typeof member === "string" && key === "expression" ? [member] : expressionsIn(member)));
}

/** What the string literals of an expression say. */
function celLiterals(expression: string): string[] {
  return [...expression.matchAll(/(r?)'((?:[^'\\]|\\.)*)'/gs)].map(([, raw, body = ""]) => (raw === "r" ? body : body.replace(/\\(?:u([0-9a-f]{4})|(.))/gs, (_, code: string | undefined, other: string) => (code === undefined ? (({ n: "\n", r: "\r", t: "\t" }) as Record<string, string>)[other] ?? other : String.fromCharCode(parseInt(code, 16))))));
}

it.each(["kubernetes", "kyverno", "gatekeeper"])("refuses for %s, at the author's line, an expression that is longer than CEL reads", async (name) => {
  const { controls: long } = longProject();
  const [one, three] = ["long-one", "long-three"].map((id) => long.filter((control) => control.id === id));
  const backend = objectBackends.find((each) => each.name === name);
  const emit = async (which: typeof one = []) => backend?.emit(hostileRequest(which, { gatekeeper: { language: "cel", generateVAP: false } }));
  expect((await emit(one))?.diagnostics).toEqual([]);
  const refused = await emit(three);
  expect(refused?.diagnostics).toMatchObject([{ code: `${name}/cannot-express`, message: expect.stringMatching(/an expression of \d{3},\d{3} characters, where CEL reads 100,000/) as string }]);
  expect(JSON.parse(String(refused?.files.find(({ path }) => path === "capabilities.json")?.content))).toMatchObject({ controls: [{ control: "long-three", emitted: false }] });
});

/** The diagnostics of a project with one control. */
function diagnosticsOf(id: string, definition: { readonly title?: string; readonly description?: string }): string[] {
  const policies = mkdtempSync(join(folder, "policies-"));
  mkdirSync(join(policies, "hostile"));
  const { title = "A title", description = "A description." } = definition;
  writeFileSync(join(policies, "hostile", `${id}.ts`), `import { defineControl, kinds } from "portcullis";\n\nexport default defineControl({ title: ${JSON.stringify(title)}, description: ${JSON.stringify(description)}, severity: "low", frameworks: {}, match: kinds("v1/Service"), remediation: "None.", pass: [], fail: [],\n  check({ object, deny }) { if (object.spec?.externalName !== undefined) deny(object, "spec.externalName", "set"); },\n});\n`);
  return compile(policies, policies).diagnostics.map(({ code }) => code);
}

it.each([
  ["an id that is as long as it may be", "a".repeat(52), {}, []],
  ["an id that would make names too long", "a".repeat(53), {}, ["frontend/id-length"]],
  ["a title of two lines", "host-ports", { title: "a\nb" }, ["frontend/text-form"]],
  ["a title with a control character", "host-ports", { title: "a\u0000b" }, ["frontend/text-form"]],
  ["a blank title", "host-ports", { title: " " }, ["frontend/text-form"]],
  ["a title of 64 KiB", "host-ports", { title: "a".repeat(65_536) }, ["frontend/text-form"]],
  ["a description of 64 KiB", "host-ports", { description: "é".repeat(32_768) }, []],
  ["a description that no annotation holds", "host-ports", { description: "a".repeat(300_000) }, ["frontend/text-form"]],
])("answers %s by a diagnostic, or takes it", (_, id, definition, codes) => {
  expect(diagnosticsOf(id, definition)).toEqual(codes);
});
