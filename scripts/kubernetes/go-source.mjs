import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A field of a Go struct. `json` is its name in documents: empty for an embedded struct, whose fields stand among those around it.
 *
 * @typedef {{ json: string, type: string, omitted: boolean, description: string }} GoField
 * @typedef {{ kind: "struct", description: string, fields: GoField[] } | { kind: "alias", of: string }} GoType
 * @typedef {{ types: Map<string, GoType>, imports: Map<string, string> }} GoPackage
 *   `imports` leads from the name of a package in the source to its path.
 */

/**
 * The exported types of a Go package, with their comments: what `go doc` shows of the structs that a component decodes its
 * configuration into.
 *
 * @param {string} folder
 * @returns {GoPackage}
 */
export function readGoPackage(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".go") && !name.endsWith("_test.go") && !name.startsWith("zz_generated") && !name.endsWith(".pb.go"));
  const texts = names.sort().map((name) => readFileSync(join(folder, name), "utf8"));
  return { types: new Map(texts.flatMap(typesOf)), imports: new Map(texts.flatMap(importsOf)) };
}

/** @param {string} text @returns {[string, GoType][]} */
function typesOf(text) {
  const structs = [...text.matchAll(/^((?:\/\/.*\n)*)type (\w+) struct ?\{(?:\}|\n([\s\S]*?)^\})/gm)];
  const aliases = [...text.matchAll(/^type (\w+) (?!struct\b|interface\b)(\S+)$/gm)];
  return [
    ...structs.map(([, comment = "", name = "", body = ""]) => /** @type {[string, GoType]} */ ([name, { kind: "struct", description: described(comment.split("\n")), fields: fieldsOf(body) }])),
    ...aliases.map(([, name = "", of = ""]) => /** @type {[string, GoType]} */ ([name, { kind: "alias", of }])),
  ];
}

/** @param {string} text @returns {[string, string][]} */
function importsOf(text) {
  return [...text.matchAll(/^\s*(?:import )?(?:(\w+) )?"([\w./-]+)"$/gm)].map(([, alias, path = ""]) => [alias ?? path.split("/").at(-1) ?? "", path]);
}

/** @param {string} body @returns {GoField[]} */
function fieldsOf(body) {
  /** @type {GoField[]} */
  const fields = [];
  /** @type {string[]} */
  let comment = [];
  for (const line of body.split("\n")) {
    const text = line.trim();
    if (text.startsWith("//")) comment.push(text);
    else {
      const field = fieldOf(text, comment);
      if (field !== undefined) fields.push(field);
      comment = [];
    }
  }
  return fields;
}

/** @param {string} line @param {string[]} comment @returns {GoField | undefined} */
function fieldOf(line, comment) {
  const match = /^(?:([A-Za-z_]\w*)\s+)?([*[\]\w.]+)(?:\s+`([^`]*)`)?\s*(?:\/\/.*)?$/.exec(line);
  if (match === null) return undefined;
  const [, name, type = "", tag = ""] = match;
  const [json = "", ...options] = (/json:"([^"]*)"/.exec(tag)?.[1] ?? "").split(",");
  if (json === "-" || (name !== undefined && /^[a-z_]/.test(name))) return undefined;
  const embedded = json === "" && (name === undefined || options.includes("inline"));
  return { json: embedded ? "" : json || (name ?? type), type, omitted: options.some((option) => option.startsWith("omit")), description: described(comment) };
}

/** The first paragraph of a comment, without the markers of generators. @param {string[]} lines */
function described(lines) {
  const texts = lines.map((line) => line.replace(/^\/\/ ?/, "")).filter((line) => !/^\s*(\+|TODO|NOTE\()/.test(line));
  return texts.join("\n").trim();
}
