import { workload } from "portcullis";
import type { CompiledControl } from "../../../src/backends/backend.ts";
import { containerLists } from "../../../src/cases/container-lists.ts";
import { deriveCases } from "../../../src/cases/index.ts";
import { judgesPods, kindsWithoutPod } from "../../../src/ir/control.ts";
import type { corev1 } from "../../../src/kubernetes/index.ts";
import { newestMinor } from "../../../src/plain/judge.ts";
import type { FurtherObject } from "../../../src/verify/live/own-cases.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * What is derived from a control's check under a target's usual settings, as far as a request to an API server can show it: new
 * objects, and updates that change a pod, inside a Deployment, since a running Pod's own spec is fixed. The copies of each Pod in
 * controllers are left to the judges in process, which take them all.
 */
export function derivedObjects(control: CompiledControl): readonly FurtherObject[] {
  const { cases } = deriveCases(control, { parameters: {}, kubernetesMinor: newestMinor });
  const { match } = control.check;
  const holdsNone = (object: Json): boolean => !judgesPods(match) || kindsWithoutPod(match).some(({ kind }) => kind === object["kind"]);
  return cases
    .filter(({ nulls, object, skippedOnUpdate }) => nulls === undefined && skippedOnUpdate !== true && (holdsNone(object) || object["kind"] === "Pod"))
    .map(({ object, oldObject }) => {
      if (holdsNone(object)) return { object, ...(oldObject === undefined ? {} : { oldObject }) };
      return oldObject === undefined ? { object: whole(object) } : { object: inDeployment(object), oldObject: inDeployment(oldObject) };
    });
}

const inDeployment = (pod: Json): Json => workload("Deployment", whole(pod)["spec"] as corev1.PodSpec) as unknown as Json;

/** The Pod with what the API server demands of every container, where it lacks it: an image, and a name that no other one has. */
function whole(pod: Json): Json {
  const names = new Set<string>();
  const named = (container: Json): Json => {
    const { image = "registry.k8s.io/pause:3.10", name } = container as { readonly image?: string; readonly name: string };
    const free = [name, ...Array.from(names, (_, index) => `${name}-${index + 2}`)].find((each) => !names.has(each)) ?? name;
    names.add(free);
    return { ...container, image: image === "" ? "registry.k8s.io/pause:3.10" : image, name: free };
  };
  const spec = pod["spec"] as Json | undefined;
  if (spec === undefined) return pod;
  const lists = containerLists.toSorted().flatMap((list) => (Array.isArray(spec[list]) ? [[list, (spec[list] as readonly Json[]).map(named)]] : []));
  return { ...pod, spec: { ...spec, ...Object.fromEntries(lists) } };
}
