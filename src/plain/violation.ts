/** One fault that a control found. */
export interface Violation {
  readonly control: string;
  /** The letter of the finding, where the control has several. */
  readonly finding?: string;
  /** `spec.template.spec.containers[0].securityContext.privileged`; computed keys as `metadata.labels["a.b/c"]`. */
  readonly path: string;
  readonly message: string;
}

export type PathSegment = string | number;

const plainName = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * Writes a path as violations carry it. Member names that a control spells out are joined by dots; a computed key stands in
 * `["…"]`, unescaped, since every engine has to write the same text.
 */
export function formatPath(segments: readonly PathSegment[]): string {
  let text = "";
  for (const segment of segments) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (plainName.test(segment)) text += text === "" ? segment : `.${segment}`;
    else text += `["${segment}"]`;
  }
  return text;
}

/** Reads a path back into segments. Text that is no path gives the segments up to the fault. */
export function parsePath(path: string): PathSegment[] {
  const segments: PathSegment[] = [];
  const token = /\[(\d+)\]|\["(.*?)"\](?=$|[.[])|\.?([^.[\]]+)/gsy;
  for (let match = token.exec(path); match !== null; match = token.exec(path)) {
    if (match[1] !== undefined) segments.push(Number(match[1]));
    else segments.push(match[2] ?? match[3] ?? "");
  }
  return segments;
}

/** Order of violations: by path as text, then control, finding and message, so that engines which report otherwise compare equal. */
export function compareViolations(left: Violation, right: Violation): number {
  return compareText(left.path, right.path) || compareText(left.control, right.control) || compareText(left.finding ?? "", right.finding ?? "") || compareText(left.message, right.message);
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
