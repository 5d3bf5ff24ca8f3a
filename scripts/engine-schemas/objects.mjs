import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import { strict } from "./structural.mjs";

/** Kubernetes' rules of form, from k8s.io/apimachinery pkg/util/validation: DNS-1123 subdomains, qualified names, label values. */
const subdomain = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const name63 = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
const qualifiedName = { type: "string", maxLength: 317, pattern: `^(${subdomain}/)?${name63}$` };

/**
 * The metadata that an author writes. What the API server keeps there by itself (uid, managedFields, …) is a fault in a
 * document that is to be applied.
 *
 * @param {{ scope: "Cluster" | "Namespaced", maxLength?: number }} object
 */
export function metadataSchema({ scope, maxLength = 253 }) {
  return {
    type: "object",
    required: ["name"],
    additionalProperties: false,
    properties: {
      name: { type: "string", maxLength, pattern: `^${subdomain}$` },
      ...(scope === "Namespaced" ? { namespace: { type: "string", maxLength: 63, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" } } : {}),
      labels: { type: "object", propertyNames: qualifiedName, additionalProperties: { type: "string", maxLength: 63, pattern: `^(${name63})?$` } },
      annotations: { type: "object", propertyNames: qualifiedName, additionalProperties: { type: "string" } },
    },
  };
}

/**
 * A whole object: what it is, its metadata, and its other fields without the status, which no author writes.
 *
 * @param {string} apiVersion
 * @param {string} kind
 * @param {{ scope: "Cluster" | "Namespaced", maxLength?: number }} metadata
 * @param {any} schema
 */
export function objectSchema(apiVersion, kind, metadata, schema) {
  const { apiVersion: _1, kind: _2, metadata: _3, status: _4, ...others } = schema.properties ?? {};
  return {
    type: "object",
    required: [...new Set(["apiVersion", "kind", "metadata", ...(schema.required ?? [])])].filter((field) => field !== "status"),
    additionalProperties: false,
    properties: { apiVersion: { const: apiVersion }, kind: { const: kind }, metadata: metadataSchema(metadata), ...others },
  };
}

/**
 * The objects of a CRD in one version, as an entry for a table of kinds; nothing where the CRD has no such version.
 *
 * @param {string} file
 * @param {string} version
 * @param {(schema: any) => any} prepare what is done to the schema first
 * @returns {[string, any][]}
 */
export function crdKind(file, version, prepare = (schema) => schema) {
  const crd = loadAll(readFileSync(file, "utf8")).find((document) => document?.kind === "CustomResourceDefinition");
  const { group, names, scope, versions } = crd.spec;
  const schema = versions.find((each) => each.name === version)?.schema.openAPIV3Schema;
  const apiVersion = `${group}/${version}`;
  return schema === undefined ? [] : [[`${apiVersion}/${names.kind}`, objectSchema(apiVersion, names.kind, { scope }, strict(prepare(schema)))]];
}
