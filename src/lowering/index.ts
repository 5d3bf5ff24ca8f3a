import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { CheckIr } from "../ir/control.ts";
import { frontend } from "../frontend/diagnostics.ts";
import type { LoadedControl } from "../frontend/load-controls.ts";
import { kindParts } from "../kubernetes/scope.ts";
import { LoweringContext, type LoweringSession } from "./context.ts";
import { excludeItself } from "./exclude-itself.ts";
import { lowerCheck } from "./lower-check.ts";
import { lowerCondition, lowerExpression } from "./lower-expression.ts";
import { helperOf } from "./lower-function.ts";

export { newSession } from "./context.ts";

/** A control's check as IR, with every fault found on the way. Without an error among them the IR is whole. */
export function lowerControl(loaded: LoadedControl, session: LoweringSession): { readonly check: CheckIr; readonly diagnostics: readonly Diagnostic[] } {
  const { control, id } = loaded;
  const context = new LoweringContext(session, { expression: lowerExpression, condition: lowerCondition, helper: helperOf });
  const findings = Object.keys(control.findings);
  const clauses = lowerCheck(loaded.check, findings, context).map((clause) => excludeItself(clause, control.match.kinds, (name, type) => context.bind(name, type)));
  if (context.diagnostics.length === 0) {
    const at = context.span(loaded.definition.getExpression());
    if (clauses.length === 0) context.report(frontend["no-deny"]({}, at));
    for (const finding of findings) if (!clauses.some((clause) => clause.finding === finding)) context.report(frontend["no-finding"]({ finding }, at));
  }
  const kinds = control.match.kinds.map(kindParts);
  const capabilities = [...context.capabilities].map(([name, span]) => ({ name, span }));
  return { check: { id, match: { form: control.match.form, kinds, ...(control.match.component === undefined ? {} : { component: control.match.component }), ...(control.match.files === undefined ? {} : { files: control.match.files }) }, clauses, capabilities }, diagnostics: context.diagnostics };
}
