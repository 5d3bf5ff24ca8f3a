import { parse } from "yaml";
import { addDefinition } from "./model.mjs";
import { literalFields, structuralFields, structuralType } from "./structural.mjs";

/**
 * Adds the kinds of one configuration schema: documents that no API serves, and whose form
 * no Go type says. See src/kubernetes/README.md for the form.
 *
 * @param {import("./model.mjs").Model} model
 * @param {string} text YAML
 * @param {string} origin where the text comes from, for the header of the generated file
 */
export function addConfiguration(model, text, origin) {
  const { group, version, module, kinds, types = {} } = parse(text);
  const place = { prefix: [...group.split(".").reverse(), version].join("."), module };
  model.origins.set(module, origin);
  for (const [title, schema] of Object.entries(types)) structuralType(model, place, { title, ...schema }, title);
  for (const [kind, schema] of Object.entries(kinds)) {
    const apiVersion = `${group}/${version}`;
    const name = `${place.prefix}.${kind}`;
    const fields = [...literalFields(apiVersion, kind), ...structuralFields(model, place, schema, kind)];
    model.kinds.push({ apiVersion, kind, definition: name });
    addDefinition(model, { name, module, typeName: kind, description: schema.description ?? "", fields, open: false });
  }
}
