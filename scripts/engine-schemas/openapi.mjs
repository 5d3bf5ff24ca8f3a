import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readOpenApi } from "../kubernetes/openapi.mjs";
import { printSchemas } from "../kubernetes/schemas.mjs";
import { kubernetesVersion, readSources } from "../kubernetes/sources.mjs";

const own = join(dirname(fileURLToPath(import.meta.url)), "../../src/kubernetes");

/**
 * Kubernetes' own types as strict schemas. Documents that others wrote may say null for what is absent and "" for a choice that
 * is not made; those that we emit may not.
 *
 * @param {string} kubernetes a folder with k8s.io/kubernetes
 */
export function kubernetesDefinitions(kubernetes) {
  const { kinds, definitions } = JSON.parse(printSchemas(readOpenApi(readSources(kubernetes, own)), kubernetesVersion));
  const resolve = (/** @type {any} */ schema, /** @type {string[]} */ trail) => {
    const reference = schema.$ref ?? schema.allOf?.[0].$ref;
    if (reference === undefined) return tightened(schema, (/** @type {any} */ member) => resolve(member, trail));
    const name = reference.slice("#/definitions/".length);
    if (trail.includes(name)) return { $ref: `#/definitions/${shortName(name)}` };
    return resolve(definitions[name], [...trail, name]);
  };
  return {
    kindSchema: (/** @type {string} */ apiVersion, /** @type {string} */ kind) => resolve(definitions[kinds[`${apiVersion}/${kind}`]], []),
    /** A type that is not a kind. Where it holds itself, it refers to the definition of its short name. @param {string} name */
    typeSchema: (name) => resolve(definitions[name], [name]),
  };
}

/** @param {string} name */
const shortName = (name) => name.slice(name.lastIndexOf(".") + 1);

/** @param {any} schema @param {(schema: any) => any} resolve */
function tightened({ type, enum: values, format, properties, items, additionalProperties, anyOf, required, ...others }, resolve) {
  const types = [type ?? []].flat().filter((each) => each !== "null");
  return {
    ...(types.length === 0 ? {} : { type: types.length === 1 ? types[0] : types }),
    ...(values === undefined ? {} : { enum: values.filter((/** @type {unknown} */ value) => value !== null && value !== "") }),
    ...(format === "date-time" ? { format } : {}),
    ...(required === undefined ? {} : { required }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, resolve(member)])) }),
    ...(items === undefined ? {} : { items: resolve(items) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: typeof additionalProperties === "object" ? resolve(additionalProperties) : additionalProperties }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(resolve) }),
    ...others,
  };
}
