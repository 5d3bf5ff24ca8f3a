import { resources } from "./generated/resources.ts";

const scopes: Readonly<Record<string, { readonly scope: string; readonly plural: string }>> = resources;

/** How Kubernetes keeps objects of a kind; undefined for kinds that it does not serve itself. */
export const scopeOf = (apiVersion: string, kind: string): string | undefined => scopes[`${apiVersion}/${kind}`]?.scope;

/** Under which plural the API server serves a kind, by `apiVersion/Kind`; undefined for kinds that it does not serve itself. */
export const pluralOf = (kindName: string): string | undefined => scopes[kindName]?.plural;

/** The two parts of `apiVersion/Kind`. */
export function kindParts(kindName: string): { readonly apiVersion: string; readonly kind: string } {
  const cut = kindName.lastIndexOf("/");
  return { apiVersion: kindName.slice(0, cut), kind: kindName.slice(cut + 1) };
}

/** Whether a kind is of a group of others: a custom resource, which a cluster knows where its definition is installed. */
export function isCustom(kindName: string): boolean {
  const { apiVersion } = kindParts(kindName);
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return group.includes(".") && !group.endsWith(".k8s.io");
}
