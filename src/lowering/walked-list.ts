import { Node } from "ts-morph";
import type { Expression } from "../ir/expressions.ts";
import type { LoweringContext } from "./context.ts";

/**
 * The list of a `for…of` and the names that it binds. `[index, item] of list.entries()` walks the list with its index;
 * every other pattern is left to the binder.
 */
export function walkedList(expression: Node, name: Node, context: LoweringContext): { list: Expression; names: readonly Node[] } {
  if (Node.isCallExpression(expression) && expression.getArguments().length === 0 && Node.isArrayBindingPattern(name)) {
    const callee = expression.getExpression();
    if (Node.isPropertyAccessExpression(callee) && callee.getName() === "entries") {
      const [index, item] = name.getElements().map((element) => (Node.isBindingElement(element) ? element.getNameNode() : undefined));
      const list = context.expression(callee.getExpression());
      if (list.type.shapes.includes("list")) return { list, names: [item, index].filter((node) => node !== undefined) };
    }
  }
  return { list: context.expression(expression), names: [name] };
}
