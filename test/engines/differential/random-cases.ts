import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import type { CompiledControl } from "../../../src/backends/backend.ts";
import type { DerivedCase } from "../../../src/cases/index.ts";
import { withoutNulls } from "../../../src/cases/request.ts";
import { judgesPods } from "../../../src/ir/control.ts";
import { podCases } from "../../arbitraries/pods.ts";
import { ObjectMutations, randomNumbers } from "../../object-mutations.ts";
import { type Case, groupedBy, kindOf, matchedKinds } from "./case.ts";
import { surroundingSets } from "./surrounding-sets.ts";
import { podIn } from "./expectation.ts";
import { inKubeadmVersion } from "./kubeadm-forms.ts";
import { isValid } from "./shrink.ts";

type Json = Record<string, unknown>;

/** A derived case as the engines are asked. */
export const derivedCase = ({ kubernetesMinor, name, namespace, object, oldObject, operation = "CREATE", others, parameters, user }: DerivedCase): Case => ({
  name, operation, object, ...(oldObject === undefined ? {} : { oldObject }), ...(user === undefined ? {} : { user }), ...(namespace === undefined ? {} : { namespace }),
  ...(others === undefined ? {} : { others }), ...(parameters === undefined ? {} : { parameters }), ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }),
});

/** How many settings of a target each control's random objects are judged under, the usual one among them. */
const mostSettings = 4;

/**
 * Requests about objects that a control has something to say about: mutations of its own and its derived cases, pods of every
 * temper in every kind, with nulls or without; all of them valid by their schemas. Created or updated, in a namespace or not,
 * named or to be named, and with containers in every list.
 */
export function randomCases(control: CompiledControl, derived: readonly DerivedCase[], count: number, seed: number): readonly Case[] {
  const random = randomNumbers(seed);
  const chance = (share: number): boolean => random() < share;
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  const kinds = matchedKinds(control);
  const isPods = judgesPods(control.check.match);

  const own = control.control;
  // What is denied is mutated as often as what passes, so that both verdicts stay frequent.
  const denied = derived.filter(({ violations }) => violations.length > 0);
  const [bad, good] = [[...own.fail, ...denied], [...own.pass, ...derived.filter(({ violations }) => violations.length === 0)]].map((list) => new ObjectMutations({ ...own, pass: list as never, fail: [] }, control.check, random)) as [ObjectMutations, ObjectMutations];
  const pods = isPods ? fc.sample(podCases(), { numRuns: Math.ceil(count / 3), seed }).map(({ object }) => object) : [];
  const kubeadm = kinds.filter((kind) => kind.startsWith("kubeadm.k8s.io/")).map((kind) => kind.slice(0, kind.lastIndexOf("/")));
  const inKubeadm = (object: unknown): unknown => (kubeadm.length > 0 && chance(0.2) ? inKubeadmVersion(object as Json, pick(kubeadm)) : object);
  const draw = (): unknown => (isPods && chance(0.2) ? structuredClone(pick(pods)) : inKubeadm((chance(0.6) ? bad : good).next()));
  const objects: Json[] = [];
  for (let tries = 0; objects.length < count; tries += 1) {
    if (tries > 50 * count) throw new Error(`${control.id}: only ${objects.length} of ${tries} objects are valid`);
    const object = draw();
    if (typeof object !== "object" || object === null || !kinds.includes(kindOf(object))) continue;
    decorate(object as Json);
    if (isValid(object)) objects.push(object as Json);
  }
  const sets = surroundingSets(control, [...own.pass, ...own.fail, ...derived], random);
  const byKind = groupedBy(objects, kindOf);

  const rest = [...own.pass, ...own.fail].map(({ kubernetesMinor, parameters }) => ({ kubernetesMinor, parameters }));
  const others = [...new Map([...rest, ...derived].map(({ kubernetesMinor, parameters }) => [JSON.stringify([kubernetesMinor, parameters]), { ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }), ...(parameters === undefined ? {} : { parameters }) }] as const)).values()];
  const settings = [{}, ...Array.from({ length: mostSettings - 1 }, () => pick(others))];
  const people = [...own.pass, ...own.fail, ...derived].flatMap(({ user }) => (user === undefined ? [] : [user as Readonly<Record<string, unknown>>]));
  const namespaces = derived.flatMap(({ namespace }) => (namespace === undefined ? [] : [namespace]));

  return objects.map((object, index): Case => {
    const around = { ...(people.length > 0 ? { user: pick(people) } : {}), ...(namespaces.length > 0 && chance(0.7) ? { namespace: pick(namespaces) } : {}), ...(chance(0.5) ? {} : pick(settings)), ...sets.around() };
    const name = `random object ${index}`;
    if (chance(0.6)) return { name, operation: "CREATE", object, ...around };
    const oldObject = before(object);
    return { name, operation: "UPDATE", object, oldObject, ...(kindOf(object) === "v1/Pod" && isPods && chance(0.3) ? { subresource: "ephemeralcontainers" } : {}), ...around };
  });

  /** What an object was before an update: another one of its kind, the same, or the same but for what no control of pods reads. */
  function before(object: Json): Json {
    if (chance(0.6)) {
      const other = inPlaceOf(object, pick(byKind.get(kindOf(object)) ?? [object]));
      if (!differsInNullsAlone(podSpecIn(object), podSpecIn(other)) && !differsInNullsAlone(object["metadata"], other["metadata"])) return other;
    }
    const old = structuredClone(object);
    if (chance(0.3)) return old;
    const metadata = old["metadata"] as Json | null | undefined;
    return { ...old, metadata: { ...metadata, labels: { ...(metadata?.["labels"] as Json | null | undefined), seen: "yes" } } };
  }

  /** Another object under the name and in the namespace of this one: no update changes those, and Kyverno gives both the request's namespace. */
  function inPlaceOf(object: Json, other: Json): Json {
    const given = (object["metadata"] ?? {}) as Json;
    const { name: _name, namespace: _namespace, ...rest } = (other["metadata"] ?? {}) as Json;
    const named = Object.fromEntries(["name", "namespace"].flatMap((key) => (key in given ? [[key, given[key]]] : [])));
    return (other["metadata"] ?? undefined) === undefined && Object.keys(named).length === 0 ? other : { ...other, metadata: { ...rest, ...named } };
  }

  /** Whether null for absent is a change is nobody's question: the API server's types know no null. */
  function differsInNullsAlone(one: unknown, other: unknown): boolean {
    return !isDeepStrictEqual(one, other) && isDeepStrictEqual(withoutNulls(one), withoutNulls(other));
  }

  /** Varies what is around the parts that a control reads. */
  function decorate(object: Json): void {
    const metadata = (object["metadata"] ?? {}) as Json;
    if (chance(0.2)) delete metadata["namespace"];
    else if (chance(0.2) && !["v1/Namespace", "rbac.authorization.k8s.io/v1/ClusterRole"].includes(kindOf(object))) metadata["namespace"] = pick(["shop", "default", "kube-system"]);
    if (chance(0.15) && kindOf(object) !== "v1/Namespace") {
      delete metadata["name"];
      metadata["generateName"] = "web-";
    }
    if (Object.keys(metadata).length > 0) object["metadata"] = metadata;
    complete(object);
    const spec = podSpecIn(object);
    if (isPods && spec !== undefined && chance(0.25)) move(spec);
  }

  /** Adds what the API server demands of a controller beside its template. */
  function complete(object: Json): void {
    const { spec } = object as { readonly spec?: Json | null };
    if (!isPods || podIn(object) === undefined || typeof spec !== "object" || spec === null) return;
    if (String(object["apiVersion"]) === "apps/v1") spec["selector"] ??= { matchLabels: { app: "web" } };
    if (object["kind"] === "CronJob") spec["schedule"] ??= "0 3 * * *";
  }

  /** Puts a copy of a container into another list. */
  function move(spec: Json): void {
    const lists = ["initContainers", "containers", "ephemeralContainers"].filter((name) => Array.isArray(spec[name]) && (spec[name] as unknown[]).length > 0);
    if (lists.length === 0) return;
    const container = pick(spec[pick(lists)] as unknown[]);
    const target = pick(["initContainers", "containers", "ephemeralContainers"]);
    spec[target] = [...((spec[target] ?? []) as unknown[]), structuredClone(container)];
  }
}

/** The spec of the pod in an object, if it has one. */
export function podSpecIn(object: Json): Json | undefined {
  const { spec } = (podIn(object) ?? {}) as { readonly spec?: Json | null };
  return spec ?? undefined;
}
