import { resources } from "../../kubernetes/generated/resources.ts";
import { isCustom, kindParts } from "../../kubernetes/scope.ts";
import type { ApiClient, ApiObject } from "./client.ts";

const served: Readonly<Record<string, { readonly plural: string; readonly scope: "Namespaced" | "Cluster" }>> = resources;

/**
 * The CustomResourceDefinitions of the kinds that controls know and Kubernetes does not serve by itself, those of meshes. They take
 * whatever is sent: what their owners refuse is nothing that a policy has to know.
 */
export function customKinds(): readonly ApiObject[] {
  const kinds = new Map<string, { readonly group: string; readonly kind: string; readonly plural: string; readonly scope: string; readonly versions: string[] }>();
  for (const [name, { plural, scope }] of Object.entries(served)) {
    const { apiVersion, kind } = kindParts(name);
    const [version = "", group = ""] = apiVersion.split("/").reverse();
    if (!isCustom(name)) continue;
    const known = kinds.get(`${plural}.${group}`) ?? { group, kind, plural, scope, versions: [] };
    kinds.set(`${plural}.${group}`, known);
    known.versions.push(version);
  }
  return [...kinds].map(([name, { group, kind, plural, scope, versions }]) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name },
    spec: {
      group,
      scope,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      versions: versions.map((version, place) => ({ name: version, served: true, storage: place === 0, schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } } })),
    },
  }));
}

/** Makes them, and tells whether the API server serves all of them yet. Rejects where it refuses one. */
export async function servesCustomKinds(client: ApiClient): Promise<boolean> {
  let isReady = true;
  for (const definition of customKinds()) {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition.metadata.name}`;
    const { body, status } = await client.get(path);
    if (status === 404) {
      const made = await client.create(definition);
      if (made.status !== 201) throw new Error(`no ${definition.metadata.name}: ${made.body.message}`);
      isReady = false;
      continue;
    }
    const { conditions = [] } = (body["status"] ?? {}) as { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
    if (!conditions.some((condition) => condition.type === "Established" && condition.status === "True")) isReady = false;
    const { group, names, versions } = definition["spec"] as { readonly group: string; readonly names: { readonly plural: string }; readonly versions: readonly { readonly name: string }[] };
    for (const { name } of versions) if ((await client.get(`/apis/${group}/${name}/${names.plural}`)).status !== 200) isReady = false;
  }
  return isReady;
}
