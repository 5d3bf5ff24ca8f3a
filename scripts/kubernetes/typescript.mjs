import { shortened } from "./description.mjs";
import { aliasOf, definitionOf, reachable, referencesOf } from "./model.mjs";

const scalars = {
  string: "string",
  base64: "string",
  boolean: "boolean",
  number: "number",
  int32: "number",
  int64: "number",
  time: "Time",
  "micro-time": "MicroTime",
  quantity: "Quantity",
  "int-or-string": "IntOrString",
  json: "Json",
  "json-object": "JsonObject",
};

/**
 * Prints the model as TypeScript: a file for each API package, the index of packages, the map of kinds and the
 * table of resources.
 *
 * @param {import("./model.mjs").Model} model
 * @param {string} header the comment that opens each file
 * @returns {Map<string, string>} file name → text
 */
export function printTypes(model, header) {
  const names = [...reachable(model, model.kinds.map((kind) => kind.definition))].sort();
  const modules = [...new Set(names.map((name) => definitionOf(model, name).module))].sort();
  const files = new Map();
  for (const module of modules) {
    const own = names.filter((name) => definitionOf(model, name).module === module);
    files.set(`${module}.ts`, header + printModule(model, module, own));
  }
  const lines = modules.map((module) => `export type * as ${aliasOf(module)} from "./${module}.ts";\n`);
  files.set("index.ts", header + lines.join(""));
  files.set("kinds.ts", header + printKinds(model));
  files.set("resources.ts", header + printResources(model));
  return files;
}

/** @param {import("./model.mjs").Model} model @param {string} module @param {string[]} names */
function printModule(model, module, names) {
  const interfaces = names.map((name) => printInterface(model, definitionOf(model, name))).join("\n");
  const packages = new Set();
  for (const name of names) {
    for (const field of definitionOf(model, name).fields) {
      for (const reference of referencesOf(field.type)) packages.add(definitionOf(model, reference).module);
    }
  }
  packages.delete(module);
  const used = ["Embedded", "IntOrString", "Json", "JsonObject", "MicroTime", "Quantity", "Time"].filter((scalar) =>
    new RegExp(`(?<![.\\w"])${scalar}\\b(?=[<;)\\]| }])`).test(interfaces.replace(/\/\*\*.*?\*\//gs, "")),
  );
  const imports = [...packages].sort().map((name) => `import type * as ${aliasOf(name)} from "./${name}.ts";\n`);
  if (used.length > 0) imports.push(`import type { ${used.join(", ")} } from "../scalars.ts";\n`);
  return `${imports.join("")}${imports.length > 0 ? "\n" : ""}${interfaces}`;
}

/** @param {import("./model.mjs").Model} model @param {import("./model.mjs").Definition} definition */
function printInterface(model, definition) {
  const fields = definition.fields.map((field) => {
    const type = field.literal === undefined ? printType(model, definition.module, field.type) : JSON.stringify(field.literal);
    const name = /^[A-Za-z_$][\w$]*$/.test(field.name) ? field.name : JSON.stringify(field.name);
    return `${comment(field, "  ")}  readonly ${name}${field.required ? `: ${type}` : `?: ${type} | undefined`};\n`;
  });
  if (definition.open) fields.push("  readonly [field: string]: Json | undefined;\n");
  const body = fields.length === 0 ? "" : `\n${fields.join("")}`;
  return `${comment(definition, "")}export interface ${definition.typeName} {${body}}\n`;
}

/** @param {import("./model.mjs").Model} model @param {string} module @param {import("./model.mjs").Type} type @returns {string} */
function printType(model, module, type) {
  switch (type.kind) {
    case "enum":
      return type.values.map((value) => JSON.stringify(value)).join(" | ");
    case "list": {
      const items = printType(model, module, type.items);
      return /[ ]/.test(items) && !items.endsWith("}") && !items.endsWith(">") ? `readonly (${items})[]` : `readonly ${items}[]`;
    }
    case "map":
      return `{ readonly [key: string]: ${printType(model, module, type.values)} }`;
    case "union":
      return type.of.map((member) => printType(model, module, member)).join(" | ");
    case "ref": {
      const target = definitionOf(model, type.name);
      const name = target.module === module ? target.typeName : `${aliasOf(target.module)}.${target.typeName}`;
      return type.embedded ? `Embedded<${name}>` : name;
    }
    default:
      return scalars[type.kind];
  }
}

/** @param {{ description: string, default?: unknown }} described @param {string} indent */
function comment(described, indent) {
  const text = shortened(described.description);
  const stated = described.default === undefined ? "" : `Default: ${JSON.stringify(described.default)}.`;
  const whole = [text, stated].filter((part) => part !== "").join(" ");
  if (whole === "") return "";
  if (whole.length + indent.length <= 112) return `${indent}/** ${whole} */\n`;
  const lines = [""];
  for (const word of whole.split(" ")) {
    const last = lines[lines.length - 1];
    if (`${last} ${word}`.length + indent.length + 3 > 118) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
}

/** @param {import("./model.mjs").Model} model */
function printKinds(model) {
  const kinds = sortedKinds(model);
  const modules = [...new Set(kinds.map((kind) => definitionOf(model, kind.definition).module))].sort();
  const imports = modules.map((module) => `import type * as ${aliasOf(module)} from "./${module}.ts";\n`).join("");
  const entries = kinds.map((kind) => {
    const definition = definitionOf(model, kind.definition);
    return `  "${kind.apiVersion}/${kind.kind}": ${aliasOf(definition.module)}.${definition.typeName};\n`;
  });
  return `${imports}
/** Every kind of document that controls can judge, under its apiVersion and kind. */
export interface Kinds {
${entries.join("")}}
`;
}

/** @param {import("./model.mjs").Model} model */
function printResources(model) {
  const entries = sortedKinds(model)
    .filter((kind) => kind.plural !== undefined)
    .map((kind) => `  "${kind.apiVersion}/${kind.kind}": { plural: "${kind.plural}", scope: "${kind.scope}" },\n`);
  return `/** Under which plural the API server serves a kind, and whether its objects live in a namespace. */
export const resources = {
${entries.join("")}} as const;
`;
}

/** @param {import("./model.mjs").Model} model */
export function sortedKinds(model) {
  const key = (/** @type {import("./model.mjs").Kind} */ kind) => `${kind.apiVersion}/${kind.kind}`;
  return [...model.kinds].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
