import type { Severity } from "../dsl/control.ts";
import type { Format } from "../report/index.ts";

/** The options of `check`, as commander reads them. */
export interface CheckFlags {
  /** Whether the paths are audit logs, not manifests. */
  readonly events?: true;
  readonly profile?: readonly string[];
  readonly control?: readonly string[];
  readonly target?: string;
  readonly namespace?: string;
  readonly complete?: boolean;
  readonly kubernetes?: number;
  readonly format: Format;
  readonly failOn: Severity;
  readonly engine: string;
  readonly bundle?: string;
  readonly output?: string;
}
