import type { ParameterDeclarations } from "../../dsl/parameters.ts";

type Schema = Readonly<Record<string, unknown>>;

/** What a structural schema may say of a value, in the order in which it is written (apiextensions.k8s.io/v1 JSONSchemaProps). */
const keywords = ["type", "format", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "required"] as const;

/** What a constraint may set, as the structural schema of its kind. Gatekeeper itself puts in defaults, where anything is set. */
export function parametersSchema(parameters: ParameterDeclarations): Schema {
  const properties = Object.entries(parameters).map(([name, { description, schema, default: value }]) => [name, { description, ...structural(schema, name), default: value }] as const);
  return { type: "object", properties: Object.fromEntries(properties) };
}

/** A parameter's JSON Schema in the form that a CustomResourceDefinition takes: members that it does not name are pruned anyway. */
function structural(schema: Schema, name: string): Schema {
  const { items, properties, additionalProperties, ...rest } = schema;
  const unknown = Object.keys(rest).filter((keyword) => !(keywords as readonly string[]).includes(keyword));
  if (unknown.length > 0) throw new Error(`the schema of the parameter ${name} says ${unknown.join(", ")}, which no structural schema can`);
  const own = keywords.filter((keyword) => rest[keyword] !== undefined).map((keyword) => [keyword, rest[keyword]] as const);
  return {
    ...Object.fromEntries(own),
    ...(items === undefined ? {} : { items: structural(items as Schema, name) }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(properties as Readonly<Record<string, Schema>>).map(([member, inner]) => [member, structural(inner, name)])) }),
    ...(typeof additionalProperties === "object" && additionalProperties !== null ? { additionalProperties: structural(additionalProperties as Schema, name) } : {}),
  };
}
