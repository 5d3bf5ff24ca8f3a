import { readFileSync } from "node:fs";

/**
 * The part of JSON Schema (draft-07) that the generator writes. Objects with `additionalProperties: false` are typed;
 * those with a schema there are maps; those with neither are open.
 */
export interface Schema {
  readonly $ref?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly enum?: readonly (string | null)[];
  readonly format?: "int32" | "byte" | "date-time";
  readonly pattern?: string;
  readonly properties?: { readonly [field: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: false | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/** A type as JSON Schema names it. */
export type JsonType = "array" | "boolean" | "integer" | "null" | "number" | "object" | "string";

/** What `generated/schemas.json` holds. A name such as `apps/v1/Deployment` is an apiVersion and a kind. */
export interface SchemaSet {
  /** The minor that the schemas are of, such as `1.37`. */
  readonly kubernetesVersion: string;
  /** The definition of each kind, by name. */
  readonly kinds: { readonly [name: string]: string };
  /** The definitions of kinds that older minors served. */
  readonly removed: { readonly [name: string]: string };
  /** Configuration files are in no scope. */
  readonly scopes: { readonly [name: string]: "Namespaced" | "Cluster" };
  /** The kinds that only list others: from the list's name to the name of what it lists. */
  readonly lists: { readonly [name: string]: string };
  readonly definitions: { readonly [definition: string]: Schema };
}

// src/ and dist/ lie side by side in the package, so one address serves the sources under test and the built files.
const file = new URL("../../src/kubernetes/generated/schemas.json", import.meta.url);

let loaded: SchemaSet | undefined;

/** The schemas of the pinned Kubernetes minor, read at the first call (some 5 ms) and kept. */
export function kubernetesSchemas(): SchemaSet {
  loaded ??= JSON.parse(readFileSync(file, "utf8")) as SchemaSet;
  return loaded;
}
