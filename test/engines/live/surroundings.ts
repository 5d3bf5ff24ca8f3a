import { lookedUpKinds } from "../../../src/ir/lookups.ts";
import { kindParts } from "../../../src/kubernetes/scope.ts";
import { ObjectSet } from "../../../src/plain/object-set.ts";
import type { ApiClient } from "../../../src/verify/live/client.ts";
import type { Bundle } from "./bundle.ts";

/** A bundle in a cluster as it stands: what the plain run finds there among the objects that controls look up. */
export async function among(bundle: Bundle, client: ApiClient): Promise<Bundle> {
  const kinds = [...new Set(bundle.controls.flatMap(({ check }) => lookedUpKinds(check)))];
  const others = new ObjectSet((await Promise.all(kinds.map(async (kind) => await objectsOf(kind, client)))).flat());
  return { ...bundle, expected: (control, request) => bundle.expected(control, { ...request, others }) };
}

/** All objects of a kind. A list leaves the kind of its items to be known from its own. */
async function objectsOf(name: string, client: ApiClient): Promise<readonly unknown[]> {
  const { apiVersion, kind } = kindParts(name);
  const collection = (await client.collectionOf({ apiVersion, kind, metadata: {} })).replace(/\/namespaces\/[^/]+(?=\/)/, "");
  const { body, status } = await client.get(collection);
  if (status !== 200) throw new Error(`${collection}: ${body.message}`);
  return (body["items"] as readonly object[]).map((item) => ({ apiVersion, kind, ...item }));
}
