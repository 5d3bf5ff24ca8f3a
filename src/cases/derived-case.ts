import { newestMinor } from "../kubernetes/minors.ts";
import { defaultParameters, judge, type Request } from "../plain/judge.ts";
import type { Violation } from "../plain/violation.ts";
import type { CaseRequest } from "./request.ts";
import type { DeriveOptions, Subject } from "./subject.ts";

/** An object that decides a branch of a control, with what the control must say of it. */
export interface DerivedCase {
  /** What decides, unique within its control: `spec.containers[0].securityContext.privileged = true`. */
  readonly name: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly oldObject?: Readonly<Record<string, unknown>>;
  /** What is asked of the API server; CREATE where it is not given. */
  readonly operation?: "CREATE" | "UPDATE";
  readonly user?: Readonly<Record<string, unknown>>;
  readonly namespace?: Readonly<Record<string, unknown>>;
  /** The set around the object, for controls that look up others. */
  readonly others?: readonly Readonly<Record<string, unknown>>[];
  /** Values that replace defaults of the control's parameters; never given where they were held fast. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** The Kubernetes minor to judge for; the newest where it is not given. */
  readonly kubernetesMinor?: number;
  /** Whether members or list elements are null, which only engines that see an object as it was written are shown. */
  readonly nulls?: true;
  /** Whether admission leaves the update out, since nothing that the control reads of the pod changes. */
  readonly skippedOnUpdate?: boolean;
  /** By the plain run, which is the specification. */
  readonly violations: readonly Violation[];
  /** What the case shows, as sentences' ends. */
  readonly covers: readonly string[];
}

/** A derived case without its name and what it shows. */
export type JudgedCase = Omit<DerivedCase, "name" | "covers">;

/** The case as the plain run is asked. */
export function requestOf({ object, oldObject, operation, user, namespace, others, parameters, kubernetesMinor }: JudgedCase, options: DeriveOptions = {}): Request {
  const values = { ...options.parameters, ...parameters };
  const minor = kubernetesMinor ?? options.kubernetesMinor;
  return {
    object,
    ...(oldObject === undefined ? {} : { oldObject }),
    ...(operation === undefined ? {} : { operation }),
    ...(user === undefined ? {} : { user }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(others === undefined ? {} : { others }),
    ...(Object.keys(values).length === 0 ? {} : { parameters: values }),
    ...(minor === undefined ? {} : { kubernetesMinor: minor }),
  };
}

type Json = Readonly<Record<string, unknown>>;

/** Judges a request, and writes it down without what is usual. */
export function judged({ id, control }: Subject, request: CaseRequest, options: DeriveOptions, marks: Pick<DerivedCase, "nulls" | "skippedOnUpdate"> = {}): JudgedCase {
  const defaults: Json = { ...defaultParameters(control), ...options.parameters };
  const parameters = Object.fromEntries(Object.entries(request.parameters).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name])));
  const others = Object.values(request.others ?? {}).flat() as readonly Json[];
  const written = {
    object: request.object as Json,
    ...(request.oldObject === undefined ? {} : { oldObject: request.oldObject as Json }),
    ...(request.operation === "UPDATE" ? { operation: "UPDATE" as const } : {}),
    ...(Object.keys(request.user as Json).length === 0 ? {} : { user: request.user as Json }),
    ...(request.namespace === undefined ? {} : { namespace: request.namespace as Json }),
    ...(others.length === 0 ? {} : { others }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(request.kubernetesMinor === (options.kubernetesMinor ?? newestMinor) ? {} : { kubernetesMinor: request.kubernetesMinor }),
    ...marks,
  };
  return { ...written, violations: judge(control, id, requestOf({ ...written, violations: [] }, options)) };
}
