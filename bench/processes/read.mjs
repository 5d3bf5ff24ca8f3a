// Reads one file with one parser and drops what it reads: what parsing alone costs in a process of its own.
import { readFileSync } from "node:fs";

const [parser, file] = process.argv.slice(2);
const parsers = {
  async portcullis() {
    const { readDocuments } = await import("../../dist/documents/index.js");
    let documents = 0;
    for await (const { kind } of readDocuments([file])) if (kind === "document") documents += 1;
    return documents;
  },
  async "js-yaml"() {
    const { loadAll } = await import("js-yaml");
    return loadAll(readFileSync(file, "utf8")).length;
  },
  async yaml() {
    const { parseAllDocuments } = await import("yaml");
    return parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS()).length;
  },
};
process.stdout.write(`${await parsers[parser]()}\n`);
