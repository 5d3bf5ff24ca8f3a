import { workload } from "../dsl/fixtures.ts";
import type { corev1, metav1 } from "../kubernetes/index.ts";
import type { CheckProgram } from "./program.ts";
import type { ReadPath, Reads } from "./reads.ts";
import { type CaseRequest, isObject, partAt, type Place, withPart } from "./request.ts";

/** The kinds that each Pod of a case is repeated in: one path of a template, and the longest. */
export const templateKinds = ["Deployment", "CronJob"] as const;

/** The pod of a request inside a controller; undefined where it has no spec to put there. */
export function insideController(request: CaseRequest, kind: (typeof templateKinds)[number]): CaseRequest | undefined {
  const inside = (pod: unknown): unknown => {
    if (!isObject(pod) || pod["kind"] !== "Pod" || !isObject(pod["spec"])) return undefined;
    const { name: _name, namespace: _namespace, ...metadata } = (pod["metadata"] ?? {}) as metav1.ObjectMeta;
    return workload(kind, pod["spec"] as unknown as corev1.PodSpec, metadata);
  };
  const object = inside(request.object);
  const oldObject = inside(request.oldObject);
  if (object === undefined || (request.oldObject !== undefined && oldObject === undefined)) return undefined;
  return { ...request, object, ...(oldObject === undefined ? {} : { oldObject }) };
}

/**
 * The request with null for every member that the check reads and does not find, where that is so of a member for the first
 * time. `seen` holds the obligations of the members that were null in a case before.
 */
export function withNullMembers(program: CheckProgram, request: CaseRequest, seen: Set<number>): CaseRequest | undefined {
  const absences = program.absences(request);
  if (absences.every(({ id }) => seen.has(id))) return undefined;
  for (const { id } of absences) seen.add(id);
  const nulls = new Map<object, Set<string>>();
  for (const { owner, key } of absences) nulls.set(owner, (nulls.get(owner) ?? new Set()).add(key));
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (!isObject(value)) return value;
    return { ...Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copy(member)])), ...Object.fromEntries([...(nulls.get(value) ?? [])].map((name) => [name, null])) };
  };
  const changed = { ...request, object: copy(request.object), ...(request.oldObject === undefined ? {} : { oldObject: copy(request.oldObject) }) };
  return JSON.stringify(changed) === JSON.stringify(request) ? undefined : changed;
}

/** The request with a null element before the others of every list that the check walks, where one of them is so for the first time. */
export function withNullElements(reads: Reads, request: CaseRequest, seen: Set<string>): CaseRequest | undefined {
  let changed = request;
  let isNew = false;
  for (const path of reads.paths.filter((each) => each.at(-1) === "[]" && each[0] === "object").sort((left, right) => right.length - left.length)) {
    for (const place of listsAt(request, path.slice(0, -1))) {
      const list = partAt(changed, place);
      if (!Array.isArray(list) || list.length === 0) continue;
      isNew ||= !seen.has(path.join("/"));
      seen.add(path.join("/"));
      changed = withPart(changed, place, [null, ...(list as readonly unknown[])]) as CaseRequest;
    }
  }
  return isNew ? changed : undefined;
}

/** The places in a request that a path means, as far as they are there. */
function listsAt(request: CaseRequest, path: ReadPath): readonly Place[] {
  return path.reduce<readonly Place[]>((places, segment) => places.flatMap((place): readonly Place[] => {
    const whole = partAt(request, place);
    if (segment === "[]") return Array.isArray(whole) ? [...whole.keys()].map((index) => [...place, index]) : [];
    if (segment === "{}") return isObject(whole) ? Object.keys(whole).map((key) => [...place, key]) : [];
    return [[...place, segment]];
  }), [[]]);
}
