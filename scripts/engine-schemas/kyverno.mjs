import { existsSync } from "node:fs";
import { join } from "node:path";
import { goModule, minorOf, pinnedModule, sourcesOf } from "./modules.mjs";
import { crdKind, objectSchema } from "./objects.mjs";
import { kubernetesDefinitions } from "./openapi.mjs";

const name = "github.com/kyverno/kyverno";

/** Versions beside the one that the tests run. */
const older = ["v1.13.4", "v1.14.4", "v1.15.2", "v1.17.1", "v1.18.2"];

/** Kinds, by the files of their CRDs and the version that we emit. */
const crds = [
  ["config/crds/kyverno/kyverno.io_clusterpolicies.yaml", "v1"],
  ["config/crds/kyverno/kyverno.io_policyexceptions.yaml", "v2"],
  ["config/crds/policies.kyverno.io/policies.kyverno.io_validatingpolicies.yaml", "v1"],
  ["config/crds/policies.kyverno.io/policies.kyverno.io_policyexceptions.yaml", "v1"],
  // What the command line reads beside policies: tests, values, the user of a request.
  ["cmd/cli/kubectl-kyverno/config/crds/cli.kyverno.io_tests.yaml", "v1alpha1"],
  ["cmd/cli/kubectl-kyverno/config/crds/cli.kyverno.io_values.yaml", "v1alpha1"],
  ["cmd/cli/kubectl-kyverno/config/crds/cli.kyverno.io_userinfoes.yaml", "v1alpha1"],
  ["cmd/cli/kubectl-kyverno/config/crds/cli.kyverno.io_clusterresources.yaml", "v1alpha1"],
];

/** Kyverno's schemas are its CRDs. A version that lacks a kind yet has no schema for it. @returns {import("./print.mjs").Engine} */
export function kyverno() {
  const modules = [...older.map((version) => goModule(name, version)), pinnedModule("kyverno", name)];
  // What lets Kyverno's controllers read what policies look up.
  const kubernetes = pinnedModule("kubernetes", "k8s.io/kubernetes");
  const [apiVersion, kind] = ["rbac.authorization.k8s.io/v1", "ClusterRole"];
  const role = /** @type {[string, any]} */ ([`${apiVersion}/${kind}`, objectSchema(apiVersion, kind, { scope: "Cluster" }, kubernetesDefinitions(kubernetes.folder).kindSchema(apiVersion, kind))]);
  const versions = modules.map((module) => {
    const kinds = crds.flatMap(([file = "", version = ""]) => {
      const place = join(module.folder, file);
      return existsSync(place) ? crdKind(place, version).map(([kind, schema]) => /** @type {[string, any]} */ ([kind, withAnyObjects(kind, withConditions(schema))])) : [];
    });
    return { version: minorOf(module.version), sources: sourcesOf(module, kubernetes), kinds: [...kinds, role] };
  });
  return { name: "kyverno", versions };
}

/** The objects of a test's cluster are of any kind. @param {string} kind @param {any} schema */
function withAnyObjects(kind, schema) {
  if (kind.endsWith("/ClusterResource")) schema.properties.spec.properties.resources.items = { type: "object" };
  return schema;
}

/**
 * The conditions of a ClusterPolicy's rules, which its CRD leaves open and Kyverno reads without a word on what it does not know
 * (api/kyverno/v1/wrappers.go, `ConditionsWrapper`): `any` and `all`, as the CRD has them where it does list them. The older form,
 * a plain list, is for us a fault.
 *
 * @param {any} schema of any kind
 */
function withConditions(schema) {
  const rule = schema.properties.spec?.properties?.rules?.items.properties;
  if (rule === undefined) return schema;
  const foreach = rule.validate.properties.foreach.items.properties;
  if (foreach.preconditions?.properties?.any === undefined) throw new Error("the CRD of ClusterPolicy no longer lists what conditions hold");
  const conditions = { ...foreach.preconditions, additionalProperties: false };
  foreach.preconditions = conditions;
  rule.preconditions = conditions;
  rule.validate.properties.deny.properties.conditions = conditions;
  foreach.deny.properties.conditions = conditions;
  return schema;
}
