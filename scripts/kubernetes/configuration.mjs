import { parse } from "yaml";
import { addDefinition } from "./model.mjs";
import { literalFields, structuralFields } from "./structural.mjs";

/**
 * Adds the kinds of one configuration schema: files that Kubernetes' components read from disk, which no API serves and
 * whose schema nobody publishes. See src/kubernetes/README.md for the form.
 *
 * @param {import("./model.mjs").Model} model
 * @param {string} text YAML
 * @param {string} origin where the text comes from, for the header of the generated file
 */
export function addConfiguration(model, text, origin) {
  const { group, version, module, kinds } = parse(text);
  const place = { prefix: [...group.split(".").reverse(), version].join("."), module };
  model.origins.set(module, origin);
  for (const [kind, schema] of Object.entries(kinds)) {
    const apiVersion = `${group}/${version}`;
    const name = `${place.prefix}.${kind}`;
    const fields = [...literalFields(apiVersion, kind), ...structuralFields(model, place, schema, kind)];
    model.kinds.push({ apiVersion, kind, definition: name });
    addDefinition(model, { name, module, typeName: kind, description: schema.description ?? "", fields, open: false });
  }
}
