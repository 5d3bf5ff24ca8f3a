import { parseAllDocuments } from "yaml";
import { addDefinition } from "./model.mjs";
import { literalFields, structuralFields } from "./structural.mjs";

const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/**
 * Adds the kinds of every CustomResourceDefinition in a YAML text, in each version that is served.
 *
 * @param {import("./model.mjs").Model} model which already has Kubernetes' own kinds
 * @param {string} text one or more documents; those of other kinds are passed over
 * @param {string} origin where the text comes from, for the header of the generated files
 * @param {string[]} [wanted] the kinds to add, such as `security.istio.io/v1/PeerAuthentication`; all unless given
 */
export function addCrds(model, text, origin, wanted) {
  for (const document of parseAllDocuments(text)) {
    const crd = document.toJS();
    if (crd?.kind !== "CustomResourceDefinition") continue;
    for (const version of crd.spec.versions) {
      const name = `${crd.spec.group}/${version.name}/${crd.spec.names.kind}`;
      if (version.served && (wanted?.includes(name) ?? true)) addVersion(model, crd.spec, version, origin);
    }
  }
}

/** @param {import("./model.mjs").Model} model @param {any} spec @param {any} version @param {string} origin */
function addVersion(model, { group, names, scope }, version, origin) {
  const schema = version.schema.openAPIV3Schema;
  const module = `${packageOf(group)}-${version.name}`;
  const place = { prefix: [...group.split(".").reverse(), version.name].join("."), module };
  const apiVersion = `${group}/${version.name}`;
  const name = `${place.prefix}.${names.kind}`;
  const { apiVersion: _1, kind: _2, metadata: _3, ...properties } = schema.properties ?? {};
  const metadata = {
    name: "metadata",
    type: /** @type {const} */ ({ kind: "ref", name: objectMeta }),
    required: false,
    description: "Standard object's metadata.",
  };
  model.origins.set(module, origin);
  model.kinds.push({ apiVersion, kind: names.kind, definition: name, plural: names.plural, scope });
  model.lists.push({ apiVersion, kind: names.listKind ?? `${names.kind}List`, item: name });
  addDefinition(model, {
    name,
    module,
    typeName: names.kind,
    description: schema.description ?? "",
    fields: [
      ...literalFields(apiVersion, names.kind),
      metadata,
      ...structuralFields(model, place, { ...schema, properties }, names.kind),
    ],
    open: schema["x-kubernetes-preserve-unknown-fields"] === true,
  });
}

/**
 * The package that a group's types live in: `gateway.networking.k8s.io` is `gateway`, `cilium.io` is `cilium`, and
 * `networking.istio.io` is `istionetworking`, so that it does not meet Kubernetes' own `networking`.
 *
 * @param {string} group
 */
export function packageOf(group) {
  const labels = group.split(".");
  if (group.endsWith(".k8s.io")) return labels[0];
  return labels.slice(0, -1).reverse().join("").replace(/-/g, "");
}
