import { type ArrowFunction, type FunctionDeclaration, Node, type ParameterDeclaration } from "ts-morph";
import type { Expression, HelperFunction } from "../ir/expressions.ts";
import { booleanType, objectType, optionalType, type ValueType } from "../ir/types.ts";
import { freeVariables, visit } from "../ir/walk.ts";
import { variable } from "./build.ts";
import { type LoweringContext, quote } from "./context.ts";
import { lowering } from "./diagnostics.ts";
import { lowerReturning } from "./lower-returning.ts";
import { bindPattern } from "./lower-pattern.ts";

type FunctionNode = FunctionDeclaration | ArrowFunction;

/**
 * The helper function that a declaration makes, lowered once for all callers; "recursive" while it is being lowered itself;
 * undefined when the declaration is no function. A callback with a block body has its parameters bound already.
 */
export function helperOf(declaration: Node, context: LoweringContext, isCallback = false): HelperFunction | "recursive" | undefined {
  const node = functionNode(declaration);
  if (node === undefined) return undefined;
  if (context.active.some((entry) => entry.node === node)) return "recursive";
  const known = context.session.helpers.get(node);
  if (known !== undefined) return known;
  const name = nameOf(declaration, node);
  context.active.push({ node, name });
  const helper = lowerFunction(node, name, context, isCallback);
  context.active.pop();
  // A callback with a block is written in place, so that its body may use what stands around it.
  if (!isCallback) refuseCaptures(helper, node, context);
  context.session.helpers.set(node, helper);
  return helper;
}

function refuseCaptures(helper: HelperFunction, node: FunctionNode, context: LoweringContext): void {
  const known = new Set(helper.parameters.map(({ id }) => id));
  const captured = freeVariables(helper.body).find(({ id }) => !known.has(id))?.name ?? capturedInput(helper.body);
  if (captured !== undefined) context.report(lowering["captured-value"]({ name: helper.name, captured }, context.span(node)));
}

/** What a helper reads of the check's own context without being given it. */
function capturedInput(body: Expression): string | undefined {
  let found: string | undefined;
  visit(body, (part) => {
    if (part.kind === "root" || part.kind === "parameter") found ??= part.name;
  });
  return found;
}

function functionNode(declaration: Node): FunctionNode | undefined {
  if (Node.isFunctionDeclaration(declaration)) return declaration.getImplementation() ?? (declaration.hasBody() ? declaration : undefined);
  if (Node.isArrowFunction(declaration)) return declaration;
  if (!Node.isVariableDeclaration(declaration)) return undefined;
  const initializer = declaration.getInitializer();
  return initializer !== undefined && Node.isArrowFunction(initializer) ? initializer : undefined;
}

const nameOf = (declaration: Node, node: FunctionNode): string => (Node.isVariableDeclaration(declaration) ? declaration.getName() : Node.isFunctionDeclaration(node) ? (node.getName() ?? "helper") : "callback");

function lowerFunction(node: FunctionNode, name: string, context: LoweringContext, isCallback: boolean): HelperFunction {
  const span = context.span(node);
  if (node.isAsync() || (Node.isFunctionDeclaration(node) && node.isGenerator())) context.report(lowering["unsupported-syntax"]({ syntax: quote(node) }, span));
  const parameters = isCallback ? [] : node.getParameters().map((parameter) => bindParameter(parameter, context));
  const returnType = node.getReturnType();
  const returns: ValueType = returnType.isBoolean() || returnType.isBooleanLiteral() ? booleanType : typeOfReturn(node, context);
  const body = node.getBody();
  let lowered: Expression;
  if (Node.isBlock(body)) {
    const result = lowerReturning(body.getStatements(), context, returns);
    lowered = result ?? context.refuse(lowering["missing-return"]({ name }, span));
  } else if (body !== undefined) {
    lowered = isBoolean(returns) ? context.condition(body) : context.expression(body);
  } else {
    lowered = context.refuse(lowering["unknown-function"]({ name }, span));
  }
  const description = descriptionOf(node);
  return { id: `${context.moduleName(node)}#${name}@${node.getStart()}`, name, module: context.moduleName(node), parameters, body: lowered, returns, ...(description === undefined ? {} : { description }), span };
}

const isBoolean = (type: ValueType): boolean => type.shapes.join() === "boolean" && !type.optional;

function typeOfReturn(node: FunctionNode, context: LoweringContext): ValueType {
  const body = node.getBody();
  const type = node.getReturnType();
  if (type.isAny()) context.report(lowering["any-type"]({ what: `The result of ${quote(node)}` }, context.span(node)));
  if (type.isVoid() && body !== undefined) return optionalType(objectType);
  return context.typeOfType(type, node);
}

function bindParameter(parameter: ParameterDeclaration, context: LoweringContext) {
  const name = parameter.getNameNode();
  if (parameter.getInitializer() !== undefined || parameter.isRestParameter()) context.report(lowering["unsupported-syntax"]({ syntax: quote(parameter) }, context.span(parameter)));
  const binding = context.bind(Node.isIdentifier(name) ? name.getText() : "argument", context.typeOf(name));
  bindPattern(name, variable(binding, context.span(name)), context);
  return binding;
}

/** The first sentence of the doc comment of a function or of the const that holds it. */
function descriptionOf(node: FunctionNode): string | undefined {
  const documented = Node.isFunctionDeclaration(node) ? node : node.getFirstAncestor((ancestor) => Node.isVariableStatement(ancestor));
  if (documented === undefined || !Node.isJSDocable(documented)) return undefined;
  const text = documented.getJsDocs().at(-1)?.getDescription().trim().replace(/\s+/g, " ");
  return text === undefined || text === "" ? undefined : (/^.*?[.:](?=\s|$)/.exec(text)?.[0] ?? text).replace(/:$/, ".");
}
