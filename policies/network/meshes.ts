import type { corev1, metav1 } from "portcullis";

/** The namespace of Istio's own configuration, where policies hold for the whole mesh. */
export const rootNamespace = { default: "istio-system", description: "The namespace of Istio's own configuration, whose policies hold for the whole mesh." } as const;

/** Whether Istio puts a sidecar beside the pods of a namespace: the label of injection wins over that of a revision. */
export function hasSidecars(labels: metav1.ObjectMeta["labels"]): boolean {
  const injection = labels?.["istio-injection"] ?? "";
  return injection === "enabled" || (injection === "" && (labels?.["istio.io/rev"] ?? "") !== "");
}

/** Whether the nodes of Istio's ambient mode carry the connections of a namespace. */
export const isAmbient = (labels: metav1.ObjectMeta["labels"]): boolean => labels?.["istio.io/dataplane-mode"] === "ambient";

/** Whether Linkerd puts a proxy beside the pods of a namespace. */
export function isInLinkerd(annotations: metav1.ObjectMeta["annotations"]): boolean {
  const inject = annotations?.["linkerd.io/inject"] ?? "";
  return inject === "enabled" || inject === "ingress";
}

/** A Namespace with these labels and annotations, for cases. */
export const namespaceWith = (name: string, labels: Readonly<Record<string, string>> = {}, annotations: Readonly<Record<string, string>> = {}): corev1.Namespace & { readonly apiVersion: "v1"; readonly kind: "Namespace" } => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels, annotations } });
