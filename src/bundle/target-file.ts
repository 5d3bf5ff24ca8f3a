import { readDocuments, type ReadError, type SourceDocument } from "../documents/index.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Target, TargetFault } from "./target.ts";
import { validateTargetContent, validateTargetForm } from "./target-validation.ts";

/** A target that can be used, or everything that is wrong with its file. */
export type TargetResult = { readonly target: Target } | { readonly errors: readonly ReadError[] };

/** Reads a target file and holds it to its schema and to the controls at hand. */
export async function readTarget(file: string, catalogue: Catalogue): Promise<TargetResult> {
  const documents: SourceDocument[] = [];
  const errors: ReadError[] = [];
  for await (const item of readDocuments([file])) {
    if (item.kind === "document") documents.push(item.document);
    else if (item.kind === "error") errors.push(item.error);
    else errors.push({ file, line: item.note.line ?? 1, column: 1, message: item.note.message });
  }
  const [document, second] = documents;
  if (second !== undefined) errors.push({ file, ...second.locate([]), message: "A target file holds one target.", help: "Put each target into a file of its own." });
  if (document === undefined && errors.length === 0) errors.push({ file, line: 1, column: 1, message: "The file holds no target." });
  if (document === undefined || errors.length > 0) return { errors };

  const form = validateTargetForm(document.value);
  const faults = form.length > 0 ? form : validateTargetContent(document.value as Target, catalogue);
  return faults.length > 0 ? { errors: faults.map((fault) => placed(document, fault)) } : { target: document.value as Target };
}

function placed(document: SourceDocument, { path, at, message }: TargetFault): ReadError {
  return { file: document.file, ...document.locate(path, at), message };
}
