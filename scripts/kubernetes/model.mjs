/**
 * The model that every reader (OpenAPI, CRD, configuration file) fills and both writers
 * (TypeScript types, JSON Schemas) read. It knows Kubernetes' shapes, not where they came from.
 *
 * @typedef {(
 *   | { kind: "string" | "boolean" | "number" | "int32" | "int64" | "base64" | "time" | "micro-time" }
 *   | { kind: "quantity" | "int-or-string" | "json" | "json-object" }
 *   | { kind: "enum", values: string[] }
 *   | { kind: "list", items: Type }
 *   | { kind: "map", values: Type }
 *   | { kind: "ref", name: string, embedded?: boolean }
 *   | { kind: "union", of: Type[] }
 * )} Type
 *   `ref` names a definition; `embedded` says that a whole API object stands there without having to say its kind.
 *   The members of a `union` differ in their JSON type.
 *
 * @typedef {{ name: string, type: Type, required: boolean, description: string, default?: unknown, literal?: string }} Field
 *   `literal` is the one value of an API object's apiVersion or kind.
 *
 * @typedef {{ name: string, module: string, typeName: string, description: string, fields: Field[], open: boolean }} Definition
 *   `module` is the generated file without its ending, such as `core-v1`; `open` objects keep fields nobody declared.
 *
 * @typedef {{ apiVersion: string, kind: string, definition: string, plural?: string, scope?: "Namespaced" | "Cluster", removed?: true }} Kind
 *   A top-level object. A configuration file has no plural and no scope, and neither has a kind that is not served any more.
 *
 * @typedef {{ definitions: Map<string, Definition>, kinds: Kind[], lists: { apiVersion: string, kind: string, item: string }[],
 *   origins: Map<string, string> }} Model
 *   `lists` are the kinds that only list others; `origins` says where a module comes from, if not from Kubernetes' OpenAPI.
 */

/** @returns {Model} a model that holds nothing yet. */
export function emptyModel() {
  return { definitions: new Map(), kinds: [], lists: [], origins: new Map() };
}

/** Every name that a type refers to. @param {Type} type @returns {string[]} */
export function referencesOf(type) {
  switch (type.kind) {
    case "ref":
      return [type.name];
    case "list":
      return referencesOf(type.items);
    case "map":
      return referencesOf(type.values);
    case "union":
      return type.of.flatMap(referencesOf);
    default:
      return [];
  }
}

/**
 * The definitions that are reached from `roots`, without following the fields that `skip` names.
 *
 * @param {Model} model
 * @param {Iterable<string>} roots
 * @param {(definition: Definition, field: Field) => boolean} skip
 * @returns {Set<string>}
 */
export function reachable(model, roots, skip = () => false) {
  const seen = new Set();
  const open = [...roots];
  while (open.length > 0) {
    const name = /** @type {string} */ (open.pop());
    if (seen.has(name)) continue;
    seen.add(name);
    const definition = definitionOf(model, name);
    for (const field of definition.fields) {
      if (!skip(definition, field)) open.push(...referencesOf(field.type));
    }
  }
  return seen;
}

/** @param {Model} model @param {string} name @returns {Definition} */
export function definitionOf(model, name) {
  const definition = model.definitions.get(name);
  if (definition === undefined) throw new Error(`no definition is called ${name}`);
  return definition;
}

/** Adds a definition, and refuses a second one of the same name. @param {Model} model @param {Definition} definition */
export function addDefinition(model, definition) {
  if (model.definitions.has(definition.name)) throw new Error(`two definitions are called ${definition.name}`);
  model.definitions.set(definition.name, definition);
}

/** Go's alias of an API package: `core-v1` is imported as `corev1`. @param {string} module */
export function aliasOf(module) {
  return module.replace("-", "");
}

/** Marks the API objects that stand inside another (a StatefulSet's claims): those may leave their kind out. @param {Model} model */
export function markEmbedded(model) {
  const objects = new Set(model.kinds.map((kind) => kind.definition));
  const mark = (/** @type {any} */ type) => {
    if (type.kind === "ref" && objects.has(type.name)) type.embedded = true;
    if (type.kind === "list") mark(type.items);
    if (type.kind === "map") mark(type.values);
  };
  for (const definition of model.definitions.values()) definition.fields.forEach((field) => mark(field.type));
}

/**
 * Makes every field optional that is met under `status` alone. The API server fills the status itself and ignores what a
 * manifest says there, so `status: {}` is common and harmless.
 *
 * @param {Model} model
 */
export function relaxStatus(model) {
  const roots = model.kinds.map((kind) => kind.definition);
  const objects = new Set(roots);
  const elsewhere = reachable(model, roots, (definition, field) => field.name === "status" && objects.has(definition.name));
  for (const name of reachable(model, roots)) {
    if (elsewhere.has(name)) continue;
    for (const field of definitionOf(model, name).fields) field.required = false;
  }
}

/** The kinds in the order of apiVersion and kind. @param {Model} model */
export function sortedKinds(model) {
  const key = (/** @type {Kind} */ kind) => `${kind.apiVersion}/${kind.kind}`;
  return [...model.kinds].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
