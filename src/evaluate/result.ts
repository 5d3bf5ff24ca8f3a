import type { Exemption } from "../backends/rollout.ts";
import type { SourceLine } from "../documents/read-item.ts";
import type { Severity } from "../dsl/control.ts";
import type { Violation } from "../plain/violation.ts";

/** What an object calls itself; absent where it does not say. */
export interface ObjectIdentity {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** A place in an input: lines and columns from 1, columns in UTF-16 code units. */
export interface Place {
  /** As the user would name it; `-` for standard input. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A violation with its place. */
export interface Finding extends Violation, Place {
  /** The end of the path that the object does not have, where it lacks the field; the place is then that of the part before. */
  readonly absent?: string;
  readonly severity: Severity;
}

/** A violation that the target exempts: told, and not counted as one. */
export interface ExemptedFinding extends Finding {
  readonly exemption: Exemption;
}

/** Something to tell about an input: an error where it could not be read or judged, a note where it is merely worth knowing. */
export interface Remark extends Place {
  readonly message: string;
  /** What to do. */
  readonly help?: string;
}

/** A control that applied to objects of a file but lacked an input. Never to be counted as passed. */
export interface NotEvaluated {
  readonly control: string;
  readonly file: string;
  readonly reason: string;
}

/** Everything that came to light at one document, or in place of one that could not be read. */
export interface CheckResult {
  readonly file: string;
  /** Undefined where there is no document: a file that could not be read, a note about a file. */
  readonly object: ObjectIdentity | undefined;
  /** In order of path. */
  readonly findings: readonly Finding[];
  /** In order of path. */
  readonly exempted: readonly ExemptedFinding[];
  readonly errors: readonly Remark[];
  readonly notes: readonly Remark[];
  /** At the first document of a file that each control applied to. */
  readonly notEvaluated: readonly NotEvaluated[];
  /** The source lines around a line of the document; none where there is no document. */
  readonly frame: (line: number, context: number) => readonly SourceLine[];
}

/** What a whole run amounts to. */
export interface Summary {
  readonly files: number;
  /** The documents that were judged. */
  readonly documents: number;
  /** The controls that were selected. */
  readonly controls: number;
  readonly findings: Readonly<Record<Severity, number>>;
  /** Violations that the target exempts; none of them is among the findings. */
  readonly exempted: number;
  readonly errors: number;
  readonly notEvaluated: number;
}
