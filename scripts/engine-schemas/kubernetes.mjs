import { goModule, minorOf, pinnedModule, sourcesOf } from "./modules.mjs";
import { objectSchema } from "./objects.mjs";
import { kubernetesDefinitions } from "./openapi.mjs";

const name = "k8s.io/kubernetes";

/** Versions beside the one that the tests run. */
const older = ["v1.32.13", "v1.33.13", "v1.34.4", "v1.35.4", "v1.36.3"];

/** What the API server is given: kinds, and whether they live in namespaces. */
const kinds = /** @type {const} */ ([
  ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "Cluster"],
  ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "Cluster"],
  ["v1", "ConfigMap", "Namespaced"],
]);

/** The API server's schemas are its OpenAPI. @returns {import("./print.mjs").Engine} */
export function kubernetes() {
  const modules = [...older.map((version) => goModule(name, version)), pinnedModule("kubernetes", name)];
  const versions = modules.map((module) => {
    const { kindSchema } = kubernetesDefinitions(module.folder);
    const table = kinds.map(([apiVersion, kind, scope]) => /** @type {[string, any]} */ ([`${apiVersion}/${kind}`, objectSchema(apiVersion, kind, { scope }, kindSchema(apiVersion, kind))]));
    return { version: minorOf(module.version), sources: sourcesOf(module), kinds: table };
  });
  return { name: "kubernetes", versions };
}
