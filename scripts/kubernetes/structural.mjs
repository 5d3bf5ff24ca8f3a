import { addDefinition } from "./model.mjs";

/**
 * Reads a structural schema (the `openAPIV3Schema` of a CRD, or one of our configuration schemas) into a type. Every
 * object inside it becomes a definition of its own, called by its `title`, or else by its owner and its field.
 * `$ref` names a definition of the model. Of the constraints on values only closed sets are kept: like the built-in kinds, the schemas judge form alone.
 *
 * @param {import("./model.mjs").Model} model
 * @param {{ prefix: string, module: string }} place the start of definition names, and the generated file
 * @param {any} schema
 * @param {string} typeName the name if the schema is an object without a title
 * @returns {import("./model.mjs").Type}
 */
export function structuralType(model, place, schema, typeName) {
  if (typeof schema.$ref === "string") return { kind: "ref", name: schema.$ref };
  const open = schema["x-kubernetes-preserve-unknown-fields"] === true;
  if (schema["x-kubernetes-int-or-string"] === true) return { kind: isQuantity(schema) ? "quantity" : "int-or-string" };
  if (schema["x-kubernetes-embedded-resource"] === true && schema.properties === undefined) return { kind: "json-object" };
  switch (schema.type) {
    case "string":
      return stringType(schema);
    case "integer":
      return { kind: schema.format === "int32" ? "int32" : "int64" };
    case "boolean":
    case "number":
      return { kind: schema.type };
    case "array":
      return { kind: "list", items: structuralType(model, place, schema.items ?? {}, typeName) };
    case "object":
      if (schema.properties !== undefined) return { kind: "ref", name: addObject(model, place, schema, typeName, open) };
      if (typeof schema.additionalProperties === "object") {
        return { kind: "map", values: structuralType(model, place, schema.additionalProperties, typeName) };
      }
      return { kind: "json-object" };
    default:
      return { kind: "json" };
  }
}

/**
 * The fields of an object schema.
 *
 * @param {import("./model.mjs").Model} model
 * @param {{ prefix: string, module: string }} place
 * @param {any} schema
 * @param {string} owner the name of the type that has the fields
 * @returns {import("./model.mjs").Field[]}
 */
export function structuralFields(model, place, schema, owner) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    type: structuralType(model, place, property, owner + capitalised(name)),
    required: required.has(name),
    description: property.description ?? "",
    ...(property.default === undefined ? {} : { default: property.default }),
  }));
}

/** The two fields that say what an API object or a configuration file is. @param {string} apiVersion @param {string} kind */
export function literalFields(apiVersion, kind) {
  const literal = (/** @type {string} */ name, /** @type {string} */ value) => ({
    name,
    type: /** @type {const} */ ({ kind: "string" }),
    required: true,
    description: "",
    literal: value,
  });
  return [literal("apiVersion", apiVersion), literal("kind", kind)];
}

/** @param {any} model @param {any} place @param {any} schema @param {string} typeName @param {boolean} open */
function addObject(model, place, schema, typeName, open) {
  const title = schema.title ?? typeName;
  const name = `${place.prefix}.${title}`;
  // One YAML anchor may stand in several places: the same schema is the same type.
  if (schema.title !== undefined && model.definitions.has(name)) return name;
  const definition = { name, module: place.module, typeName: title, description: schema.description ?? "", fields: [], open };
  addDefinition(model, definition);
  definition.fields.push(...structuralFields(model, place, schema, title));
  return name;
}

/** @param {any} schema @returns {import("./model.mjs").Type} */
function stringType(schema) {
  if (schema.enum !== undefined) return { kind: "enum", values: schema.enum.filter((/** @type {unknown} */ value) => value !== null) };
  if (schema.format === "date-time") return { kind: "time" };
  return { kind: schema.format === "byte" ? "base64" : "string" };
}

/** A Go `resource.Quantity` looks like an int-or-string with this pattern, in every CRD that controller-gen wrote. @param {any} schema */
function isQuantity(schema) {
  return typeof schema.pattern === "string" && schema.pattern.includes("[KMGTPE]i");
}

/** @param {string} name */
function capitalised(name) {
  const plain = name.replace(/[^A-Za-z0-9]+(.)?/g, (_, next) => (next ?? "").toUpperCase());
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
