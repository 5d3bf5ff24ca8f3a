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

/** What an event of the audit log is about; absent where it does not say. */
export interface EventIdentity {
  readonly auditID: string;
  readonly stage: string;
  /** When the stage was reached, as the API server wrote it. */
  readonly time?: string;
  readonly user?: string;
  readonly verb?: string;
  /** With its subresource: `pods/exec`. */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Of a request for no resource. */
  readonly uri?: string;
}

/** A place in an input: lines and columns from 1, columns in UTF-16 code units. */
export interface Place {
  /** As the user would name it; `-` for standard input. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A violation with its place. That of an event has the rule's title for its message, and no path. */
export interface Finding extends Violation, Place {
  /** What the rule tells of the event, where an event is judged. */
  readonly fields?: Readonly<Record<string, unknown>>;
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

/** A control that applied to objects or events of a file but lacked an input. Never to be counted as passed. */
export interface NotEvaluated {
  readonly control: string;
  readonly file: string;
  readonly reason: string;
  /** For how many events, where events are judged. */
  readonly events?: number;
}

/** Everything that came to light at one document, or in place of one that could not be read. */
export interface CheckResult {
  readonly file: string;
  /** Undefined where there is no document: a file that could not be read, a note about a file. */
  readonly object: ObjectIdentity | undefined;
  /** The event, where one is judged in place of a document. */
  readonly event?: EventIdentity;
  /** How many events a file held: at its end, where events are judged. */
  readonly events?: number;
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
  /** The documents, or events, that were judged. */
  readonly documents: number;
  /** The controls that were selected. */
  readonly controls: number;
  readonly findings: Readonly<Record<Severity, number>>;
  /** Violations that the target exempts; none of them is among the findings. */
  readonly exempted: number;
  readonly errors: number;
  readonly notEvaluated: number;
}
