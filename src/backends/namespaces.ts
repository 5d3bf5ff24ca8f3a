import { scopeOf } from "../kubernetes/scope.ts";

export { scopeOf };

/** Whether a glob of `namespaceGlob`'s form covers the name of a namespace. */
export function namespaceMatches(glob: string, name: string): boolean {
  if (glob.endsWith("*")) return name.startsWith(glob.slice(0, -1));
  return glob.startsWith("*") ? name.endsWith(glob.slice(1)) : name === glob;
}

/** Whether every name that one glob covers is covered by another. */
export function namespaceGlobCovers(wider: string, narrower: string): boolean {
  if (wider === "*" || wider === narrower) return true;
  if (!narrower.includes("*")) return namespaceMatches(wider, narrower);
  // Names that start so end anyhow, so a start is covered by a shorter start alone, and an end by a shorter end.
  const ends = (glob: string): "prefix" | "suffix" | undefined => (glob === "*" ? undefined : glob.endsWith("*") ? "prefix" : glob.startsWith("*") ? "suffix" : undefined);
  return ends(wider) !== undefined && ends(wider) === ends(narrower) && namespaceMatches(wider, narrower.replace("*", ""));
}

/**
 * The namespace that an object is in, for stages and exemptions: a Namespace is in itself. Undefined where the object names none,
 * and for kinds outside namespaces, whatever their metadata claims: the API server drops the claim.
 */
export function namespaceOf(object: unknown): string | undefined {
  const { apiVersion, kind, metadata } = members(object);
  if (typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
  const { name, namespace } = members(metadata);
  if (apiVersion === "v1" && kind === "Namespace") return nameOrNone(name);
  return scopeOf(apiVersion, kind) === "Cluster" ? undefined : nameOrNone(namespace);
}

const nameOrNone = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const members = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {});
