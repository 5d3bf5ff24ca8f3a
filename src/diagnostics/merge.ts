import type { Diagnostic } from "./diagnostic.ts";
import type { Span } from "./span.ts";

/**
 * Our own faults and TypeScript's as one list without echoes: where both speak of the same place, ours says it better, but
 * for an unknown type, where TypeScript knows what made it unknown.
 */
export function mergeFaults(ours: readonly Diagnostic[], types: readonly Diagnostic[]): Diagnostic[] {
  const echo = (fault: Diagnostic): boolean => fault.code === "lowering/any-type" && types.some((type) => overlaps(type.span, fault.span));
  const kept = ours.filter((fault) => !echo(fault));
  return [...kept, ...types.filter((type) => !kept.some((fault) => encloses(fault.span, type.span)))];
}

const encloses = (outer: Span, inner: Span): boolean => outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;

const overlaps = (left: Span, right: Span): boolean => left.file === right.file && left.start < right.end && right.start < left.end;
