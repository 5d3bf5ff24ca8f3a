import { namespaceMatches, namespaceOf, scopeOf } from "../backends/namespaces.ts";
import type { ExemptionEntry } from "../bundle/target.ts";

/** Whom a run lets off, and why. */
export interface ExemptionOptions {
  readonly exemptions: readonly ExemptionEntry[];
  /** Where objects that belong in a namespace but name none will go; without it they are in none, so never exempt. */
  readonly defaultNamespace?: string;
}

/** Answers which exemption lets an object off a control: the first that does. Without exemptions it looks at nothing. */
export function exemptionFinder({ exemptions, defaultNamespace }: ExemptionOptions): (object: unknown) => (control: string) => ExemptionEntry | undefined {
  const none = (): undefined => undefined;
  if (exemptions.length === 0) return () => none;
  return (object) => {
    const namespace = namespaceOf(object) ?? (belongsInNamespace(object) ? defaultNamespace : undefined);
    if (namespace === undefined) return none;
    const holding = exemptions.filter(({ namespaces }) => namespaces.some((glob) => namespaceMatches(glob, namespace)));
    return (control) => holding.find(({ controls }) => controls.includes(control));
  };
}

/** Of a kind that nobody here knows, it is not known. */
function belongsInNamespace(object: unknown): boolean {
  const { apiVersion, kind } = (object ?? {}) as { readonly apiVersion?: unknown; readonly kind?: unknown };
  return scopeOf(String(apiVersion), String(kind)) === "Namespaced";
}
