import { addDefinition, emptyModel } from "./model.mjs";

/** Definitions that stand for a scalar or for any JSON; the published schemas say less about them than their Go code. */
const wellKnown = new Map(
  Object.entries({
    "io.k8s.apimachinery.pkg.api.resource.Quantity": { kind: "quantity" },
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": { kind: "int-or-string" },
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": { kind: "time" },
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": { kind: "micro-time" },
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": { kind: "json-object" },
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch": { kind: "json-object" },
    "io.k8s.apimachinery.pkg.runtime.RawExtension": { kind: "json-object" },
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": { kind: "json" },
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": schemaOr({
      kind: "list",
      items: jsonSchemaProps(),
    }),
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": schemaOr({ kind: "boolean" }),
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": schemaOr({
      kind: "list",
      items: { kind: "string" },
    }),
  }),
);

/**
 * Fields that the published schema calls required although the API server takes objects without them: their Go type has
 * no `omitempty`, and validation (pkg/apis/<group>/validation) accepts the zero value. Pod Security's own fixtures and
 * Kubernetes' own manifests leave some of them out.
 */
const optionalAfterAll = new Set([
  "io.k8s.api.core.v1.HTTPHeader/value",
  "io.k8s.api.core.v1.ISCSIPersistentVolumeSource/lun",
  "io.k8s.api.core.v1.ISCSIVolumeSource/lun",
  "io.k8s.api.core.v1.ScaleIOPersistentVolumeSource/secretRef",
  "io.k8s.api.core.v1.ScaleIOVolumeSource/secretRef",
  "io.k8s.api.core.v1.Sysctl/value",
  "io.k8s.api.storage.v1.CSIDriver/spec",
]);

/**
 * Reads Kubernetes' published OpenAPI.
 *
 * @param {{ swagger: any, defaults: Map<string, unknown>, enums: Map<string, string[]> }} source
 *   `defaults` and `enums` are keyed `<definition>/<property>`
 * @returns {import("./model.mjs").Model} with every definition, and the top-level kinds
 */
export function readOpenApi({ swagger, defaults, enums }) {
  const model = emptyModel();
  const served = servedKinds(swagger.paths);
  for (const [name, schema] of Object.entries(swagger.definitions)) {
    if (wellKnown.has(name)) continue;
    const top = topLevelKind(schema);
    const item = schema.properties?.items?.items?.$ref;
    if (top !== undefined && item !== undefined && top.kind.endsWith("List")) {
      model.lists.push({ ...top, item: item.split("/").pop() });
      continue;
    }
    if (top !== undefined && isObject(name, schema)) {
      model.kinds.push({ ...top, definition: name, ...served.get(`${top.apiVersion}/${top.kind}`) });
    }
    addDefinition(model, definitionFrom(name, schema, { defaults, enums, top: isObject(name, schema) ? top : undefined }));
  }
  return model;
}

/** @param {string} name @param {any} schema @param {any} facts @returns {import("./model.mjs").Definition} */
function definitionFrom(name, schema, { defaults, enums, top }) {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).map(([field, property]) => {
    const key = `${name}/${field}`;
    const literal = field === "apiVersion" ? top?.apiVersion : field === "kind" ? top?.kind : undefined;
    return {
      name: field,
      type: typeFrom(property, enums.get(key)),
      required: literal !== undefined || (required.has(field) && !optionalAfterAll.has(key)),
      description: property.description ?? "",
      ...(defaults.has(key) ? { default: defaults.get(key) } : {}),
      ...(literal === undefined ? {} : { literal }),
    };
  });
  const [version = "", group = ""] = name.split(".").slice(-3, -1).reverse();
  const typeName = name.slice(name.lastIndexOf(".") + 1);
  return { name, module: `${group}-${version}`, typeName, description: schema.description ?? "", fields, open: false };
}

/** @param {any} schema @param {string[] | undefined} values @returns {import("./model.mjs").Type} */
function typeFrom(schema, values) {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").pop();
    return wellKnown.get(name) ?? { kind: "ref", name };
  }
  switch (schema.type) {
    case "string":
      if (values !== undefined) return { kind: "enum", values };
      return { kind: schema.format === "byte" ? "base64" : "string" };
    case "integer":
      return { kind: schema.format === "int32" ? "int32" : "int64" };
    case "array":
      return { kind: "list", items: typeFrom(schema.items, values) };
    case "object":
      return schema.additionalProperties
        ? { kind: "map", values: typeFrom(schema.additionalProperties, values) }
        : { kind: "json-object" };
    case "boolean":
    case "number":
      return { kind: schema.type };
    default:
      return { kind: "json" };
  }
}

/** @param {any} schema @returns {{ apiVersion: string, kind: string } | undefined} */
function topLevelKind(schema) {
  const all = schema["x-kubernetes-group-version-kind"] ?? [];
  const properties = schema.properties ?? {};
  if (all.length !== 1 || !properties.apiVersion || !properties.kind || !properties.metadata) return undefined;
  const [{ group, version, kind }] = all;
  return { apiVersion: apiVersionOf(group, version), kind };
}

/** `Status` is what an API server answers, never an object that somebody writes. @param {string} name @param {any} schema */
function isObject(name, schema) {
  return topLevelKind(schema) !== undefined && !name.endsWith(".meta.v1.Status");
}

/** @param {string} group @param {string} version */
function apiVersionOf(group, version) {
  return group === "" ? version : `${group}/${version}`;
}

/**
 * Plural and scope of each kind, from the paths under which it is served. A path that lists a namespaced kind in all
 * namespaces has no `{namespace}`, so one path that has it decides. A kind that is only spoken at a subresource, such as
 * Eviction, has no plural.
 *
 * @param {any} paths
 * @returns {Map<string, { plural?: string, scope: "Namespaced" | "Cluster" }>}
 */
function servedKinds(paths) {
  const served = new Map();
  for (const [path, operations] of Object.entries(paths)) {
    const parts = path.split("/").slice(path.startsWith("/api/") ? 3 : 4);
    if (parts[0] === "watch") continue;
    const namespaced = parts[0] === "namespaces" && parts[1] === "{namespace}";
    const [plural, , subresource] = namespaced ? parts.slice(2) : parts;
    for (const operation of Object.values(operations)) {
      const gvk = operation?.["x-kubernetes-group-version-kind"];
      if (gvk === undefined || plural === undefined) continue;
      const key = `${apiVersionOf(gvk.group, gvk.version)}/${gvk.kind}`;
      const known = served.get(key);
      served.set(key, {
        ...(subresource === undefined ? { plural } : {}),
        ...known,
        scope: namespaced ? "Namespaced" : (known?.scope ?? "Cluster"),
      });
    }
  }
  return served;
}

/** @param {any} other */
function schemaOr(other) {
  return { kind: "union", of: [jsonSchemaProps(), other] };
}

function jsonSchemaProps() {
  return { kind: "ref", name: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps" };
}
