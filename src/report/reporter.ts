import type { ManifestControl } from "../backends/opa/manifest.ts";
import type { CheckResult, Summary } from "../evaluate/result.ts";

/** What is known before the first document is read. */
export interface Run {
  readonly controls: readonly ManifestControl[];
  /** What is judged. */
  readonly subject: "document" | "event";
  /** Whether the target exempts anything. */
  readonly exempts: boolean;
  /** Portcullis's own version. */
  readonly version: string;
}

/**
 * Turns a run into text, piece by piece, so that a report of any length is written while the run goes on. A piece may be empty.
 * Everything that comes from a document is escaped for the format and holds no character that a terminal would obey.
 */
export interface Reporter {
  readonly begin: (run: Run) => string;
  readonly result: (result: CheckResult) => string;
  readonly end: (summary: Summary) => string;
}

export interface ReporterOptions {
  readonly colors: boolean;
  /** Cells in a line of the terminal; without one, nothing is wrapped. */
  readonly width?: number | undefined;
  /** The folder that relative file names start from. */
  readonly cwd: string;
}
