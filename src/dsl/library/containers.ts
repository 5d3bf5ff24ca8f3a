import type { corev1 } from "../../kubernetes/index.ts";
import type { PodTemplate } from "../match.ts";

/** A container of any list: ephemeral containers lack resources, ports and probes, but share all that matters to security. */
export type AnyContainer = corev1.Container | corev1.EphemeralContainer;

/** Every container of a pod: init containers (sidecars among them), main containers and ephemeral (debug) containers. */
export function allContainers(pod: PodTemplate): readonly AnyContainer[] {
  return [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? []), ...(pod.spec?.ephemeralContainers ?? [])];
}

/** Init and main containers: for rules that ephemeral containers cannot meet, such as resource limits. */
export function initAndMainContainers(pod: PodTemplate): readonly corev1.Container[] {
  return [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
}
