import { join } from "node:path";
import { goSchema, goTypes } from "./go-types.mjs";

/**
 * What the two engines of Gatekeeper take as their source. The CRD leaves it open, and both readers pass over fields that they do
 * not know (`GetSource` in pkg/drivers/k8scel/schema/schema.go converts without a strict decoder), so that a `matchConditions`
 * for `matchCondition` would be lost without a word. The fields are those of the Go structs.
 *
 * @param {string} gatekeeper
 * @param {string} framework
 */
export function sourceSchemas(gatekeeper, framework) {
  const cel = goSchema(goTypes(join(gatekeeper, "pkg/drivers/k8scel/schema")), "Source");
  const rego = goSchema(goTypes(join(framework, "pkg/client/drivers/rego/schema")), "Source");
  return { K8sNativeValidation: withCelRules(cel), Rego: withRegoRules(rego) };
}

/** An expression is optional to the decoder only: the API server's compiler refuses an empty one. @param {any} schema */
function withCelRules({ properties, ...schema }) {
  const { failurePolicy, validations, matchCondition, variables } = properties;
  if ([failurePolicy, validations, matchCondition, variables].includes(undefined)) throw new Error("the source of K8sNativeValidation has other fields than before");
  const named = { required: ["name", "expression"] };
  return {
    ...schema,
    required: ["validations"],
    properties: {
      ...properties,
      // `validateFailurePolicy` in the same file.
      failurePolicy: { enum: ["Fail", "Ignore"] },
      matchCondition: { ...matchCondition, items: { ...matchCondition.items, ...named } },
      validations: { ...validations, minItems: 1, items: { ...validations.items, required: ["expression"] } },
      variables: { ...variables, items: { ...variables.items, ...named } },
    },
  };
}

/** `GetSource` asks for the text; the versions are those of the driver (pkg/client/drivers/rego). @param {any} schema */
function withRegoRules({ properties, ...schema }) {
  if (properties.rego === undefined) throw new Error("the source of Rego has other fields than before");
  return { ...schema, required: ["rego"], properties: { ...properties, ...(properties.version === undefined ? {} : { version: { enum: ["v0", "v1"] } }) } };
}
