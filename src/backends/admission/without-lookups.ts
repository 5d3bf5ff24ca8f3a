import type { Control } from "../../dsl/control.ts";
import { lookupsOf } from "../../ir/lookups.ts";
import type { CompiledControl } from "../backend.ts";

/**
 * A control for an engine that shows policies one object at a time: without the findings for which it looks at others, in its plain
 * run as well, so that what is said of its cases is what the engine can say. `left` has the letters of these findings. Undefined
 * where nothing would remain; the control itself where it looks at nothing else.
 */
export function withoutLookups(compiled: CompiledControl): { readonly control: CompiledControl; readonly left: readonly string[] } | undefined {
  const { check, control } = compiled;
  const left = new Set(lookupsOf(check).map(({ finding }) => finding));
  if (left.size === 0) return { control: compiled, left: [] };
  const clauses = check.clauses.filter(({ finding }) => !left.has(finding));
  if (clauses.length === 0) return undefined;
  const findings = Object.fromEntries(Object.entries(control.findings).filter(([letter]) => !left.has(letter)));
  return {
    control: { ...compiled, check: { ...check, clauses, capabilities: check.capabilities.filter(({ name }) => name !== "lookup") }, control: { ...control, findings, check: silencing(control, left) } },
    left: [...left].filter((letter) => letter !== undefined),
  };
}

interface DenyingContext {
  readonly deny: (anchor: object, path: unknown, message: string, finding?: string) => void;
}

/** The check without what some findings say. */
function silencing(control: Control, left: ReadonlySet<string | undefined>): Control["check"] {
  const check = control.check as (context: DenyingContext) => void;
  return ((context: DenyingContext) =>
    check({ ...context, deny: (anchor, path, message, finding) => (left.has(finding) ? undefined : context.deny(anchor, path, message, finding)) })) as Control["check"];
}
