import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { constraintSchema } from "./gatekeeper-constraint.mjs";
import { sourceSchemas } from "./gatekeeper-source.mjs";
import { goSchema, goTypes } from "./go-types.mjs";
import { goModule, minorOf, pinnedModule, sourcesOf } from "./modules.mjs";
import { crdKind, metadataSchema } from "./objects.mjs";
import { kubernetesDefinitions } from "./openapi.mjs";
import { strict } from "./structural.mjs";

const name = "github.com/open-policy-agent/gatekeeper/v3";
const frameworkName = "github.com/open-policy-agent/frameworks/constraint";

/** Versions beside the one that the tests run. */
const older = ["v3.18.3", "v3.19.1", "v3.20.1"];

/** @returns {import("./print.mjs").Engine} */
export function gatekeeper() {
  const kubernetes = pinnedModule("kubernetes", "k8s.io/kubernetes");
  // The schema that a template holds for the parameters of its constraints, which the CRD of templates leaves open.
  const JSONSchemaProps = kubernetesDefinitions(kubernetes.folder).typeSchema("apiextensionsv1.JSONSchemaProps");
  const modules = [...older.map((version) => goModule(name, version)), pinnedModule("gatekeeper", name)];
  const versions = modules.map((module) => {
    const framework = goModule(frameworkName, frameworkVersion(module.folder));
    const kinds = [...templateKind(module.folder, framework.folder), constraintKind(module.folder, framework.folder), suiteKind(module.folder), ...crdKind(join(module.folder, "config/crd/bases/syncset.gatekeeper.sh_syncsets.yaml"), "v1alpha1")];
    return { version: minorOf(module.version), sources: sourcesOf(module, framework, kubernetes), kinds };
  });
  return { name: "gatekeeper", versions, definitions: { JSONSchemaProps } };
}

/** The framework that a version of Gatekeeper is built with. @param {string} folder */
function frameworkVersion(folder) {
  return new RegExp(`^\\s*${frameworkName} (\\S+)$`, "m").exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1] ?? "";
}

/**
 * The CRD of templates, and what it leaves open: the sources of the two engines, and the schema of the parameters.
 *
 * @param {string} folder
 * @param {string} framework
 * @returns {[string, any][]}
 */
function templateKind(folder, framework) {
  return crdKind(join(framework, "config/crds/templates.gatekeeper.sh_constrainttemplates.yaml"), "v1").map(([kind, schema]) => {
    const { crd, targets } = schema.properties.spec.properties;
    crd.properties.spec.properties.validation.properties.openAPIV3Schema = { $ref: "#/definitions/JSONSchemaProps" };
    crd.properties.spec.properties.names.required = ["kind"];
    targets.minItems = 1;
    // One target is all that Gatekeeper takes (pkg/apis/templates/v1 validates it when the template is added).
    targets.maxItems = 1;
    targets.items.properties.target = { const: "admission.k8s.gatekeeper.sh" };
    const sources = Object.entries(sourceSchemas(folder, framework));
    const { code } = targets.items.properties;
    code.items.properties.engine = { enum: sources.map(([engine]) => engine) };
    code.items.allOf = sources.map(([engine, source]) => ({ if: { properties: { engine: { const: engine } } }, then: { properties: { source } } }));
    return [kind, { ...schema, required: [...schema.required, "spec"] }];
  });
}

/** @param {string} folder @param {string} framework @returns {[string, any]} */
function constraintKind(folder, framework) {
  const crd = loadAll(readFileSync(join(folder, "config/crd/bases/match.gatekeeper.sh_matchcrd.yaml"), "utf8")).find((document) => document !== null);
  const match = strict(crd.spec.versions[0].schema.openAPIV3Schema.properties.embeddedMatch);
  return ["constraints.gatekeeper.sh/v1beta1/*", constraintSchema(framework, folder, match)];
}

/** The file of tests that gator reads. It passes over fields that it does not know. @param {string} folder @returns {[string, any]} */
function suiteKind(folder) {
  const types = goTypes(join(folder, "pkg/gator/verify"));
  const schema = goSchema(types, "Suite", { "metav1.ObjectMeta": { type: "object", properties: {} }, "intstr.IntOrString": { anyOf: [{ type: "integer", minimum: 0 }, { enum: ["yes", "no"] }] } });
  const [apiVersion, kind] = ["test.gatekeeper.sh/v1alpha1", "Suite"];
  const { AbsolutePath: _1, InputPath: _2, Skip: _3, ...properties } = schema.properties;
  return [`${apiVersion}/${kind}`, { ...schema, required: ["apiVersion", "kind", "tests"], properties: { apiVersion: { const: apiVersion }, kind: { const: kind }, metadata: metadataSchema({ scope: "Cluster" }), ...properties } }];
}
