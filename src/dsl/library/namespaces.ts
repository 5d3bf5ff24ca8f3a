import type { metav1 } from "../../kubernetes/index.ts";

/** The namespace of an object that belongs in one. What names none goes to `default`, as with kubectl. */
export function namespaceOf(object: { readonly metadata?: metav1.ObjectMeta | undefined }): string {
  return object.metadata?.namespace ?? "default";
}
