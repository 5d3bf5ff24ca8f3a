import { join } from "node:path";
import { goSchema, goTypes } from "./go-types.mjs";
import { goModule, minorOf, pinnedModule, sourcesOf } from "./modules.mjs";
import { metadataSchema } from "./objects.mjs";

const kind = "Kustomization";
const apiVersion = "kustomize.config.k8s.io/v1beta1";

/**
 * Kustomize has no CRD: its schema is its Go type, read without unknown fields (api/types/kustomization.go, `Unmarshal`). The
 * version is the one inside kubectl.
 *
 * @returns {import("./print.mjs").Engine}
 */
export function kustomize() {
  const api = pinnedModule("kubernetes", "sigs.k8s.io/kustomize/api");
  const kyaml = goModule("sigs.k8s.io/kustomize/kyaml", pinnedModule("kubernetes", "sigs.k8s.io/kustomize/kyaml").version);
  const resid = goTypes(join(kyaml.folder, "resid"));
  const foreign = {
    "resid.Gvk": goSchema(resid, "Gvk"),
    "resid.ResId": goSchema(resid, "ResId"),
    "yaml.Node": {},
  };
  const { properties } = goSchema(goTypes(join(api.folder, "types")), kind, foreign);
  const metadata = metadataSchema({ scope: "Namespaced" });
  const schema = { type: "object", required: ["apiVersion", "kind"], additionalProperties: false, properties: { ...properties, apiVersion: { const: apiVersion }, kind: { const: kind }, metadata } };
  return { name: "kustomize", versions: [{ version: minorOf(api.version), sources: sourcesOf(api, kyaml), kinds: [[`${apiVersion}/${kind}`, schema]] }] };
}
