import type { Span } from "../diagnostics/span.ts";
import type { Level, Obligation } from "./obligation.ts";
import { CheckProgram } from "./program.ts";
import { requestFor } from "./seeds.ts";
import type { OwnCase, Subject } from "./subject.ts";

/** A branch of a check: where it stands, and what must be so for it to decide. */
export interface Branch {
  readonly span: Span;
  /** The clause that it is in, from 1. */
  readonly clause: number;
  readonly what: string;
}

/** Which branches objects decide by themselves, and which none of them does. */
export interface Coverage {
  readonly reached: readonly Branch[];
  readonly unreached: readonly Branch[];
}

/** What a control's own objects show of its check. Boundaries and near misses do not count: those are for derived cases. */
export function coverageOf(subject: Subject, objects: readonly OwnCase[]): Coverage {
  const program = new CheckProgram(subject.check);
  const shown = new Set<number>();
  const open = (id: number): Level | undefined => (shown.has(id) || program.obligations[id]?.tier !== "branch" ? undefined : 0);
  for (const object of objects) for (const id of program.look(requestFor(subject, object), open).shown.keys()) shown.add(id);
  const branches = program.obligations.filter(({ tier }) => tier === "branch");
  const branchOf = ({ span, clause, what }: Obligation): Branch => ({ span, clause: clause + 1, what });
  return { reached: branches.filter(({ id }) => shown.has(id)).map(branchOf), unreached: branches.filter(({ id }) => !shown.has(id)).map(branchOf) };
}
