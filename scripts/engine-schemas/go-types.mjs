import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A field of a Go struct as JSON has it. `name` is empty for an embedded struct, whose fields stand among those around it.
 *
 * @typedef {{ name: string, type: string }} GoField
 * @typedef {{ structs: Map<string, GoField[]>, named: Map<string, string> }} GoTypes
 */

/** The types of the Go files of a folder, tests left out. @param {string} folder @returns {GoTypes} */
export function goTypes(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"));
  const text = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  const structs = new Map([...text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)].map(([, name = "", body = ""]) => [name, body.split("\n").flatMap(goField)]));
  const named = new Map([...text.matchAll(/^type (\w+) ([\w.[\]*]+)$/gm)].map(([, name = "", type = ""]) => [name, type]));
  return { structs, named };
}

/** @param {string} line @returns {GoField[]} */
function goField(line) {
  const match = /^\s*(?:([A-Za-z_]\w*)\s+)?([*[\]\w.]+)(?:\s+`([^`]*)`)?\s*(?:\/\/.*)?$/.exec(line);
  if (match === null || line.trim() === "") return [];
  const [, field, type = "", tag = ""] = match;
  const [name = "", ...options] = (/json:"([^"]*)"/.exec(tag)?.[1] ?? "").split(",");
  if (name === "-" || (field !== undefined && /^[a-z_]/.test(field))) return [];
  const embedded = field === undefined || options.includes("inline");
  return [{ name: embedded && name === "" ? "" : name || (field ?? type), type }];
}

/** @type {Record<string, any>} */
const basic = { string: { type: "string" }, bool: { type: "boolean" }, int: { type: "integer" }, int32: { type: "integer" }, int64: { type: "integer" }, "interface{}": {}, any: {} };

/**
 * The strict schema of a Go type. `foreign` has the types of other packages; one that is in neither is an error, so that a type
 * that a new version brings is looked at.
 *
 * @param {GoTypes} types
 * @param {string} type
 * @param {Record<string, any>} [foreign]
 * @returns {any}
 */
export function goSchema(types, type, foreign = {}) {
  if (type.startsWith("*")) return goSchema(types, type.slice(1), foreign);
  if (type.startsWith("[]")) return { type: "array", items: goSchema(types, type.slice(2), foreign) };
  if (type.startsWith("map[string]")) return { type: "object", additionalProperties: goSchema(types, type.slice("map[string]".length), foreign) };
  if (Object.hasOwn(foreign, type)) return foreign[type];
  if (Object.hasOwn(basic, type)) return basic[type];
  const named = types.named.get(type);
  if (named !== undefined) return goSchema(types, named, foreign);
  const fields = types.structs.get(type);
  if (fields === undefined) throw new Error(`the Go type ${type} is not known`);
  const properties = fields.flatMap((field) => (field.name === "" ? Object.entries(goSchema(types, field.type, foreign).properties) : [[field.name, goSchema(types, field.type, foreign)]]));
  return { type: "object", additionalProperties: false, properties: Object.fromEntries(properties) };
}
