import type { MatchedKind } from "../../ir/control.ts";
import type { Root } from "../../ir/expressions.ts";
import { podBearingKinds } from "../../kubernetes/pod-bearing.ts";
import type { Scope } from "./scope.ts";
import { atom, binary, call, type Cel, method, nothing, select, ternary } from "./syntax.ts";
import { stringLiteral } from "./text.ts";
import { known, unknown, type Value } from "./value.ts";

/** What is judged: the inputs of a check, as CEL knows them. All are `dyn`, since one policy judges objects of many types. */
export function rootValue({ name }: Root, scope: Scope): Value {
  switch (name) {
    case "object":
      return { ...unknown(resourceVariable(scope), { pieces: [], open: true }), nullInside: false };
    case "pod":
      return unknown(podVariable(scope), { pieces: [podPathVariable(scope)], open: true });
    case "oldObject":
      return unknown(scope.settings.absentOldObject === "empty" ? previousVariable(scope) : call("dyn", atom("oldObject")));
    case "operation":
      return known(select(atom("request"), "operation"), "string");
    case "user":
      return { ...unknown(call("dyn", select(atom("request"), "userInfo"))), nullInside: false };
    case "namespace":
      return unknown(call("dyn", atom("namespaceObject")));
    case "component":
      throw new Error("documents that say a component's flags are not sent to the API server");
    case "kubernetesMinor":
      throw new Error("the Kubernetes minor is put in before anything is translated");
  }
}

const resourceVariable = (scope: Scope): Cel => scope.variables.reference("root object", "resource", () => () => call("dyn", atom("object")));

/** The object before an update; null where an engine has an empty map because there was none. */
const previousVariable = (scope: Scope): Cel =>
  scope.variables.reference("root old object", "previous", () => () => ternary(binary("==", call("dyn", atom("oldObject")), { kind: "map", entries: [] }), nothing, call("dyn", atom("oldObject"))));

/** The pod in the object: a Pod itself, or the template of a controller; null where there is none. */
export const podVariable = (scope: Scope): Cel => scope.variables.reference("root pod", "pod", () => () => byPlace((path) => podAt(atom("object"), path), scope.withoutPod, nothing));

const podPathVariable = (scope: Scope): Cel =>
  scope.variables.reference("root pod path", "podPath", () => () => byPlace((path) => stringLiteral(path.map((name) => `${name}.`).join("")), scope.withoutPod, stringLiteral("")));

/** The pod, or a part of it, under an object of a kind with the pod at that path. */
export function podAt(object: Cel, path: readonly string[], part: readonly string[] = []): Cel {
  const names = [...path, ...part];
  const chain = names.reduce<Cel>((target, name) => ({ kind: "select", target, name, optional: true }), call("dyn", object));
  return names.length === 0 ? chain : method(chain, "orValue", nothing);
}

/** Whether the object is of a kind. */
export const isOfKind = (kind: string): Cel => binary("==", select(atom("object"), "kind"), stringLiteral(kind));

/** An expression for each place of the pod, chosen by the object's kind; of the kinds that are named, which hold none, another. */
export function byPlace(each: (path: readonly string[]) => Cel, withoutPod: readonly MatchedKind[] = [], otherwise: Cel = nothing): Cel {
  const [first, ...more] = withoutPod.map(({ kind }) => isOfKind(kind));
  const held = byPlaceOfPod(each);
  return first === undefined ? held : ternary(more.reduce((left, right) => binary("||", left, right), first), otherwise, held);
}

function byPlaceOfPod(each: (path: readonly string[]) => Cel): Cel {
  const kinds = new Map<string, { readonly path: readonly string[]; readonly names: string[] }>();
  for (const { kind, podPath } of podBearingKinds) {
    const group = kinds.get(podPath.join(".")) ?? { path: podPath, names: [] };
    kinds.set(podPath.join("."), group);
    group.names.push(kind);
  }
  const [most, ...others] = [...kinds.values()].sort((left, right) => right.names.length - left.names.length);
  if (most === undefined) throw new Error("no kind holds a pod");
  return others.reduceRight<Cel>((otherwise, { path, names }) => {
    const test = names.map(isOfKind).reduce((left, right) => binary("||", left, right));
    return ternary(test, each(path), otherwise);
  }, each(most.path));
}
