import { Node } from "ts-morph";
import type { Binder, Expression } from "../ir/expressions.ts";
import { stringType } from "../ir/types.ts";
import { variable } from "./build.ts";
import type { LoweringContext } from "./context.ts";
import { bindPattern } from "./lower-pattern.ts";

/**
 * Binds the names of a walk: `item`, `item, index`, `{ name }`, or `[key, value]` of Object.entries; undefined for
 * what a walk cannot bind.
 */
export function bindWalk(names: readonly Node[], list: Expression, context: LoweringContext): Binder | undefined {
  const [name, index] = names;
  const span = list.span;
  if (name !== undefined && Node.isArrayBindingPattern(name)) {
    if (!walksEntries(list)) return undefined;
    const [keyElement, valueElement] = name.getElements();
    const keyName = keyElement !== undefined && Node.isBindingElement(keyElement) ? keyElement.getNameNode() : undefined;
    const valueName = valueElement !== undefined && Node.isBindingElement(valueElement) ? valueElement.getNameNode() : undefined;
    const key = context.bind(keyName?.getText() ?? "key", stringType);
    if (keyName !== undefined) context.define(keyName.getSymbol(), { kind: "value", value: variable(key, span) });
    const value = context.bind(valueName !== undefined && Node.isIdentifier(valueName) ? valueName.getText() : "value", valueName === undefined ? stringType : context.typeOf(valueName), list);
    if (valueName !== undefined) bindPattern(valueName, variable(value, span), context);
    return { value, key };
  }
  const value = context.bind(name !== undefined && Node.isIdentifier(name) ? name.getText() : "item", name === undefined ? stringType : { ...context.typeOf(name), optional: false }, list);
  if (name !== undefined) bindPattern(name, variable(value, span), context);
  if (index === undefined) return { value };
  const key = context.bind(index.getText(), { shapes: ["number"], optional: false });
  context.define(index.getSymbol(), { kind: "value", value: variable(key, span) });
  return { value, key };
}

const walksEntries = (list: Expression): boolean => list.kind === "entries" || (list.kind === "filter" && walksEntries(list.list));
