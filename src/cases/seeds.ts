import { judgesPods, kindsWithoutPod, type MatchedKind } from "../ir/control.ts";
import { newestMinor } from "../kubernetes/minors.ts";
import { podBearingKinds } from "../kubernetes/pod-bearing.ts";
import { kindNameOf } from "../plain/object-set.ts";
import { defaultParameters } from "../plain/judge.ts";
import type { Reads } from "./reads.ts";
import { type CaseRequest, isObject, partAt, withoutNulls } from "./request.ts";
import { kindSchema, minimal } from "./schema.ts";
import type { DeriveOptions, OwnCase, Subject } from "./subject.ts";

const mostKinds = 8;

/** A request to create an object, as it is unless a case says more. */
export function requestFor({ control }: Subject, { object, oldObject, operation = "CREATE", others = [], parameters = {}, kubernetesMinor = newestMinor, namespace, user = {} }: OwnCase, options: DeriveOptions = {}): CaseRequest {
  const values = options.parameters === undefined ? parameters : options.parameters;
  return {
    object: withoutNulls(object),
    ...(others.length === 0 ? {} : { others: byKind(others) }),
    ...(oldObject === undefined ? {} : { oldObject: withoutNulls(oldObject) }),
    ...(namespace === undefined ? {} : { namespace: withoutNulls(namespace) }),
    operation,
    user,
    parameters: { ...defaultParameters(control), ...values },
    kubernetesMinor: options.kubernetesMinor ?? kubernetesMinor,
  };
}

function byKind(objects: readonly unknown[]): Readonly<Record<string, readonly unknown[]>> {
  const lists: Record<string, unknown[]> = {};
  for (const object of objects) (lists[kindNameOf(object) ?? ""] ??= []).push(withoutNulls(object));
  return lists;
}

/** Where the search starts: the least object of each kind, and the control's own, on each kind where that is another case. */
export function seedsOf(subject: Subject, reads: Reads, options: DeriveOptions): readonly CaseRequest[] {
  const { control, check } = subject;
  const own: readonly OwnCase[] = [...control.pass, ...control.fail];
  const readsRoot = (root: string): boolean => reads.paths.some(([first]) => first === root);
  const withoutPod = kindsWithoutPod(check.match);
  const kinds = judgesPods(check.match) ? [...check.match.kinds.slice(0, 1), ...withoutPod] : check.match.kinds.slice(0, mostKinds);
  // What one kind says of a component's flags stands elsewhere in another.
  const isOfOneForm = check.match.component === undefined;
  const asGiven = own.filter(({ object }) => !judgesPods(check.match) || isOfKind(object, kinds));
  const moved = own.flatMap((each): readonly OwnCase[] => (judgesPods(check.match) && !isOfKind(each.object, withoutPod) ? [{ ...each, object: asPod(each.object) }] : kinds.map((kind) => ({ ...each, object: { ...(each.object as object), ...kind } }))));
  const plain = [...kinds.map((kind): OwnCase => ({ object: leastObject(kind, check.match.component) })), ...asGiven, ...(isOfOneForm ? moved : [])].map((each) => requestFor(subject, each, options));
  const underDefaults = options.parameters === undefined ? plain.map((request) => ({ ...request, parameters: defaultParameters(control) })) : [];
  const created = [...underDefaults, ...plain];
  if (!readsRoot("oldObject") && !readsRoot("operation")) return withSurroundings(created, readsRoot);
  const updated = created.flatMap((request) => created.slice(0, 4).map((before): CaseRequest => ({ ...request, oldObject: before.object, operation: "UPDATE" })));
  return withSurroundings([...created, ...updated], readsRoot);
}

function withSurroundings(requests: readonly CaseRequest[], readsRoot: (root: string) => boolean): readonly CaseRequest[] {
  if (!readsRoot("namespace") && !readsRoot("user")) return requests;
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
  const user = { username: "alice", groups: ["developers"] };
  return [...requests, ...requests.slice(0, 4).map((request) => ({ ...request, ...(readsRoot("namespace") ? { namespace: request.namespace ?? namespace } : {}), ...(readsRoot("user") ? { user } : {}) }))];
}

const isOfKind = (object: unknown, kinds: readonly MatchedKind[]): boolean => isObject(object) && kinds.some(({ apiVersion, kind }) => object["apiVersion"] === apiVersion && object["kind"] === kind);

function leastObject({ apiVersion, kind }: MatchedKind, component: string | undefined): Readonly<Record<string, unknown>> {
  const schema = kindSchema(apiVersion, kind);
  const base = { apiVersion, kind, ...(schema?.properties?.["metadata"] === undefined ? {} : { metadata: { name: "web" } }) };
  if (component !== undefined && kind === "Pod") return { ...base, spec: { containers: [{ name: component, command: [component] }] } };
  if (component !== undefined && kind === "ComponentFlags") return { ...base, component, flags: [] };
  if (kind === "Pod" && apiVersion === "v1") return { ...base, spec: { containers: [{ name: "web", image: "registry.k8s.io/pause:3.10" }] } };
  return { ...(minimal(schema) as object), ...base };
}

/** The pod of a controller as a Pod of its own. */
function asPod(object: unknown): unknown {
  const row = podBearingKinds.find((each) => isOfKind(object, [each]));
  const pod = row === undefined ? undefined : partAt(object, row.podPath);
  if (!isObject(pod)) return object;
  const metadata = isObject(pod["metadata"]) ? pod["metadata"] : {};
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "web", ...metadata }, ...(pod["spec"] === undefined ? {} : { spec: pod["spec"] }) };
}
