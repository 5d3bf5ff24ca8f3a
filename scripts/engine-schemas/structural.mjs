/** What a schema says of a value and draft-07 says alike. */
const kept = ["enum", "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties", "minimum", "maximum", "multipleOf", "pattern", "required", "uniqueItems"];

/** What tells people, servers and merge tools something, and nothing of whether a value fits. */
const passedOver = ["default", "description", "example", "externalDocs", "title", "type", "format", "nullable", "properties", "items", "additionalProperties", "exclusiveMinimum", "exclusiveMaximum", "allOf", "anyOf", "oneOf", "not", "x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource", "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type"];

/**
 * Turns the structural schema of a CRD into a strict JSON Schema (draft-07): where the API server would drop an unknown field,
 * the field is a fault. Fails on what it does not know, so that no rule of a new version is lost in silence;
 * `x-kubernetes-validations` (CEL) is such a thing: none of the kinds that we emit has any.
 *
 * @param {any} schema
 * @returns {any}
 */
export function strict(schema) {
  const unknown = Object.keys(schema).filter((key) => !kept.includes(key) && !passedOver.includes(key));
  if (unknown.length > 0) throw new Error(`the structural schema says ${unknown.join(", ")}, which has no translation`);
  const rules = Object.fromEntries(kept.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]]));
  if (schema["x-kubernetes-int-or-string"] === true) return { type: ["integer", "string"], ...rules };
  return {
    ...(schema.type === undefined ? {} : { type: schema.nullable === true ? [schema.type, "null"] : schema.type }),
    ...(schema.format === "date-time" ? { format: "date-time" } : {}),
    ...rules,
    ...members(schema),
    ...(schema.items === undefined ? {} : { items: strict(schema.items) }),
    ...Object.fromEntries(["allOf", "anyOf", "oneOf"].filter((key) => schema[key] !== undefined).map((key) => [key, schema[key].map(condition)])),
    ...(schema.not === undefined ? {} : { not: condition(schema.not) }),
  };
}

/** The fields of an object, and what becomes of others. @param {any} schema */
function members({ type, properties, additionalProperties, ...schema }) {
  const known = properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, strict(property)])) };
  if (typeof additionalProperties === "object") return { ...known, additionalProperties: strict(additionalProperties) };
  const open = additionalProperties === true || schema["x-kubernetes-preserve-unknown-fields"] === true || schema["x-kubernetes-embedded-resource"] === true;
  return type !== "object" || open ? known : { ...known, additionalProperties: false };
}

/** A schema inside `oneOf` or `not` says which fields are set; what others may stand there, the schema around it says. @param {any} schema @returns {any} */
function condition(schema) {
  if (Array.isArray(schema)) return schema.map(condition);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).filter(([key, value]) => !(key === "description" && typeof value === "string")).map(([key, value]) => [key, condition(value)]));
}
