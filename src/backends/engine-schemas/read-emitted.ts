import { posix } from "node:path";
import { DocumentReader } from "../../documents/document-reader.ts";
import { SourceText } from "../../documents/source-text.ts";
import type { EmittedFile } from "../backend.ts";

/** A document of an emitted file, as kubectl reads it. */
export interface EmittedDocument {
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly apiVersion: string;
  readonly kind: string;
}

/** Every document of the YAML files, and a fault for each that is none or says not what it is. */
export function readEmitted(files: readonly EmittedFile[]): { readonly documents: readonly EmittedDocument[]; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const documents = files.filter(({ path }) => /\.ya?ml$/.test(path)).flatMap(({ path, content }): EmittedDocument[] => {
    // By way of the bytes: what UTF-8 cannot hold is lost when the file is written, not before.
    const text = Buffer.from(content).toString();
    return [...new DocumentReader().read(new SourceText(path, text))].flatMap((item): EmittedDocument[] => {
      if (item.kind === "error") faults.push(`${path}:${item.error.line}:${item.error.column}: ${item.error.message}`);
      if (item.kind !== "value") return [];
      const value = item.value as EmittedDocument["value"];
      if (typeof value?.["apiVersion"] === "string" && typeof value["kind"] === "string") return [{ path, value, apiVersion: value["apiVersion"], kind: value["kind"] }];
      faults.push(`${path}: a document without apiVersion and kind`);
      return [];
    });
  });
  return { documents, faults };
}

/** Whether a file is applied to a cluster: what a Kustomization lists, and every file where there is none. */
export function appliedFiles(documents: readonly EmittedDocument[]): (path: string) => boolean {
  const kustomizations = documents.filter(({ kind }) => kind === "Kustomization");
  const listed = new Set(kustomizations.flatMap(({ path, value }) => [path, ...[value["resources"] ?? []].flat().map((resource) => posix.join(posix.dirname(path), String(resource)))]));
  return kustomizations.length === 0 ? () => true : (path) => listed.has(path);
}
