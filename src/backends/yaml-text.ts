import { Document } from "yaml";

/** Documents as YAML under a header comment. Keys stand in the order of the objects; a text of several lines as a block. */
export function yamlText(header: readonly string[], documents: readonly Readonly<Record<string, unknown>>[]): string {
  const head = header.map((line) => `# ${line}\n`).join("");
  return `${head}${documents.map((document) => new Document(document, { aliasDuplicateObjects: false, version: "1.2" }).toString({ lineWidth: 0, blockQuote: "literal" })).join("---\n")}`;
}
