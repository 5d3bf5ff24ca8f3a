import { present } from "../ir/construct.ts";
import type { Binding, Expression } from "../ir/expressions.ts";
import { mapChildren } from "../ir/walk.ts";

/** A value that depends on a question, or on a const, taken out of the expression around it. */
export type Choice =
  | { readonly kind: "choice"; readonly test: Expression; readonly whenTrue: Expression; readonly whenFalse: Expression }
  | { readonly kind: "let"; readonly binding: Binding; readonly value: Expression; readonly body: Expression };

/** Nodes that are themselves questions with an own way to treat what is inside, so that nothing is taken out through them. */
const closed: ReadonlySet<Expression["kind"]> = new Set(["and", "or", "not", "some", "let", "filter", "map", "flat-map", "find", "entries"]);

/**
 * The outermost conditional, `??` or const among the operands of a node: `f(t ? a : b)` is `t ? f(a) : f(b)`, and `f(x ?? d)`
 * is f(x) where x is present and f(d) where it is not. Undefined when there is none. For engines whose expressions have no
 * conditional; what it gives back may hold further ones. What `keep` holds for stays where it is.
 */
export function takeChoice(node: Expression, keep: (choice: Expression) => boolean = () => false): Choice | undefined {
  if (closed.has(node.kind)) return undefined;
  let found: Choice | undefined;
  const replaced = (child: Expression, by: Expression): Expression => mapChildren(node, (each) => (each === child ? by : each));
  mapChildren(node, (child) => {
    found ??= choiceOf(child, (by) => replaced(child, by), keep);
    return child;
  });
  return found;
}

function choiceOf(child: Expression, around: (inner: Expression) => Expression, keep: (choice: Expression) => boolean): Choice | undefined {
  if (keep(child)) return undefined;
  if (child.kind === "conditional") return { kind: "choice", test: child.test, whenTrue: around(child.then), whenFalse: around(child.otherwise) };
  if (child.kind === "coalesce") return { kind: "choice", test: present(child.value), whenTrue: around(child.value), whenFalse: around(child.fallback) };
  if (child.kind === "let") return { kind: "let", binding: child.binding, value: child.value, body: around(child.body) };
  const inner = takeChoice(child, keep);
  if (inner === undefined) return undefined;
  if (inner.kind === "let") return { ...inner, body: around(inner.body) };
  return { ...inner, whenTrue: around(inner.whenTrue), whenFalse: around(inner.whenFalse) };
}
