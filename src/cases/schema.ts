import { kubernetesSchemas, type Schema } from "../kubernetes/schema-store.ts";
import { kindParts, scopeOf } from "../kubernetes/scope.ts";
import { isObject, type Key, type Place } from "./request.ts";

/** Follows references to the definition itself. A union of an object and a scalar is left as it is. */
export function resolved(schema: Schema | undefined): Schema | undefined {
  if (schema === undefined) return undefined;
  if (schema.$ref !== undefined) return resolved(kubernetesSchemas().definitions[schema.$ref.slice("#/definitions/".length)]);
  const [only] = schema.allOf ?? [];
  return only === undefined ? schema : resolved(only);
}

/** The schema of a kind's objects; undefined for a kind that has none. */
export function kindSchema(apiVersion: unknown, kind: unknown): Schema | undefined {
  const { kinds, definitions, removed } = kubernetesSchemas();
  const name = `${String(apiVersion)}/${String(kind)}`;
  const definition = kinds[name] ?? removed[name];
  return definition === undefined ? undefined : definitions[definition];
}

/** The schema of an object that a cluster has: one that says its kind, its name and, where it belongs in one, its namespace. */
function foundSchema(kindName: string): Schema {
  const { apiVersion, kind } = kindParts(kindName);
  const schema = resolved(kindSchema(apiVersion, kind)) ?? { type: "object" };
  const metadata: Schema = { ...resolved(schema.properties?.["metadata"]), required: scopeOf(apiVersion, kind) === "Namespaced" ? ["name", "namespace"] : ["name"] };
  return {
    ...schema,
    properties: { ...schema.properties, apiVersion: { type: "string", enum: [apiVersion] }, kind: { type: "string", enum: [kind] }, metadata },
    required: [...new Set(["apiVersion", "kind", "metadata", ...(schema.required ?? [])])],
  };
}

/** The least object of a kind that a cluster may hold, under a name and, where it belongs in one, in a namespace. */
export const leastFound = (kindName: string, metadata: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> => ({ ...(minimal(foundSchema(kindName)) as object), metadata });

/** The schemas of the roots of a request around an object. */
export function rootSchemas(object: unknown, parameters: Readonly<Record<string, { readonly schema: Readonly<Record<string, unknown>> }>>, lookups: readonly string[] = []): Readonly<Record<string, Schema>> {
  const own = isObject(object) ? kindSchema(object["apiVersion"], object["kind"]) : undefined;
  const user = kubernetesSchemas().definitions["authenticationv1.UserInfo"];
  const namespace = kindSchema("v1", "Namespace");
  return {
    ...(own === undefined ? {} : { object: own, oldObject: own }),
    ...(user === undefined ? {} : { user }),
    ...(namespace === undefined ? {} : { namespace }),
    others: { type: "object", properties: Object.fromEntries(lookups.map((kindName): [string, Schema] => [kindName, { type: "array", items: foundSchema(kindName) }])) },
    operation: { type: "string", enum: ["CREATE", "UPDATE"] },
    kubernetesMinor: { type: "integer" },
    parameters: { type: "object", properties: Object.fromEntries(Object.entries(parameters).map(([name, { schema }]) => [name, schema as Schema])), required: Object.keys(parameters) },
  };
}

/** The schema of what stands at a place below a schema. */
export function schemaAt(schema: Schema | undefined, place: Place): Schema | undefined {
  let at = resolved(schema);
  for (const key of place) at = resolved(stepInto(at, key));
  return at;
}

function stepInto(schema: Schema | undefined, key: Key): Schema | undefined {
  if (schema === undefined) return undefined;
  if (typeof key === "number") return schema.items;
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, key)) return schema.properties[key];
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

/** The JSON types that a schema takes, without null. */
export function typesOf(schema: Schema | undefined): readonly string[] {
  if (schema === undefined) return [];
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap((member) => typesOf(resolved(member)));
  if (schema.enum !== undefined) return ["string"];
  return (typeof schema.type === "string" ? [schema.type] : (schema.type ?? [])).filter((type) => type !== "null");
}

/** Whether an object of the schema must have the member. */
export const isRequired = (schema: Schema | undefined, name: string): boolean => schema?.required?.includes(name) === true;

/** The smallest value that a schema takes: what it requires, and nothing else. */
export function minimal(schema: Schema | undefined, name = "web"): unknown {
  const whole = resolved(schema);
  if (whole?.enum !== undefined) return whole.enum.find((word) => word !== null && word !== "") ?? "";
  const [type = "string"] = typesOf(whole);
  switch (type) {
    case "array": return [];
    case "boolean": return false;
    case "integer": case "number": return 1;
    case "object": return Object.fromEntries((whole?.required ?? []).map((field) => [field, minimal(whole?.properties?.[field], field === "name" ? name : field)]));
    default: return whole?.pattern !== undefined ? "1" : whole?.format === "date-time" ? "2026-01-01T00:00:00Z" : whole?.format === "byte" ? "" : name;
  }
}
