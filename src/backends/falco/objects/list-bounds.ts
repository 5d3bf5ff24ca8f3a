/**
 * How many elements of a list a rule asks for one by one, since Falco has no walk over the lists of an audit event. A list that is
 * longer is reported for its length. Few Pods have more than four containers; lists in the elements of another list multiply what
 * is asked, so fewer of theirs are.
 */
export function elementsAsked(pointer: string): number {
  const depth = pointer.split("/").filter((step) => /^\d+$/.test(step)).length;
  const name = pointer.slice(pointer.lastIndexOf("/") + 1);
  if (depth > 0) return 4;
  return name === "initContainers" ? 4 : name === "volumes" ? 12 : 6;
}
