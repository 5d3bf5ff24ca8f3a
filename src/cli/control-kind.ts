import type { ManifestControl } from "../backends/opa/manifest.ts";

/** API groups of files that configure a component and are never sent to an API server. */
const configurationGroup = /\.config\.k8s\.io\/|^(audit|kubeadm)\.k8s\.io\//;

/** What a control needs to see: one object at admission, other objects beside it, or a component's configuration. */
export function controlKind({ match, capabilities }: ManifestControl): "admission" | "cross-object" | "configuration" {
  if (capabilities.includes("lookup")) return "cross-object";
  return match.kinds.every(({ apiVersion }) => configurationGroup.test(apiVersion)) ? "configuration" : "admission";
}
