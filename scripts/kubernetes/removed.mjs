import { addDefinition } from "./model.mjs";
import { literalFields } from "./structural.mjs";

const metadata = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/**
 * Adds the kinds that older minors served: of their objects nothing but the name is known.
 *
 * @param {import("./model.mjs").Model} model
 * @param {Record<string, string[]>} removed kinds by apiVersion
 */
export function addRemovedKinds(model, removed) {
  model.origins.set("removed", "src/kubernetes/removed-kinds.json");
  for (const [apiVersion, kinds] of Object.entries(removed)) {
    for (const kind of kinds) {
      const name = `removed.${apiVersion}.${kind}`;
      const typeName = [...apiVersion.split(/[./]/), kind].map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
      const fields = [...literalFields(apiVersion, kind), { name: "metadata", type: /** @type {const} */ ({ kind: "ref", name: metadata }), required: false, description: "" }];
      addDefinition(model, { name, module: "removed", typeName, description: `${kind} of ${apiVersion}, which this Kubernetes does not serve any more.`, fields, open: true });
      model.kinds.push({ apiVersion, kind, definition: name, removed: true });
    }
  }
}
