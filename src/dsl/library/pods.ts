import type { PodTemplate } from "../match.ts";

/** Whether the pod says that it runs on Windows, where Linux' means of confinement do not exist and the API refuses them. */
export function runsOnWindows(pod: PodTemplate): boolean {
  return pod.spec?.os?.name === "windows";
}

/** Whether the pod has a user namespace of its own, so that root in it is nobody on the node. Absent `hostUsers` means it has not. */
export function hasUserNamespace(pod: PodTemplate): boolean {
  return pod.spec?.hostUsers === false;
}
