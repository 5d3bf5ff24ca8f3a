import { closestName } from "../text/closest.ts";
import { compileSchema } from "./schema-rules.ts";
import { kubernetesSchemas, type Schema, type SchemaSet } from "./schema-store.ts";
import { type Rule, type SchemaError, Walk } from "./schema-walk.ts";

export type { SchemaError } from "./schema-walk.ts";

/**
 * What a schema says about a document. Of an unknown kind nothing can be said; `note` tells what was probably meant where
 * the kind looks like one of Kubernetes' own, or where to find what an older minor served.
 */
export type SchemaResult =
  | { readonly known: false; readonly note?: string }
  | { readonly known: true; readonly errors: readonly SchemaError[]; readonly note?: string };

/** Judges the form of documents as the API server's strict decoding does. */
export interface SchemaValidator {
  /** The Kubernetes minor whose schemas judge, such as `1.37`. */
  readonly kubernetesVersion: string;
  /**
   * Judges a document by its kind: types, closed sets, required and unknown fields; at most 20 errors. A member that is null
   * counts as absent. Of a list (`v1/List`, `v1/PodList`) only the envelope is judged, not the items.
   */
  validate(apiVersion: string, kind: string, document: unknown): SchemaResult;
  /** Whether the kind only lists other objects, which are to be judged one by one. */
  isList(apiVersion: string, kind: string): boolean;
  /** The scope of a kind's objects; undefined for unknown kinds and for configuration files. */
  scopeOf(apiVersion: string, kind: string): "Namespaced" | "Cluster" | undefined;
}

const listSchema: Schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: { type: "object" },
    items: { type: "array", items: { type: "object" } },
  },
};

/**
 * Makes a validator. Its rules are built at first use: the first Pod costs about a millisecond, each further one a few
 * microseconds. (Compiling the same schemas with ajv takes 180 ms for Pod alone; the tests hold the two to one verdict.)
 *
 * @param schemas the generated schemas unless a test brings its own
 */
export function createSchemaValidator(schemas: SchemaSet = kubernetesSchemas()): SchemaValidator {
  const rules = new Map<string, Rule>();
  const compiled = (definition: string): Rule => {
    const schema = schemas.definitions[definition];
    if (schema === undefined) throw new Error(`the schemas lack the definition ${definition}`);
    return compileSchema(schema, resolve);
  };
  // Definitions refer to each other in circles, so each is compiled when a document first reaches it.
  const resolve = (definition: string): Rule => {
    const known = rules.get(definition);
    if (known !== undefined) return known;
    let rule: Rule | undefined;
    const lazy: Rule = (value, walk) => {
      rule ??= compiled(definition);
      rule(value, walk);
    };
    rules.set(definition, lazy);
    return lazy;
  };
  const listRule = compileSchema(listSchema, resolve);
  const isList = (apiVersion: string, kind: string): boolean => (apiVersion === "v1" && kind === "List") || Object.hasOwn(schemas.lists, `${apiVersion}/${kind}`);
  return {
    kubernetesVersion: schemas.kubernetesVersion,
    isList,
    scopeOf: (apiVersion, kind) => (Object.hasOwn(schemas.scopes, `${apiVersion}/${kind}`) ? schemas.scopes[`${apiVersion}/${kind}`] : undefined),
    validate(apiVersion, kind, document) {
      const name = `${apiVersion}/${kind}`;
      const removed = Object.hasOwn(schemas.removed, name) ? schemas.removed[name] : undefined;
      const definition = removed ?? (Object.hasOwn(schemas.kinds, name) ? schemas.kinds[name] : undefined);
      if (definition === undefined && !isList(apiVersion, kind)) return unknownKind(schemas, apiVersion, kind);
      const walk = new Walk();
      (definition === undefined ? listRule : resolve(definition))(document, walk);
      return { known: true, errors: walk.errors, ...(removed === undefined ? {} : { note: successorOf(schemas, apiVersion, kind) }) };
    },
  };
}

/** Kinds that there are beside those with a schema: a kubeconfig, what the API server answers with, files that components read. */
const withoutSchema = new Set([
  ...["Config", "Status", "APIGroup", "APIGroupList", "APIResourceList", "APIVersions"].map((kind) => `v1/${kind}`),
  ...["AdmissionConfiguration", "AuthenticationConfiguration", "AuthorizationConfiguration", "TracingConfiguration"].map((kind) => `apiserver.config.k8s.io/v1/${kind}`),
  "apiserver.config.k8s.io/v1beta1/TracingConfiguration",
  "kubelet.config.k8s.io/v1alpha1/CredentialProviderConfig",
  ...["CredentialProviderConfig", "ImagePullIntent", "ImagePulledRecord", "SerializedNodeConfigSource"].map((kind) => `kubelet.config.k8s.io/v1beta1/${kind}`),
  // What a request for a connection holds: a webhook is asked about it, and nothing stores it.
  ...["PodExecOptions", "PodAttachOptions", "PodPortForwardOptions", "PodProxyOptions", "NodeProxyOptions", "ServiceProxyOptions"].map((kind) => `v1/${kind}`),
]);

/** Where a kind is found that the apiVersion served once. */
function successorOf(schemas: SchemaSet, apiVersion: string, kind: string): string {
  const found = unknownKind(schemas, apiVersion, kind);
  return "note" in found && found.note?.includes(" serve") === true ? found.note : `no apiVersion serves ${kind} any more`;
}

function unknownKind(schemas: SchemaSet, apiVersion: string, kind: string): SchemaResult {
  if (withoutSchema.has(`${apiVersion}/${kind}`)) return { known: false };
  const names = Object.keys(schemas.kinds).map((name) => ({ apiVersion: name.slice(0, name.lastIndexOf("/")), kind: name.slice(name.lastIndexOf("/") + 1) }));
  const group = groupOf(apiVersion);
  // A foreign group may well have a kind of its own called Service: only Kubernetes' own groups are told where to find it.
  const own = group === "" || !group.includes(".") || group.endsWith(".k8s.io");
  const same = own ? names.filter((name) => name.kind === kind) : [];
  const related = same.filter((name) => groupOf(name.apiVersion) === group);
  const serving = (related.length > 0 ? related : same).map((name) => name.apiVersion);
  if (serving.length > 0) return { known: false, note: `${serving.join(" and ")} ${serving.length === 1 ? "serves" : "serve"} ${kind}` };
  // Of the groups of others only some kinds are known, so that a further one is no slip.
  if (!own && !apiVersion.startsWith("portcullis.dev/")) return { known: false };
  const siblings = names.filter((name) => name.apiVersion === apiVersion).map((name) => name.kind);
  if (siblings.length === 0) return { known: false };
  const meant = closestName(kind, siblings);
  return { known: false, note: `${apiVersion} has no kind ${JSON.stringify(kind)}${meant === undefined ? "" : `; did you mean ${meant}?`}` };
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}
