import { Node } from "ts-morph";
import type { Expression } from "../ir/expressions.ts";
import { type LoweringContext, quote } from "./context.ts";
import { lowering } from "./diagnostics.ts";

/** Gives a name, or the names of an object pattern such as `{ name, image: reference }`, their meaning. */
export function bindPattern(name: Node, value: Expression, context: LoweringContext): void {
  if (Node.isIdentifier(name)) {
    context.define(name.getSymbol(), { kind: "value", value });
    return;
  }
  if (!Node.isObjectBindingPattern(name)) {
    context.report(lowering["unsupported-syntax"]({ syntax: quote(name) }, context.span(name)));
    return;
  }
  for (const element of name.getElements()) {
    if (element.getInitializer() !== undefined || element.getDotDotDotToken() !== undefined) {
      context.report(lowering["unsupported-syntax"]({ syntax: quote(element) }, context.span(element)));
      continue;
    }
    const member = element.getPropertyNameNode()?.getText() ?? element.getName();
    bindPattern(element.getNameNode(), { kind: "member", object: value, name: member, type: context.typeOf(element), span: context.span(element) }, context);
  }
}
