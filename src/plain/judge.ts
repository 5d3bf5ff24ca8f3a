import type { Control } from "../dsl/control.ts";
import type { Component, Flag } from "../dsl/match.ts";
import { readComponent } from "../kubernetes/components/read-component.ts";
import { componentKinds, type ComponentName } from "../kubernetes/components/names.ts";
import { podBearingKinds } from "../kubernetes/pod-bearing.ts";
import { kindNameOf, namespaceIn, type Named, ObjectSet } from "./object-set.ts";
import { compareViolations, formatPath, type PathSegment, type Violation } from "./violation.ts";
import { Places, withoutNulls } from "./without-nulls.ts";

/** What a control is asked to judge. */
export interface Request {
  readonly object: unknown;
  readonly oldObject?: unknown;
  readonly operation?: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  readonly user?: unknown;
  readonly namespace?: unknown;
  /** The set that the object is in, for `lookup`; the object itself may be among them. */
  readonly others?: readonly unknown[] | ObjectSet;
  /** Values that replace the defaults of the control's parameters. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly kubernetesMinor?: number;
}

/** The newest Kubernetes minor that Portcullis knows, and the one that verdicts are for unless another is asked. */
export const newestMinor = 37;

/**
 * Runs a control's TypeScript as it stands. This run is the specification: every backend must find the same violations.
 * An object of a kind that the control does not match has none.
 */
export function judge(control: Control, id: string, request: Request): Violation[] {
  const places = new Places();
  const object = withoutNulls(request.object, [], places);
  const kind = kindNameOf(object);
  if (kind === undefined || !control.match.kinds.some((name) => name === kind)) return [];
  const pod = control.match.form === "pod-bearing" || control.match.form === "pod-bearing-or-kinds" ? podOf(object, kind) : undefined;
  if (control.match.form === "pod-bearing" && pod === undefined) return [];

  const component = control.match.component === undefined ? undefined : placedComponent(request.object, control.match.component, places);
  if (control.match.component !== undefined && component === undefined && componentKinds.some((name) => name === kind)) return [];

  const found = new Map<string, Violation>();
  const deny = (anchor: object, path: string | readonly PathSegment[], message: string, finding?: string): void => {
    const start = places.of(anchor);
    if (start === undefined) throw new Error(`${id}: deny() was given a value that is no part of the object`);
    const segments = typeof path === "string" ? (path === "" ? [] : path.split(".")) : path;
    const violation = { control: id, ...(finding === undefined ? {} : { finding }), path: formatPath([...start, ...places.below(anchor, segments)]), message };
    found.set(JSON.stringify(violation), violation);
  };
  const context = {
    object,
    pod,
    component,
    parameters: { ...defaultParameters(control), ...request.parameters },
    kubernetesMinor: request.kubernetesMinor ?? newestMinor,
    deny,
    oldObject: withoutNulls(request.oldObject),
    operation: request.operation ?? "CREATE",
    user: withoutNulls(request.user) ?? {},
    namespace: withoutNulls(request.namespace),
    lookup: lookupIn(request.others ?? [], object as Named),
  };
  control.check(context as never);
  return [...found.values()].sort(compareViolations);
}

/** The values that a control's parameters have when no target sets them. */
export function defaultParameters(control: Pick<Control, "parameters">): Record<string, unknown> {
  return Object.fromEntries(Object.entries(control.parameters).map(([name, parameter]) => [name, parameter.default]));
}

/** The component whose flags the object says, as the check is given it; each part stands where its argument does. */
function placedComponent(object: unknown, name: ComponentName, places: Places): Component | undefined {
  const read = readComponent(object, name);
  if (read === undefined) return undefined;
  const placed = <Part extends object>(part: Part, path: readonly PathSegment[]): Part => {
    places.add(part, path);
    return part;
  };
  const flags = Object.create(null) as Record<string, Flag>;
  for (const [flag, { value, items, path }] of Object.entries(read.flags)) flags[flag] = placed({ value, items: items.map((item) => placed({ value: item.value }, item.path)) }, path);
  return placed({ name, flags }, read.path);
}

/** Finds the others of a kind, and leaves out what is called as the object itself is: that is the object, as it is or was. */
function lookupIn(others: readonly unknown[] | ObjectSet, object: Named): (kind: string, namespace?: string) => readonly Named[] {
  const set = others instanceof ObjectSet ? others : new ObjectSet(others);
  const name = object.metadata?.name;
  const own = kindNameOf(object);
  const isItself = (other: Named): boolean => name !== undefined && other.metadata?.name === name && namespaceIn(other) === namespaceIn(object);
  return (kind, namespace) => (kind === own ? set.of(kind, namespace).filter((other) => !isItself(other)) : set.of(kind, namespace));
}

function podOf(object: unknown, kind: string): unknown {
  const row = podBearingKinds.find((candidate) => `${candidate.apiVersion}/${candidate.kind}` === kind);
  let part: unknown = row === undefined ? undefined : object;
  for (const name of row?.podPath ?? []) part = typeof part === "object" && part !== null ? (part as Record<string, unknown>)[name] : undefined;
  return typeof part === "object" ? part : undefined;
}
