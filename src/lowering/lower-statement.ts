import { Node, SyntaxKind } from "ts-morph";
import { isAssignment } from "./assignment.ts";
import { type LoweringContext, quote } from "./context.ts";
import { lowering } from "./diagnostics.ts";

const loops: Partial<Record<SyntaxKind, string>> = {
  [SyntaxKind.WhileStatement]: "while",
  [SyntaxKind.DoStatement]: "do … while",
  [SyntaxKind.ForStatement]: "for (;;)",
};

/** Reports a statement that neither a check nor a helper may hold, with the refusal that fits it best. */
export function refuseStatement(statement: Node, context: LoweringContext): void {
  const span = context.span(statement);
  const keyword = statement.getFirstChild();
  const at = keyword === undefined ? span : context.span(keyword);
  const loop = loops[statement.getKind()];
  if (loop !== undefined) return context.report(lowering["unbounded-loop"]({ keyword: loop }, at));
  if (Node.isTryStatement(statement) || Node.isThrowStatement(statement)) return context.report(lowering.exception({ keyword: statement.getFirstChildOrThrow().getText() }, at));
  if (Node.isBreakStatement(statement)) return context.report(lowering["early-exit"]({ keyword: "break" }, span));
  if (Node.isExpressionStatement(statement)) {
    const expression = statement.getExpression();
    if (isAssignment(expression) || Node.isPostfixUnaryExpression(expression)) return context.report(lowering.mutation({ what: quote(expression) }, span));
    const before = context.diagnostics.length;
    context.expression(expression);
    if (context.diagnostics.length === before) context.report(lowering["pointless-statement"]({}, span));
    return;
  }
  context.report(lowering["unsupported-syntax"]({ syntax: quote(statement) }, span));
}
