import { isDeepStrictEqual } from "node:util";
import type { CompiledControl } from "../../../src/backends/backend.ts";
import { withoutNulls } from "../../../src/cases/request.ts";
import { judgesPods, kindsWithoutPod } from "../../../src/ir/control.ts";
import { podBearingKinds } from "../../../src/kubernetes/pod-bearing.ts";
import { defaultParameters, judge, newestMinor } from "../../../src/plain/judge.ts";
import { isTold } from "../../../src/verify/sight.ts";
import { type Case, kindOf } from "./case.ts";
import type { Engine } from "./judges.ts";

/** What an engine has to say to a case. */
export interface Expectation {
  /** `path: message (finding)` of each violation of the plain run. */
  readonly texts: readonly string[];
  /** Whether a condition of the policy has to leave the request out. */
  readonly leftOut: boolean;
}

/** A part of a pod: the members on the way to it. */
type Part = readonly string[];

/**
 * The parts of a pod's metadata that a control reads, found by watching its TypeScript judge objects: not from its IR, which is
 * where the emitted policies have it from.
 */
export function metadataRead({ control }: CompiledControl, objects: readonly unknown[]): readonly Part[] {
  if (!judgesPods(control.match)) return [];
  const read = new Set<string>();
  for (const object of objects) {
    const whole = withoutNulls(object);
    const pod = podIn(whole);
    if (typeof pod !== "object" || pod === null) continue;
    const watched = (part: object): object => {
      const { metadata = {} } = part as { readonly metadata?: object };
      const seen = new Proxy(metadata, {
        get: (target, name) => {
          read.add(String(name));
          return Reflect.get(target, name) as unknown;
        },
      });
      return { ...part, metadata: seen };
    };
    // A control may reach the metadata of a Pod through the whole object too, and only in some requests.
    for (const operation of ["CREATE", "UPDATE"] as const) {
      const old = operation === "UPDATE" ? { oldObject: whole } : {};
      control.check({ object: watched(whole as object), pod: watched(pod), ...old, parameters: defaultParameters(control), kubernetesMinor: newestMinor, deny: () => {}, operation, user: {}, lookup: () => [] } as never);
    }
  }
  return [...read].map((name) => ["metadata", name]);
}

/** The pod in an object of a pod-bearing kind. */
export function podIn(object: unknown): unknown {
  if (object === undefined) return undefined;
  const row = podBearingKinds.find(({ apiVersion, kind }) => `${apiVersion}/${kind}` === kindOf(object));
  return row === undefined ? undefined : partOf(object, row.podPath);
}

function partOf(whole: unknown, path: Part): unknown {
  let part = whole;
  for (const name of path) part = typeof part === "object" && part !== null ? (part as Readonly<Record<string, unknown>>)[name] : undefined;
  return part;
}

/**
 * What an engine has to say to a case by the plain run. An update of a pod-bearing object that leaves the pod's spec, and what the
 * control reads of its metadata, as they were is let through, as Pod Security Admission does. Throws where the plain run does.
 */
export function expectationOf(engine: Engine, { control, check, id }: CompiledControl, metadata: readonly Part[], asked: Case): Expectation {
  const { kubernetesMinor, namespace, object, oldObject, operation, others, parameters, user } = asked;
  const changed = [["spec"], ...metadata].some((part) => !isDeepStrictEqual(partOf(podIn(object), part) ?? undefined, partOf(podIn(oldObject), part) ?? undefined));
  if (engine.leavesOutUnchanged && judgesPods(check.match) && !kindsWithoutPod(check.match).some(({ apiVersion, kind }) => `${apiVersion}/${kind}` === kindOf(object)) && operation === "UPDATE" && !changed) return { texts: [], leftOut: true };
  const isGiven = engine.givesNamespace === "always" || (engine.givesNamespace === "when-named" && typeof partOf(object, ["metadata", "namespace"]) === "string");
  const violations = judge(control, id, {
    object, oldObject, operation, ...(user === undefined ? {} : { user }), ...(namespace === undefined || !isGiven ? {} : { namespace }),
    ...(others === undefined ? {} : { others }), ...(parameters === undefined ? {} : { parameters }), ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }),
  });
  return { texts: [...new Set(violations.filter(({ finding }) => isTold(engine.seesOthers, { check }, asked, finding)).map(({ finding, message, path }) => `${path}: ${message}${finding === undefined ? "" : ` (${finding})`}`))], leftOut: false };
}
