import type { Span } from "../diagnostics/span.ts";
import type { Expression } from "../ir/expressions.ts";

/**
 * One thing that a set of cases has to show of a check. Most are faults: the case shows it when the clause finds something else
 * once the fault is in. A condition that is stuck at false, for example, is noticed only by a case in which it holds and nothing
 * else decides: that is masking MC/DC. The others are values that a read must have had.
 */
export interface Obligation {
  /** Place in the list of the check's obligations. */
  readonly id: number;
  /** The clause that it is about, from 0. */
  readonly clause: number;
  /** What the fault is in: for a walk, its list. */
  readonly node: Expression;
  readonly span: Span;
  /** As a sentence's end: `container.securityContext.privileged == true holds`. */
  readonly what: string;
  /**
   * `branch`: a condition's side, a list, a fallback: what an author's own cases should reach. `value`: a boundary, a near miss,
   * something absent or empty: what tells engines apart.
   */
  readonly tier: "branch" | "value";
  /** Whether a fault shows it, or that it was seen. */
  readonly shownBy: "fault" | "sight";
  /** The value that the node has in the case, where that is what it is about. */
  readonly side?: boolean;
}

/** How well a set shows an obligation: not, by a message alone, or by what is denied. */
export type Level = 0 | 1 | 2;
