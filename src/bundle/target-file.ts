import { readDocuments, type ReadError, type SourceDocument } from "../documents/index.ts";
import type { Catalogue } from "./catalogue.ts";
import { dayOf, expiredExemptions, expiringExemptions } from "./expiry.ts";
import type { Target, TargetFault } from "./target.ts";
import { validateTargetContent, validateTargetForm } from "./target-validation.ts";

/** A target that can be used, with what is worth knowing of it, or everything that is wrong with its file. */
export type TargetResult = { readonly target: Target; readonly notes: readonly ReadError[] } | { readonly errors: readonly ReadError[] };

/** Reads a target file and holds it to its schema, to the controls at hand, and to the day, `2027-03-31` in UTC, on which it is used. */
export async function readTarget(file: string, catalogue: Catalogue, today: string = dayOf(new Date())): Promise<TargetResult> {
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

  const at = (fault: TargetFault): ReadError => placed(document, fault);
  const form = validateTargetForm(document.value);
  if (form.length > 0) return { errors: form.map(at) };
  const target = document.value as Target;
  const faults = [...validateTargetContent(target, catalogue), ...expiredExemptions(target, today)];
  return faults.length > 0 ? { errors: faults.map(at) } : { target, notes: expiringExemptions(target, today).map(at) };
}

function placed(document: SourceDocument, { path, at, message }: TargetFault): ReadError {
  return { file: document.file, ...document.locate(path, at), message };
}
