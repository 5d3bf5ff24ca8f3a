import type { PodTemplate } from "../match.ts";

/** Whether the pod says that it runs on Windows, where Linux' means of confinement do not exist and the API refuses them. */
export function runsOnWindows(pod: PodTemplate): boolean {
  return pod.spec?.os?.name === "windows";
}

/** Whether the pod has a user namespace of its own, so that root in it is nobody on the node. Absent `hostUsers` means it has not. */
export function hasUserNamespace(pod: PodTemplate): boolean {
  return pod.spec?.hostUsers === false;
}

/** The name of the service account that the pod runs as. `serviceAccount` is the field's old name, which the API server still reads. */
export function serviceAccountOf(pod: PodTemplate): string {
  const name = pod.spec?.serviceAccountName ?? "";
  const old = pod.spec?.serviceAccount ?? "";
  return name !== "" ? name : old !== "" ? old : "default";
}

/**
 * Whether the pod mirrors a static one, which a node runs whatever the API server says. The API server gives no pod with this
 * annotation a service account, so nobody gains one by it.
 */
export function isMirrorPod(pod: PodTemplate): boolean {
  return pod.metadata?.annotations?.["kubernetes.io/config.mirror"] !== undefined;
}
