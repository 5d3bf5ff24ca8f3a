import type { CompiledControl } from "../backends/backend.ts";
import { lookupsOf } from "../ir/lookups.ts";
import type { Request } from "../plain/judge.ts";

/**
 * Whether an engine's policies can look at other objects: `never`, where they are shown the object alone and findings that look around
 * are left out, or for all requests but those that make Namespaces, or but those that a user makes; OPA alone is asked of everything.
 */
export type Sight = "always" | "but-for-new-namespaces" | "but-for-new-namespaces-of-users" | "never";

/** Whether an engine has to tell of a finding: a Namespace that is made is spared what looks around it, since nothing can be in it yet. */
export function isTold(sight: Sight, { check }: Pick<CompiledControl, "check">, { object, operation, user }: Request, finding: string | undefined): boolean {
  if (sight === "always" || !lookupsOf(check).some((each) => each.finding === finding)) return true;
  if (sight === "never" || operation !== "CREATE" || !isNamespace(object)) return sight !== "never";
  return sight === "but-for-new-namespaces-of-users" && !(user as { readonly username?: string } | undefined)?.username;
}

function isNamespace(object: unknown): boolean {
  const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
  return apiVersion === "v1" && kind === "Namespace";
}
