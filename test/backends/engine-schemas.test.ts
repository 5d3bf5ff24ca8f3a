import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import type { EmittedFile } from "../../src/backends/backend.ts";
import { engineSchema } from "../../src/backends/engine-schemas/engine-schema.ts";
import { emittedFaults } from "../../src/backends/engine-schemas/validate-emitted.ts";
import { versionsToFit } from "../../src/backends/engine-schemas/versions.ts";
import { backends, objectBackends } from "../../src/backends/index.ts";
import { changed, constraint, fileOf, type Json, objectsIn, type Steps, soundDocuments, template } from "./engine-documents.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const backendOf = (name: string) => backends.find((backend) => backend.name === name) ?? { name };

/** The targets of the repository with the files that are kept for them. */
const targets = readdirSync(join(root, "targets")).map((name) => {
  const { metadata, spec } = parse(readFileSync(join(root, "targets", name), "utf8")) as { metadata: { name: string }; spec: { backend: string; engineVersion?: string } };
  const folder = join(root, "golden", metadata.name);
  const files = (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [])
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry): EmittedFile => ({ path: join(entry.parentPath, entry.name).slice(folder.length + 1), content: readFileSync(join(entry.parentPath, entry.name), "utf8") }));
  return { name: metadata.name, backend: spec.backend, version: spec.engineVersion, files };
});

const faultsOf = (backend: string, files: readonly EmittedFile[], version?: string) => emittedFaults(backendOf(backend), version, files);

it.each(targets)("finds every document that is kept for the target $name fit for its engine", ({ backend, files, version }) => {
  expect(faultsOf(backend, files, version)).toEqual([]);
});

it.each(Object.entries(soundDocuments))("finds sound documents of %s fit for the newest version", (backend, documents) => {
  const newest = engineSchema(backend === "kyverno-legacy" ? "kyverno" : (backend as "kyverno")).versions.at(-1);
  const sources = backend === "gatekeeper" ? documents : [...documents, documents[0] as Json];
  expect(faultsOf(backend, sources.map((document, index) => ({ ...fileOf(document), path: `${index}.yaml` })), newest).filter((text) => !text.includes("no template"))).toEqual([]);
});

/** Places where a name of the author's own may stand; elsewhere an unknown key is a fault. */
const free = [
  // A template's schema for parameters names them as it likes, and so does a constraint, which is held to its template by itself.
  /^ConstraintTemplate spec crd spec validation openAPIV3Schema (.* )?(properties|default|items default)$/,
  /^(A|Portcullis\w+) spec parameters\b/,
  // The cluster of a test of Kyverno's holds objects of any kind.
  /^ClusterResource spec resources \d+/,
  // Kyverno's command line takes values for any variable.
  /^Values .*\b(values|globalValues)$/,
  // Kyverno takes any JSON for a pattern, for a condition's value, and for a variable.
  /^ClusterPolicy spec rules \d+ (.* )?(pattern|anyPattern|value|default)\b/,
];

const everyDocument = [
  ...Object.entries(soundDocuments).flatMap(([backend, documents]) => documents.map((document) => ({ backend, document }))),
  ...targets.filter(({ backend }) => objectBackends.some(({ name }) => name === backend)).flatMap(({ backend, files }) => files.flatMap(({ content }) => parseAllDocuments(String(content)).map((document) => ({ backend, document: document.toJS() as Json })))),
];

/** What the schema of the newest version says of a document; undefined for objects to be judged, which it does not know. */
function checkOf(backend: string, { apiVersion, kind }: Json): ((document: unknown) => readonly string[]) | undefined {
  for (const engine of [backend === "kyverno-legacy" ? "kyverno" : backend, "kustomize"] as const) {
    if (engine === "opa") continue;
    const schema = engineSchema(engine as "kyverno");
    const check = schema.check(schema.versions.at(-1) ?? "", String(apiVersion), String(kind));
    if (check !== undefined) return check;
  }
  return undefined;
}

it("finds an unknown key at every place of every document", () => {
  let tried = 0;
  const passed = everyDocument.flatMap(({ backend, document }) => {
    const check = checkOf(backend, document);
    if (check === undefined) return [];
    return objectsIn(document).flatMap((steps) => {
      const place = [String(document["kind"]), ...steps].join(" ");
      if (free.some((pattern) => pattern.test(place))) return [];
      tried += 1;
      return check(changed(document, steps, (object) => ({ ...(object as Json), unheardOf: {} }))).length === 0 ? [place] : [];
    });
  });
  expect(passed).toEqual([]);
  expect(tried).toBeGreaterThan(500);
});

it("finds a value of another type at every place of every document", () => {
  const passed = everyDocument.flatMap(({ backend, document }) => {
    const check = checkOf(backend, document);
    if (check === undefined) return [];
    return objectsIn(document).flatMap((steps) => {
      const place = [String(document["kind"]), ...steps].join(" ");
      return !free.some((pattern) => pattern.test(place)) && check(changed(document, steps, () => 7)).length === 0 ? [place] : [];
    });
  });
  expect(passed).toEqual([]);
});

const [policy, binding] = soundDocuments["kubernetes"] as readonly [Json, Json];
const [validating, exception, kyvernoTest] = soundDocuments["kyverno"] as readonly [Json, Json, Json];
const [legacy] = soundDocuments["kyverno-legacy"] as readonly [Json];
const suite = soundDocuments["gatekeeper"]?.[3] as Json;
const celTemplate = template("K8sNativeValidation", { validations: [{ expression: "true" }] });
const celSource: Steps = ["spec", "targets", 0, "code", 0, "source"];
const without = (key: string) => (part: unknown) => Object.fromEntries(Object.entries(part as Json).filter(([name]) => name !== key));
const and = (more: Json) => (part: unknown) => ({ ...(part as Json), ...more });

it.each([
  ["the plural matchConditions in Gatekeeper's CEL", "gatekeeper", changed(celTemplate, celSource, and({ matchConditions: [] })), /code\/0\/source must NOT have additional properties: "matchConditions"/],
  ["a reason in Gatekeeper's CEL", "gatekeeper", changed(celTemplate, [...celSource, "validations", 0], and({ reason: "Invalid" })), /validations\/0 must NOT have additional properties: "reason"/],
  ["CEL's fields in Rego's source", "gatekeeper", template("Rego", { rego: "package a", validations: [] }), /source must NOT have additional properties: "validations"/],
  ["a version of Rego that runs as v0 in silence", "gatekeeper", template("Rego", { rego: "package a", version: "1" }), /source\/version must be equal to one of the allowed values: \["v0","v1"\]/],
  ["an engine that Gatekeeper lacks", "gatekeeper", template("CEL", {}), /engine must be equal to one of the allowed values/],
  ["a slip in the schema of parameters", "gatekeeper", changed(celTemplate, ["spec", "crd", "spec", "validation", "openAPIV3Schema"], and({ propertys: {} })), /openAPIV3Schema must NOT have additional properties: "propertys"/],
  ["a second target", "gatekeeper", changed(celTemplate, ["spec", "targets"], (targetList) => [...(targetList as Json[]), ...(targetList as Json[])]), /targets must NOT have more than 1 items/],
  ["an action that enforces nothing", "gatekeeper", changed(constraint, ["spec", "enforcementAction"], () => "enforce"), /enforcementAction must be equal to one of the allowed values/],
  ["an enforcement point that nothing is", "gatekeeper", changed(constraint, ["spec", "scopedEnforcementActions", 0, "enforcementPoints", 0, "name"], () => "webhook"), /name must be equal to one of the allowed values/],
  ["a glob that Gatekeeper cannot match", "gatekeeper", changed(constraint, ["spec", "match", "excludedNamespaces", 0], () => "a*b"), /excludedNamespaces\/0 must match pattern/],
  ["a parameter that the template lacks", "gatekeeper", changed(constraint, ["spec", "parameters"], and({ name: "a" })), /\/spec\/parameters\/ must NOT have additional properties: "name"/],
  ["an unknown field inside a parameter", "gatekeeper", changed(constraint, ["spec", "parameters", "limit"], and({ counts: 1 })), /\/spec\/parameters\/limit must NOT have additional properties: "counts"/],
  ["a constraint whose template is not there", "gatekeeper", and({ kind: "B" })(constraint), /no template is emitted for the constraint B/],
  ["a name of a constraint that is too long", "gatekeeper", changed(constraint, ["metadata", "name"], () => "a".repeat(64)), /\/metadata\/name must NOT have more than 63 characters/],
  ["violations that gator cannot read", "gatekeeper", changed(suite, ["tests", 0, "cases", 0, "assertions", 0, "violations"], () => true), /violations must/],
  ["validations of a policy in another place", "kubernetes", and({ validations: [] })(policy), /\/ must NOT have additional properties: "validations"/],
  ["a failure policy that is none", "kubernetes", changed(policy, ["spec", "failurePolicy"], () => "fail"), /failurePolicy must be equal to one of the allowed values/],
  ["an expression that is missing", "kubernetes", changed(policy, ["spec", "validations", 0], without("expression")), /validations\/0 must have required property 'expression'/],
  ["null for what is left out", "kubernetes", changed(policy, ["spec"], and({ matchConditions: null })), /matchConditions must be array/],
  ["an action that is none", "kubernetes", changed(binding, ["spec", "validationActions"], () => ["Block"]), /validationActions\/0 must be equal to one of/],
  ["a status", "kubernetes", and({ status: {} })(policy), /"status"/],
  ["what the server writes into metadata", "kubernetes", changed(policy, ["metadata"], and({ uid: "1" })), /metadata must NOT have additional properties: "uid"/],
  ["a name that is none", "kubernetes", changed(policy, ["metadata", "name"], () => "A_b"), /metadata\/name must match pattern/],
  ["a key of an annotation that is none", "kubernetes", changed(policy, ["metadata", "annotations"], and({ "a b": "c" })), /annotations property name must be valid|annotations must match pattern/],
  ["a value of a label that is none", "kubernetes", changed(policy, ["metadata"], and({ labels: { a: "b c" } })), /labels\/a must match pattern/],
  ["annotations that are too large", "kubernetes", changed(policy, ["metadata", "annotations"], and({ a: "é".repeat(131_072) })), /annotations take 2621\d\d bytes/],
  ["an older version of an API", "kubernetes", and({ apiVersion: "admissionregistration.k8s.io/v1beta1" })(policy), /kubernetes 1\.\d+ has no admissionregistration.k8s.io\/v1beta1 ValidatingAdmissionPolicy/],
  ["an engine's document among those of another", "kubernetes", validating, /kubernetes 1\.\d+ has no policies.kyverno.io\/v1 ValidatingPolicy/],
  ["an object to be judged among what is applied", "kubernetes", { apiVersion: "v1", kind: "Pod", metadata: { name: "a" } }, /has no v1 Pod/],
  ["parameters that Kyverno does not have", "kyverno", changed(validating, ["spec"], and({ paramKind: {} })), /spec must NOT have additional properties: "paramKind"/],
  ["a time that is none", "kyverno", changed(exception, ["spec", "expiresAt"], () => "2027-03-31"), /expiresAt must match format/],
  ["an operation that Kyverno's tests lack", "kyverno", changed(kyvernoTest, ["results", 0], and({ operation: "PATCH" })), /operation must be equal to one of/],
  ["a pattern outside of validate", "kyverno-legacy", changed(legacy, ["spec", "rules", 0], and({ pattern: {} })), /rules\/0 must NOT have additional properties: "pattern"/],
  ["an action of a rule that is none", "kyverno-legacy", changed(legacy, ["spec", "rules", 0, "validate", "failureAction"], () => "Deny"), /failureAction must be equal to one of/],
  ["a document that does not say what it is", "kyverno", { metadata: {} }, /without apiVersion and kind/],
])("finds %s", (_, backend, document, expected) => {
  const beside = backend === "gatekeeper" && (document as Json)["kind"] !== "ConstraintTemplate" ? [celTemplateWithParameters] : [];
  const faults = faultsOf(backend, [fileOf(...beside, document as Json)], backend === "kubernetes" ? "1.37" : undefined);
  expect(faults.length).toBeGreaterThan(0);
  expect(faults.join("\n")).toMatch(expected);
  for (const fault of faults) expect(fault).toMatch(/^Emitted policies\/a\.yaml: .* This is a fault of Portcullis/);
});

const celTemplateWithParameters = celTemplate;

it("names the line of a file that is no YAML", () => {
  expect(faultsOf("kubernetes", [{ path: "a.yaml", content: "a: b\nc: 'd\n" }], "1.37")[0]).toMatch(/^Emitted a\.yaml:\d+:\d+: /);
});

it("takes the objects of tests as their author wrote them, beside what a Kustomization applies", () => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { containers: 3 } };
  const kustomization = { path: "kustomization.yaml", content: fileOf({ apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources: ["policies/a.yaml"] }).content };
  const tests = { ...fileOf(pod), path: "tests/a.yaml" };
  expect(faultsOf("kubernetes", [fileOf(policy), kustomization, tests], "1.37")).toEqual([]);
  expect(faultsOf("kubernetes", [fileOf(pod), kustomization], "1.37")).toMatchObject([expect.stringContaining("has no v1 Pod")]);
  expect(faultsOf("kubernetes", [kustomization, { ...fileOf(validating), path: "tests/a.yaml" }], "1.37")).toMatchObject([expect.stringContaining("has no policies.kyverno.io/v1 ValidatingPolicy")]);
});

it("holds documents to the newest known version that is not newer than the named one", () => {
  const known = ["3.9", "3.19", "3.23"];
  const range = { oldest: "3.19", because: "" };
  expect(versionsToFit(known, "3.19", range)).toEqual(["3.19"]);
  expect(versionsToFit(known, "3.22", range)).toEqual(["3.19"]);
  expect(versionsToFit(known, "3.23.4", range)).toEqual(["3.23"]);
  expect(versionsToFit(known, "4.0", range)).toEqual(["3.23"]);
  expect(versionsToFit(known, "3.2", range)).toEqual(["3.9"]);
  expect(versionsToFit(known, undefined, range)).toEqual(["3.19", "3.23"]);
  expect(versionsToFit(known, undefined, undefined)).toEqual(["3.9", "3.23"]);
  expect(versionsToFit(known, undefined, { newest: "3.19", because: "" })).toEqual(["3.9", "3.19"]);
});

it("has a word on every backend that is registered, and schemas of the oldest version that it serves", () => {
  for (const backend of backends) expect(emittedFaults(backend, undefined, [])).toEqual([]);
  for (const backend of objectBackends) {
    const oldest = backend.versions?.oldest;
    if (oldest === undefined || backend.name === "opa") continue;
    const engine = backend.name === "kyverno-legacy" ? "kyverno" : (backend.name as "kyverno");
    expect(engineSchema(engine).versions, backend.name).toContain(oldest);
  }
  expect(() => emittedFaults({ name: "another" }, undefined, [])).toThrow("another");
});
