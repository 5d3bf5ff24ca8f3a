import { addConfiguration } from "./configuration.mjs";
import { addCrds } from "./crd.mjs";
import { addGoKinds } from "./go-kinds.mjs";
import { markEmbedded, relaxStatus } from "./model.mjs";
import { readOpenApi } from "./openapi.mjs";
import { addRemovedKinds } from "./removed.mjs";
import { printSchemas } from "./schemas.mjs";
import { printTypes } from "./typescript.mjs";

/**
 * Turns the sources into the files of src/kubernetes/generated/.
 *
 * @param {ReturnType<typeof import("./sources.mjs").readSources>} sources
 * @returns {Map<string, string>} file name → text
 */
export function generate(sources) {
  const model = readOpenApi(sources);
  for (const { origin, text } of sources.configurations) addConfiguration(model, text, origin);
  for (const pin of sources.components) addGoKinds(model, pin, sources.packageFolder);
  for (const { origin, text, kinds } of sources.crds) addCrds(model, text, origin, kinds);
  addRemovedKinds(model, sources.removed);
  markEmbedded(model);
  relaxStatus(model);
  return new Map([...printTypes(model, sources.version), ["schemas.json", printSchemas(model, sources.version)]]);
}
