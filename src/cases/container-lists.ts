import type { Concat, Expression } from "../ir/expressions.ts";

/** The members of a pod's spec that hold containers. */
export const containerLists = ["initContainers", "containers", "ephemeralContainers"] as const;

const isContainerList = (name: string): boolean => containerLists.some((list) => list === name);

/** The container lists that a joined list leaves out, so that cases can show that it does. */
export function addedLists({ lists }: Concat): readonly Expression[] {
  const members = lists.map((list) => (list.kind === "coalesce" ? list.value : list));
  const [first] = members;
  if (first?.kind !== "member" || !isContainerList(first.name)) return [];
  return containerLists.filter((name) => !members.some((member) => member.kind === "member" && member.name === name)).map((name) => ({ ...first, name }));
}

/** Whether a path leads to one of a pod's lists of containers. */
export const isContainerListPath = (path: readonly string[]): boolean => isContainerList(path.at(-1) ?? "");
