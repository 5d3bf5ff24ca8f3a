import type { Diagnostic } from "./diagnostic.ts";
import type { Span } from "./span.ts";

/**
 * Our own faults and TypeScript's as one list without echoes: where both speak of the same place, ours says it better, but
 * for an unknown type, where TypeScript knows what made it unknown, and for a file that does not load for a reason given.
 */
export function mergeFaults(ours: readonly Diagnostic[], types: readonly Diagnostic[]): Diagnostic[] {
  const echo = (fault: Diagnostic): boolean => {
    if (fault.code === "lowering/any-type") return types.some((type) => overlaps(type.span, fault.span));
    // A file that has a fault of its own need not load.
    return fault.code === "frontend/module-throws" && [...ours, ...types].some((other) => other !== fault && other.span.file === fault.span.file);
  };
  const kept = ours.filter((fault) => !echo(fault));
  return [...kept, ...types.filter((type) => !kept.some((fault) => encloses(fault.span, type.span)))];
}

const encloses = (outer: Span, inner: Span): boolean => outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;

const overlaps = (left: Span, right: Span): boolean => left.file === right.file && left.start < right.end && right.start < left.end;
