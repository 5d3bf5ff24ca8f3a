import type { CompiledControl } from "../../backends/backend.ts";
import type { Request } from "../../plain/judge.ts";
import type { ApiAnswer, ApiClient, ApiObject, RequestOptions } from "./client.ts";

/** One of the controls' objects, as the API server takes it. */
export interface LiveCase {
  /** The control and the place among its objects: `host-ports fail-2`, `host-ports derived-1`. */
  readonly about: string;
  readonly sent: ApiObject;
  /** The object that it replaces, where there is one of its name. */
  readonly old?: ApiObject;
  readonly subresource?: "ephemeralcontainers";
  /** Who asks, where it is not whoever runs the cluster. */
  readonly user?: { readonly username: string; readonly groups: readonly string[] };
}

/** An object to ask for beside a control's own, and what it is to replace. */
export interface FurtherObject {
  readonly object: Readonly<Record<string, unknown>>;
  readonly oldObject?: Readonly<Record<string, unknown>>;
  readonly user?: unknown;
}

/** The objects that were asked for, and those that the API server refuses whatever the policies say, with its reason. */
export interface LiveCases {
  /** Each with what admission sees: the object decoded into its type, with defaults. */
  readonly cases: readonly (LiveCase & { readonly seen: ApiObject })[];
  readonly refused: readonly { readonly about: string; readonly status: number; readonly reason: string }[];
}

/**
 * Asks a cluster without policies for every own object of the controls, and for further ones, after making what must be there
 * before: namespaces, what is to be replaced, and the Pods that debug containers join. Validation comes before validating
 * admission, so what it refuses no policy ever sees.
 */
export async function liveCases(client: ApiClient, controls: readonly CompiledControl[], further: (control: CompiledControl) => readonly FurtherObject[] = () => []): Promise<LiveCases> {
  const written = controls.flatMap((compiled) => {
    const { control, id } = compiled;
    const named = (kind: string, objects: readonly { readonly object: unknown; readonly oldObject?: unknown; readonly user?: unknown }[]) => objects.map(({ object, oldObject, user }, index) => ({ about: `${id} ${kind}-${index + 1}`, object: withMetadata(object), ...personOf(user), ...(oldObject === undefined ? {} : { oldObject: withMetadata(oldObject) }) }));
    return [...named("pass", control.pass), ...named("fail", control.fail), ...named("derived", further(compiled))];
  });
  await makeNamespaces(client, written.map(({ object }) => object));
  const outcomes = await each(written, async ({ about, object, oldObject, user }) => {
    const live = { about, ...(user === undefined ? {} : { user }), ...(oldObject === undefined ? await asRequest(client, about, object) : await asUpdate(client, about, object, oldObject)) };
    return { live, answer: await ask(client, live) };
  });
  return {
    cases: outcomes.flatMap(({ live, answer: { body, status } }) => (status < 300 ? [{ ...live, seen: body }] : [])),
    refused: outcomes.flatMap(({ live: { about }, answer: { body, status } }) => (status < 300 ? [] : [{ about, status, reason: String(body.message) }])),
  };
}

/** How an object comes about: it is created, or put in the place of the one of its name, or its debug containers join a Pod. */
async function asRequest(client: ApiClient, about: string, object: ApiObject): Promise<Omit<LiveCase, "about">> {
  const { ephemeralContainers, ...spec } = (object["spec"] ?? {}) as { readonly ephemeralContainers?: readonly unknown[] };
  if (object.kind === "Pod" && ephemeralContainers !== undefined && ephemeralContainers.length > 0) {
    const sent = { ...object, metadata: { ...object.metadata, name: about.replace(" ", "-") } };
    const { body: old, status } = await client.create({ ...sent, spec });
    return status === 201 ? { sent, old, subresource: "ephemeralcontainers" } : { sent: { ...sent, spec } };
  }
  if (object.kind !== "Namespace") return { sent: object };
  const { body, status } = await client.get(`/api/v1/namespaces/${object.metadata.name}`);
  return status === 200 ? { sent: object, old: body } : { sent: object };
}

/** Who asks for an object. The API server counts everyone whom it knows among the authenticated. */
function personOf(user: unknown): Pick<LiveCase, "user"> {
  const { groups = [], username } = (user ?? {}) as { readonly groups?: readonly string[]; readonly username?: string };
  return username === undefined || username === "" ? {} : { user: { username, groups: [...new Set([...groups, "system:authenticated"])] } };
}

/** Whoever runs the cluster, as it is started here. */
const operator = { username: "admin", groups: ["system:masters", "system:authenticated"] };

/** No server takes an object that is not called anything. One that the server is to name is named here: each answer would have another name in it. */
function withMetadata(object: unknown): ApiObject {
  const { metadata = { name: "web" }, ...rest } = object as ApiObject;
  const { generateName, name = generateName === undefined ? undefined : `${generateName}made`, ...others } = metadata;
  return { ...rest, metadata: { ...others, ...(name === undefined ? {} : { name }) } };
}

/** The object in the place of another, under a name of their own; undefined `old` where the other cannot be made. */
async function asUpdate(client: ApiClient, about: string, object: ApiObject, oldObject: ApiObject): Promise<Omit<LiveCase, "about">> {
  const named = (each: ApiObject): ApiObject => ({ ...each, metadata: { ...each.metadata, name: about.replace(" ", "-") } });
  const { body: old, status } = await client.create(named(oldObject));
  return status === 201 ? { sent: named(object), old } : { sent: named(object) };
}

/** Asks for an object without keeping it. */
export function ask(client: ApiClient, { old, sent, subresource, user }: Omit<LiveCase, "about">, options: RequestOptions = {}): Promise<ApiAnswer> {
  const asked = { dryRun: true, ...(user === undefined ? {} : { as: { name: user.username, groups: user.groups } }), ...options };
  return old === undefined ? client.create(sent, asked) : client.update(sent, { ...(subresource === undefined ? {} : { subresource }), ...asked });
}

/** What the plain run is asked, of an object that admission saw. */
export const requestOf = ({ old, user = operator }: LiveCase, seen: ApiObject): Request => (old === undefined ? { object: seen, operation: "CREATE", user } : { object: seen, operation: "UPDATE", oldObject: old, user });

/** Makes the namespaces that objects are in, where they are not there yet. What names none that can be, the API server refuses by itself. */
export async function makeNamespaces(client: ApiClient, objects: readonly ApiObject[]): Promise<void> {
  const names = new Set(objects.flatMap(({ metadata: { namespace = "" } }) => (/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(namespace) ? [namespace] : [])));
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
