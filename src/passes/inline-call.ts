import type { Binding, Call, Expression } from "../ir/expressions.ts";
import { freshen, substitute, usesOf } from "../ir/walk.ts";

/** Values that may stand in several places without being worked out several times. */
const plain: ReadonlySet<Expression["kind"]> = new Set(["literal", "absent", "variable", "root", "parameter", "constant"]);

/** Whether an expression only names a part of an input: `pod.spec.containers`. */
export function isReference(expression: Expression): boolean {
  if (expression.kind === "member") return isReference(expression.object);
  if (expression.kind === "entry") return isReference(expression.object) && isReference(expression.key);
  return plain.has(expression.kind);
}

/** The body of a called function with the arguments in place; an argument that is worked out and read more than once becomes a const. */
export function inlineCall(call: Call, bind: (name: string, type: Binding["type"]) => Binding): Expression {
  const own = new Map(call.function.parameters.map((parameter) => [parameter.id, bind(parameter.name, parameter.type)]));
  const parameters = [...own.values()];
  const body = freshen(call.function.body, bind, own);
  const values = new Map<number, Expression>();
  const consts: { readonly parameter: (typeof parameters)[number]; readonly value: Expression }[] = [];
  for (const [index, parameter] of parameters.entries()) {
    const value = call.arguments[index];
    if (value === undefined) throw new Error(`${call.function.name} is called with ${call.arguments.length} arguments, not ${parameters.length}`);
    if (isReference(value) || usesOf(parameter.id, body) < 2) values.set(parameter.id, value);
    else consts.push({ parameter, value });
  }
  return consts.reduceRight<Expression>(
    (inner, { parameter, value }) => ({ kind: "let", binding: parameter, value, body: inner, type: inner.type, span: call.span }),
    substitute(body, values),
  );
}
