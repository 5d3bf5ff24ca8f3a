import type { CompiledControl } from "../../backends/backend.ts";
import type { Request } from "../../plain/judge.ts";
import type { ApiAnswer, ApiClient, ApiObject, RequestOptions } from "./client.ts";

/** One of the controls' own objects, as the API server takes it. */
export interface LiveCase {
  /** The control and the place among its objects: `host-ports fail-2`. */
  readonly about: string;
  readonly sent: ApiObject;
  /** The object that it replaces, where there is one of its name. */
  readonly old?: ApiObject;
  readonly subresource?: "ephemeralcontainers";
}

/** The controls' own objects, and those that the API server refuses whatever the policies say, with its reason. */
export interface LiveCases {
  /** Each with what admission sees: the object decoded into its type, with defaults. */
  readonly cases: readonly (LiveCase & { readonly seen: ApiObject })[];
  readonly refused: readonly { readonly about: string; readonly status: number; readonly reason: string }[];
}

/**
 * Asks a cluster without policies for every own object of the controls, after making what must be there before: namespaces, and
 * the Pods that debug containers join. Validation comes before validating admission, so what it refuses no policy ever sees.
 */
export async function liveCases(client: ApiClient, controls: readonly CompiledControl[]): Promise<LiveCases> {
  const written = controls.flatMap(({ control, id }) => {
    const named = (verdict: "pass" | "fail") => control[verdict].map(({ object }, index) => ({ about: `${id} ${verdict}-${index + 1}`, object: object as ApiObject }));
    return [...named("pass"), ...named("fail")];
  });
  await makeNamespaces(client, written.map(({ object }) => object));
  const outcomes = await each(written, async ({ about, object }) => {
    const live = { about, ...(await asRequest(client, about, object)) };
    return { live, answer: await ask(client, live) };
  });
  return {
    cases: outcomes.flatMap(({ live, answer: { body, status } }) => (status < 300 ? [{ ...live, seen: body }] : [])),
    refused: outcomes.flatMap(({ live: { about }, answer: { body, status } }) => (status < 300 ? [] : [{ about, status, reason: String(body.message) }])),
  };
}

/** How an object comes about: it is created, or put in the place of the one of its name, or its debug containers join a Pod. */
async function asRequest(client: ApiClient, about: string, object: ApiObject): Promise<Omit<LiveCase, "about">> {
  const { ephemeralContainers, ...spec } = (object["spec"] ?? {}) as { readonly ephemeralContainers?: unknown };
  if (object.kind === "Pod" && ephemeralContainers !== undefined) {
    const sent = { ...object, metadata: { ...object.metadata, name: about.replace(" ", "-") } };
    const { body: old, status } = await client.create({ ...sent, spec });
    return status === 201 ? { sent, old, subresource: "ephemeralcontainers" } : { sent: { ...sent, spec } };
  }
  if (object.kind !== "Namespace") return { sent: object };
  const { body, status } = await client.get(`/api/v1/namespaces/${object.metadata.name}`);
  return status === 200 ? { sent: object, old: body } : { sent: object };
}

/** Asks for an object without keeping it. */
export const ask = (client: ApiClient, { old, sent, subresource }: Omit<LiveCase, "about">, options: RequestOptions = {}): Promise<ApiAnswer> =>
  old === undefined ? client.create(sent, { dryRun: true, ...options }) : client.update(sent, { dryRun: true, ...(subresource === undefined ? {} : { subresource }), ...options });

/** What the plain run is asked, of an object that admission saw. */
export const requestOf = ({ old }: LiveCase, seen: ApiObject): Request => (old === undefined ? { object: seen, operation: "CREATE" } : { object: seen, operation: "UPDATE", oldObject: old });

/** Makes the namespaces that objects are in, where they are not there yet. */
export async function makeNamespaces(client: ApiClient, objects: readonly ApiObject[]): Promise<void> {
  const names = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  for (const name of names) {
    const { body, status } = await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    if (status !== 201 && status !== 409) throw new Error(`no namespace ${name}: ${body.message}`);
  }
}

/** Runs some requests at a time, in the order of the items. */
export async function each<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += 8) results.push(...(await Promise.all(items.slice(start, start + 8).map(run))));
  return results;
}
