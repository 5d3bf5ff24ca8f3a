import type { metav1 } from "../../kubernetes/index.ts";

/**
 * What an object in a namespace is called where exceptions are listed: `shop/web`. A manifest that names no namespace goes to
 * `default`, unless whoever applies it says otherwise.
 */
export function namespacedName(metadata: metav1.ObjectMeta | undefined): string {
  return `${metadata?.namespace ?? "default"}/${metadata?.name ?? ""}`;
}
