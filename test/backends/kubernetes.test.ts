import { lookupsOf } from "../../src/ir/lookups.ts";
import { keptCases } from "../kept-cases.ts";
import { targetSettings } from "../target-settings.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { buildTarget } from "../../src/bundle/build-target.ts";
import { compareFolder } from "../../src/bundle/golden.ts";
import { readTarget } from "../../src/bundle/target-file.ts";
import { emitKubernetes } from "../../src/backends/kubernetes/index.ts";
import { describeControls } from "../../src/backends/opa/describe-controls.ts";
import { compile } from "../../src/compile.ts";
import { selectControls } from "../../src/profiles/selection.ts";
import { createSchemaValidator } from "../../src/kubernetes/schema-validator.ts";
import { isOfConfiguration, looksUp } from "../left-out.ts";
import { compiledPolicies } from "../compiled-policies.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { controls, sourceOf } = compiledPolicies;
const catalogue = describeControls(controls);
const result = await readTarget(join(root, "targets/kubernetes.yaml"), catalogue);
if ("errors" in result) throw new Error(result.errors.map(({ message }) => message).join(" "));
const { diagnostics, files } = await buildTarget(result.target, controls, "auto", sourceOf, keptCases);
const manifests = files.filter(({ path }) => /\/.*\.yaml$/.test(path));
const documents = manifests.flatMap(({ path, content }) => parseAllDocuments(String(content)).map((document) => ({ path, document: document.toJS() as Manifest })));

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

it("emits the files that are kept, byte for byte, and no other stands beside them", () => {
  expect(compareFolder(join(root, "golden/kubernetes"), files).map(({ change, path }) => `${change} ${path}`)).toEqual([]);
});

it("emits documents that fit Kubernetes' schema, under the name of their control", () => {
  const schemas = createSchemaValidator();
  expect(documents.length).toBe(2 * manifests.length);
  for (const { path, document } of documents) {
    expect(schemas.validate(document.apiVersion, document.kind, document)).toEqual({ known: true, errors: [] });
    const id = path.replace(/^.*\/|\.yaml$/g, "");
    expect(document.metadata.name).toBe(`${id}.portcullis.dev`);
    expect(document.metadata.annotations["portcullis.dev/control"]).toBe(id);
  }
});

it("says of every control whether it is emitted, and why not", () => {
  const report = JSON.parse(String(files.find(({ path }) => path === "capabilities.json")?.content)) as { controls: { control: string; emitted: boolean; reason?: string; source: string }[] };
  const { controls: selected } = selectControls(catalogue.controls, { profiles: ["all"], kubernetesMinor: 37 });
  expect(report.controls.map(({ control }) => control)).toEqual(selected.map(({ id }) => id));
  const left = report.controls.filter(({ emitted }) => !emitted);
  expect(left.map(({ control }) => control)).toEqual(controls.filter((control) => isOfConfiguration(control) || looksUp(control)).map(({ id }) => id).sort());
  expect(left.find(({ control }) => control === "encryption-providers")).toEqual(
    { control: "encryption-providers", emitted: false, reason: "apiserver.config.k8s.io/v1 EncryptionConfiguration is a configuration file, which no request brings to the API server.", source: "policies/encryption/encryption-providers.ts" },
  );
  expect(manifests.length).toBe(report.controls.length - left.length);
  // Other objects are beyond this engine: of each control that asks for some it is said, at its line, whether all or a finding is missing.
  expect(new Set(diagnostics.map(({ code, severity }) => `${severity} ${code}`))).toEqual(new Set(["warning kubernetes/cannot-express", "warning admission/finding-left-out"]));
  expect([...new Set(diagnostics.map(({ span }) => span?.file))].sort()).toEqual(controls.filter((control) => !isOfConfiguration(control) && lookupsOf(control.check).length > 0).map(({ source }) => source).sort());
});

it("lists every manifest in the Kustomization and every file in the sums", () => {
  const text = (path: string) => String(files.find((file) => file.path === path)?.content);
  expect((parseAllDocuments(text("kustomization.yaml"))[0]?.toJS() as { resources: string[] }).resources).toEqual(manifests.map(({ path }) => path).sort());
  expect(text("SHA256SUMS").trimEnd().split("\n").map((line) => line.slice(66))).toEqual(files.map(({ path }) => path).filter((path) => path !== "SHA256SUMS").sort());
});

it.each([["audit", ["Audit"]], ["warn", ["Warn", "Audit"]], ["enforce", ["Deny"]]] as const)("binds a policy of the stage %s to its actions", async (stage, actions) => {
  const target = { ...result.target, spec: { ...result.target.spec, stage, select: { controls: ["host-ports"] } } };
  const emission = await buildTarget(target, controls, "auto", sourceOf, keptCases);
  const [, binding] = parseAllDocuments(String(emission.files.find(({ path }) => path.endsWith("host-ports.yaml"))?.content));
  expect((binding?.toJS() as Manifest).spec).toEqual({ policyName: "host-ports.portcullis.dev", validationActions: actions });
  expect(emission.files.filter(({ path }) => path.includes("/")).length).toBe(1);
});

it("keeps goldens whose expressions are within what the API server takes", () => {
  for (const { path, document } of documents.filter(({ document: { kind } }) => kind === "ValidatingAdmissionPolicy")) {
    const { variables, validations } = document.spec as { variables: { name: string; expression: string }[]; validations: { message: string; messageExpression: string }[] };
    expect(variables.map(({ name }) => name), path).toEqual([...new Set(variables.map(({ name }) => name))]);
    expect(variables.filter(({ name }) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))).toEqual([]);
    expect(validations[0]?.message).not.toContain("\n");
    expect(readFileSync(join(root, "golden/kubernetes", path), "utf8").split("\n").filter((line) => /\s$/.test(line))).toEqual([]);
  }
});

it("leaves out a control that asks for other objects, with a warning at the author's line and a row in the report", () => {
  const folder = join(root, "test/diagnostics/kubernetes/cannot-express");
  const compiled = compile(folder, folder);
  const settings = { kubernetesMinor: 37, controls: Object.fromEntries(compiled.controls.map(({ id }) => [id, true as const])), parameters: {} };
  const emission = emitKubernetes({ controls: compiled.controls, settings, target: targetSettings("audit", { name: "one" }), sourceOf: compiled.sourceOf, compiler: "auto" });
  expect(emission.diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual(["warning kubernetes/cannot-express"]);
  const report = JSON.parse(String(emission.files.find(({ path }) => path === "capabilities.json")?.content)) as { controls: unknown[] };
  expect(report.controls).toMatchObject([{ emitted: false, reason: "The backend kubernetes cannot express other objects.", source: expect.stringMatching(/^input\.ts:\d+$/) as string }]);
  expect(emission.files.filter(({ path }) => path.includes("/"))).toEqual([]);
});
