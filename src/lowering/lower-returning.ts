import { type ForOfStatement, Node, type Statement } from "ts-morph";
import type { Binder, Expression } from "../ir/expressions.ts";
import { absentType, booleanType, optionalType, type Shape, type ValueType } from "../ir/types.ts";
import { and, not, or, present, truth, variable } from "./build.ts";
import { type LoweringContext, quote } from "./context.ts";
import { lowering } from "./diagnostics.ts";
import { bindWalk } from "./walk-binding.ts";
import { bindPattern } from "./lower-pattern.ts";
import { refuseStatement } from "./lower-statement.ts";
import { walkedList } from "./walked-list.ts";

/**
 * The statements of a helper as one expression: `const` becomes let, `if` a conditional, a loop that returns from inside a
 * search. `end` is the value of falling off the end; undefined is returned when the statements may do that without it.
 */
export function lowerReturning(statements: readonly Statement[], context: LoweringContext, returns: ValueType, end?: Expression): Expression | undefined {
  const [statement, ...rest] = statements;
  if (statement === undefined) return end;
  const span = context.span(statement);
  if (Node.isBlock(statement)) return lowerReturning([...statement.getStatements(), ...rest], context, returns, end);
  if (Node.isReturnStatement(statement)) {
    const value = statement.getExpression();
    if (value === undefined) return { kind: "absent", type: absentType, span };
    return returns.shapes.join() === "boolean" && !returns.optional ? context.condition(value) : context.expression(value);
  }
  if (Node.isVariableStatement(statement)) {
    const lets = lowerDeclarations(statement, context);
    const body = lowerReturning(rest, context, returns, end);
    return body === undefined ? undefined : lets.reduceRight<Expression>((inner, { binding, value }) => ({ kind: "let", binding, value, body: inner, type: inner.type, span }), body);
  }
  if (Node.isIfStatement(statement)) {
    const test = context.condition(statement.getExpression());
    const otherwise = statement.getElseStatement();
    const then = lowerReturning([statement.getThenStatement(), ...rest], context, returns, end);
    const other = lowerReturning(otherwise === undefined ? rest : [otherwise, ...rest], context, returns, end);
    if (then === undefined || other === undefined) return undefined;
    return { kind: "conditional", test, then, otherwise: other, type: merge(then.type, other.type), span };
  }
  if (Node.isContinueStatement(statement) && end === goOn) return goOn;
  if (Node.isForOfStatement(statement)) return lowerSearch(statement, rest, context, returns, end);
  refuseStatement(statement, context);
  return lowerReturning(rest, context, returns, end);
}

/** `const` declarations as lets; patterns are taken apart. Local functions declare no value: their calls are lowered. */
export function lowerDeclarations(statement: import("ts-morph").VariableStatement, context: LoweringContext): { binding: ReturnType<LoweringContext["bind"]>; value: Expression }[] {
  if (statement.getDeclarationKind() !== "const") {
    context.report(lowering.mutation({ what: `A variable declared with ${statement.getDeclarationKind()}` }, context.span(statement)));
  }
  return statement.getDeclarations().flatMap((declaration) => {
    const initializer = declaration.getInitializer();
    const name = declaration.getNameNode();
    if (initializer === undefined || Node.isArrowFunction(initializer) || Node.isRegularExpressionLiteral(initializer)) return [];
    const type = Node.isIdentifier(name) ? context.typeOf(name) : context.typeOf(initializer);
    const value = type.shapes.join() === "boolean" && !type.optional ? context.condition(initializer) : context.expression(initializer);
    const binding = context.bind(Node.isIdentifier(name) ? name.getText() : "value", type, value);
    bindPattern(name, variable(binding, context.span(name)), context);
    return [{ binding, value }];
  });
}

const merge = (left: ValueType, right: ValueType): ValueType => ({ shapes: [...new Set<Shape>([...left.shapes, ...right.shapes])].sort(), optional: left.optional || right.optional });

/** Marks the end of a loop's body: the walk goes on. */
const goOn: Expression = { kind: "absent", type: absentType, span: { file: "", start: 0, end: 0 } };

function lowerSearch(statement: ForOfStatement, rest: readonly Statement[], context: LoweringContext, returns: ValueType, end?: Expression): Expression | undefined {
  const span = context.span(statement);
  const walk = lowerWalk(statement, context);
  const body = walk === undefined ? undefined : lowerReturning([statement.getStatement()], context, returns, goOn);
  const after = lowerReturning(rest, context, returns, end);
  if (walk === undefined || body === undefined) return context.refuse(lowering["loop-shape"]({}, span));
  if (after === undefined) return undefined;
  const found = foundCondition(body);
  const results = leaves(body).filter((leaf) => leaf !== goOn);
  const [first] = results;
  if (first === undefined) return context.refuse(lowering["loop-shape"]({}, span));
  const { list, binder } = walk;
  if (first.kind === "literal" && results.every((leaf) => leaf.kind === "literal" && leaf.value === first.value)) {
    const some: Expression = { kind: "some", list, binder, body: found, type: booleanType, span };
    return { kind: "conditional", test: some, then: first, otherwise: after, type: merge(first.type, after.type), span };
  }
  if (binder.key !== undefined) return context.refuse(lowering["loop-shape"]({}, span));
  const hit = context.bind(binder.value.name, optionalType(binder.value.type), list);
  const hitVariable = variable(hit, span);
  const find: Expression = { kind: "find", list, binder, body: found, type: hit.type, span };
  const value: Expression = { kind: "let", binding: binder.value, value: { ...hitVariable, type: binder.value.type }, body, type: body.type, span };
  const chosen: Expression = { kind: "conditional", test: present(hitVariable), then: value, otherwise: after, type: merge(body.type, after.type), span };
  return { kind: "let", binding: hit, value: find, body: chosen, type: chosen.type, span };
}

/** The list that `for (const … of …)` walks and what it binds. Reports what it cannot. */
export function lowerWalk(statement: ForOfStatement, context: LoweringContext): { list: Expression; binder: Binder } | undefined {
  const initializer = statement.getInitializer();
  const declaration = Node.isVariableDeclarationList(initializer) ? initializer.getDeclarations()[0] : undefined;
  if (statement.isAwaited() || declaration === undefined || !Node.isVariableDeclarationList(initializer) || initializer.getDeclarationKind() !== "const") {
    context.report(lowering["unsupported-syntax"]({ syntax: `for (${quote(initializer)} of …)` }, context.span(initializer)));
    return undefined;
  }
  const { list, names } = walkedList(statement.getExpression(), declaration.getNameNode(), context);
  const binder = bindWalk(names, list, context);
  if (binder === undefined) context.report(lowering["unsupported-syntax"]({ syntax: quote(declaration) }, context.span(declaration)));
  return binder === undefined ? undefined : { list, binder };
}

function foundCondition(body: Expression): Expression {
  if (body === goOn) return truth(false, body.span);
  if (body.kind === "conditional") {
    return or([and([body.test, foundCondition(body.then)], body.span), and([not(body.test), foundCondition(body.otherwise)], body.span)], body.span);
  }
  if (body.kind === "let") return { ...body, body: foundCondition(body.body), type: booleanType };
  return truth(true, body.span);
}

function leaves(body: Expression): Expression[] {
  if (body.kind === "conditional") return [...leaves(body.then), ...leaves(body.otherwise)];
  return body.kind === "let" ? leaves(body.body) : [body];
}
