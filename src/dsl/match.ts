import type { corev1, Kinds, metav1 } from "../kubernetes/index.ts";
import { podBearingKinds } from "../kubernetes/pod-bearing.ts";

/** `apiVersion/Kind` of a known kind, for example `"v1/Service"` or `"rbac.authorization.k8s.io/v1/Role"`. */
export type KindName = keyof Kinds & string;

/** The pod inside a pod-bearing object: a Pod itself, or the template of a controller. */
export interface PodTemplate {
  readonly metadata?: metav1.ObjectMeta | undefined;
  readonly spec?: corev1.PodSpec | undefined;
}

/** Which objects a control judges. Made by `kinds` or `podBearing`. */
export interface Match<Name extends KindName = KindName, Form extends "kinds" | "pod-bearing" = "kinds" | "pod-bearing"> {
  readonly form: Form;
  readonly kinds: readonly Name[];
}

/** Judges objects of the named kinds; the check reads them as `object`. */
export function kinds<const Name extends KindName>(...names: readonly Name[]): Match<Name, "kinds"> {
  return { form: "kinds", kinds: names };
}

/** `apiVersion/Kind` of every kind that holds a pod. */
export type PodBearingName = {
  [Index in keyof typeof podBearingKinds]: (typeof podBearingKinds)[Index] extends { readonly apiVersion: infer Version extends string; readonly kind: infer Kind extends string } ? `${Version}/${Kind}` : never;
}[number];

/**
 * Judges Pods, ephemeral containers added to running Pods, and every controller with a pod template; the check reads the pod
 * as `pod`, wherever it stands.
 */
export function podBearing(): Match<PodBearingName & KindName, "pod-bearing"> {
  return { form: "pod-bearing", kinds: podBearingKinds.map(({ apiVersion, kind }) => `${apiVersion}/${kind}` as PodBearingName & KindName) };
}
