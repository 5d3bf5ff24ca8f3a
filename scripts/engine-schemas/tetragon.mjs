import { join } from "node:path";
import { minorOf, pinnedModule, sourcesOf } from "./modules.mjs";
import { crdKind } from "./objects.mjs";

const crds = "install/kubernetes/tetragon/crds-yaml";

/** Tetragon's schemas are its CRDs. @returns {import("./print.mjs").Engine} */
export function tetragon() {
  const module = pinnedModule("tetragon", "github.com/cilium/tetragon");
  const kinds = ["tracingpolicies", "tracingpoliciesnamespaced"].flatMap((name) => crdKind(join(module.folder, crds, `cilium.io_${name}.yaml`), "v1alpha1", withoutHosts));
  return { name: "tetragon", versions: [{ version: minorOf(module.version), sources: sourcesOf(module), kinds }] };
}

/** The one rule in CEL: a policy of a namespace is not for nodes, so it has no such field. @param {any} schema */
function withoutHosts(schema) {
  const { "x-kubernetes-validations": rules = [], ...rest } = schema;
  if (rules.length === 0) return rest;
  if (rules.length > 1 || rules[0].rule !== "!has(self.spec.hostSelector)") throw new Error(`the CRD has other rules: ${JSON.stringify(rules)}`);
  const { hostSelector: _, ...properties } = rest.properties.spec.properties;
  return { ...rest, properties: { ...rest.properties, spec: { ...rest.properties.spec, properties } } };
}
