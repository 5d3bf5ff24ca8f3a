import { severities, type Severity } from "../dsl/control.ts";

/** Whether a severity is the given one or worse. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(threshold);
}

/** How loud a report that knows three levels is about each severity. */
export const levels = { critical: "error", high: "error", medium: "warning", low: "note", info: "note" } as const satisfies Record<Severity, string>;
