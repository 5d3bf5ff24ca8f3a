import { fileURLToPath } from "node:url";
import { readDocuments, type SourceDocument } from "../../src/documents/index.ts";
import { Checker } from "../../src/evaluate/check-documents.ts";
import { loadOpaEngine } from "../../src/evaluate/opa-policy.ts";
import type { CheckResult, Summary } from "../../src/evaluate/result.ts";
import { selectControls, type SelectionRequest } from "../../src/profiles/selection.ts";

/** The folder of a small compiled policy with its manifest; policy.rego beside them is its source. */
export const bundle = fileURLToPath(new URL("../fixtures/opa", import.meta.url));

export const engine = await loadOpaEngine(bundle);

/** Judges a text as a file with the chosen controls. */
export async function check(text: string, request: Partial<SelectionRequest> = {}): Promise<{ readonly results: readonly CheckResult[]; readonly summary: Summary }> {
  const kubernetesMinor = request.kubernetesMinor ?? 37;
  const { controls } = selectControls(engine.catalogue.controls, { ...request, kubernetesMinor });
  const checker = new Checker({ engine, controls, kubernetesMinor });
  const results: CheckResult[] = [];
  for await (const item of readDocuments(["-"], { stdinText: text })) results.push(checker.check(item));
  return { results, summary: checker.summary() };
}

export async function documentsOf(text: string): Promise<SourceDocument[]> {
  const documents: SourceDocument[] = [];
  for await (const item of readDocuments(["-"], { stdinText: text })) if (item.kind === "document") documents.push(item.document);
  return documents;
}
