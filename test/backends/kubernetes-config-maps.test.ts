import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { configMapParameters } from "../../src/backends/kubernetes/config-map.ts";
import { emitKubernetes } from "../../src/backends/kubernetes/index.ts";
import { compile } from "../../src/compile.ts";
import { string } from "../../src/dsl/parameters.ts";
import { defaultParameters } from "../../src/plain/judge.ts";
import { createSchemaValidator } from "../../src/kubernetes/schema-validator.ts";
import { targetSettings } from "../target-settings.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { controls } = compile(root, `${root}test/fixtures/parameters`);

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: { readonly paramKind?: unknown; readonly paramRef?: unknown; readonly validations?: readonly { readonly expression: string; readonly message: string }[]; readonly variables?: readonly { readonly name: string; readonly expression: string }[] };
  readonly data?: unknown;
}

/** The documents of the fixture, with parameters in the place that a target chose. */
function documentsWith(parameters: "inline" | "configMap"): readonly Manifest[] {
  const [control] = controls;
  if (control === undefined) throw new Error("the fixture is gone");
  const settings = { kubernetesMinor: 37, controls: { [control.id]: true as const }, parameters: { [control.id]: defaultParameters(control.control) } };
  const { files } = emitKubernetes({ controls, settings, target: targetSettings("enforce", { kubernetes: { parameters, namespace: "rules" } }), sourceOf: () => undefined, compiler: "auto" });
  return files.filter(({ path }) => path === `${control.domain}/${control.id}.yaml`).flatMap(({ content }) => parseAllDocuments(String(content)).map((document) => document.toJS() as Manifest));
}

it("puts parameters into a ConfigMap that the policy reads and the binding names", () => {
  const documents = documentsWith("configMap");
  const schemas = createSchemaValidator();
  expect(documents.map(({ apiVersion, kind, ...rest }) => schemas.validate(apiVersion, kind, { apiVersion, kind, ...rest }))).toEqual(documents.map(() => ({ known: true, errors: [] })));
  const [configMap, policy, binding] = documents;
  expect(configMap).toMatchObject({ kind: "ConfigMap", metadata: { name: "every-parameter", namespace: "rules", annotations: { "portcullis.dev/control": "every-parameter" } }, data: { names: "blue\ngreen\n", most: "2", strict: "false" } });
  expect(policy?.spec.paramKind).toEqual({ apiVersion: "v1", kind: "ConfigMap" });
  expect(binding?.spec.paramRef).toEqual({ name: "every-parameter", namespace: "rules", parameterNotFoundAction: "Deny" });
  expect(policy?.spec.validations?.map(({ expression, message }) => ({ expression, message }))).toEqual([
    { expression: "size(variables.configMapFaults) == 0", message: "The ConfigMap rules/every-parameter has faults" },
    { expression: "size(variables.configMapFaults) > 0 || variables.compliant", message: "Every form of parameter is read" },
  ]);
  const variables = new Map(policy?.spec.variables?.map(({ name, expression }) => [name, expression]));
  expect([...variables.keys()].slice(0, 2)).toEqual(["configMap", "configMapFaults"]);
  expect(variables.get("names")).toBe("variables.configMap['names'].split('\\n').map(line, line.trim()).filter(line, line != '')");
  expect(variables.get("pairs")).toBe("[{'name': 'pair'}]");
});

it("writes parameters into the policy where the target asks for no ConfigMaps", () => {
  const documents = documentsWith("inline");
  expect(documents.map(({ kind }) => kind)).toEqual(["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"]);
  expect(JSON.stringify(documents)).not.toMatch(/paramKind|paramRef|configMap/);
});

it("keeps a parameter in the policy whose name is no key of a ConfigMap", () => {
  const [control] = controls;
  if (control === undefined) throw new Error("the fixture is gone");
  const { parameters } = control.control;
  const renamed = { ...control, control: { ...control.control, parameters: { ...parameters, größe: string({ default: "x", description: "A size." }) } } };
  const made = configMapParameters(renamed, { ...defaultParameters(control.control), größe: "x" }, { parameters: "configMap", namespace: "rules" });
  expect(made?.inline).toEqual(["pairs", "größe"]);
  expect(Object.keys((made?.manifest["data"] ?? {}) as object)).not.toContain("größe");
});
