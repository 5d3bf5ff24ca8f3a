import { type CallExpression, Node, SyntaxKind } from "ts-morph";
import type { Binder, Expression } from "../ir/expressions.ts";
import { type IntrinsicName, intrinsics } from "../ir/intrinsics.ts";
import { booleanType, listType, optionalType, stringType, type ValueType } from "../ir/types.ts";
import { not, variable } from "./build.ts";
import { type LoweringContext, quote, typeWords } from "./context.ts";
import { lowering } from "./diagnostics.ts";
import { type ListMethodName, listMethods, stringMethods } from "./language.ts";
import { lowerLookup } from "./lower-lookup.ts";
import { bindWalk } from "./walk-binding.ts";
import { symbolOf } from "./lower-name.ts";
import { throughOptional } from "./optional-part.ts";
import { translateRegex } from "./regex.ts";

export function lowerCall(node: Node, context: LoweringContext): Expression {
  if (!Node.isCallExpression(node)) throw new Error("not a call");
  const callee = node.getExpression();
  if (Node.isPropertyAccessExpression(callee)) {
    const target = callee.getExpression();
    if (Node.isIdentifier(target) && context.meaning(symbolOf(target))?.kind === "context") {
      if (callee.getName() === "lookup") return lowerLookup(node, context);
      if (callee.getName() === "deny") return context.refuse(lowering["deny-in-helper"]({ what: "deny() inside an expression" }, context.span(node)));
    }
    if (Node.isIdentifier(target) && target.getText() === "Object" && symbolOf(target)?.getDeclarations().some((at) => at.getSourceFile().isDeclarationFile())) return lowerObjectFunction(callee.getName(), node, context);
    return lowerMethod(callee.getName(), target, node, context);
  }
  if (!Node.isIdentifier(callee)) return context.refuse(lowering["unknown-function"]({ name: quote(callee) }, context.span(callee)));
  const meaning = context.meaning(symbolOf(callee));
  if (meaning?.kind === "lookup") return lowerLookup(node, context);
  if (meaning?.kind === "deny") return context.refuse(lowering["deny-in-helper"]({ what: "deny() inside an expression" }, context.span(node)));
  return lowerFunctionCall(callee, node, context);
}

function lowerFunctionCall(callee: Node, node: CallExpression, context: LoweringContext): Expression {
  const span = context.span(node);
  const declaration = symbolOf(callee)?.getDeclarations()[0];
  const name = callee.getText();
  if (declaration !== undefined && context.isLibrary(declaration) && declaration.getSourceFile().getBaseName() === "intrinsics.ts" && name in intrinsics) {
    const known = intrinsics[name as IntrinsicName];
    const type: ValueType = { shapes: [known.returns], optional: false };
    return { kind: "intrinsic", name: name as IntrinsicName, arguments: node.getArguments().map((argument) => context.expression(argument)), type, span };
  }
  if (declaration !== undefined && Node.isParameterDeclaration(declaration)) return context.refuse(lowering["deny-in-helper"]({ what: `${name}()` }, span));
  const helper = declaration === undefined ? undefined : context.helper(declaration);
  if (helper === "recursive") {
    const cycle = [...context.active.map((entry) => entry.name), name].slice(context.active.findIndex((entry) => entry.name === name)).join(" → ");
    return context.refuse(lowering.recursion({ name, cycle }, span));
  }
  if (helper === undefined) return context.refuse(lowering["unknown-function"]({ name }, context.span(callee)));
  const given = node.getArguments();
  const passed = helper.parameters.map((parameter, index): Expression => {
    const argument = given[index];
    return argument === undefined ? { kind: "absent", type: optionalType(parameter.type), span } : context.expression(argument);
  });
  return { kind: "call", function: helper, arguments: passed, type: helper.returns, span };
}

function lowerObjectFunction(name: string, node: CallExpression, context: LoweringContext): Expression {
  const span = context.span(node);
  const argument = node.getArguments()[0];
  if (argument === undefined || !["entries", "keys", "values"].includes(name)) return context.refuse(lowering["unknown-function"]({ name: `Object.${name}` }, span));
  return { kind: name as "entries", object: context.expression(argument), type: listType, span };
}

const allowedListMethods = [...Object.keys(listMethods), "join"].map((name) => `.${name}()`).concat(".length");
const allowedStringMethods = Object.keys(stringMethods).map((name) => `.${name}()`);

const words = (list: readonly string[]): string => `${list.slice(0, -1).join(", ")} and ${list.at(-1) ?? ""}`;

function lowerMethod(name: string, target: Node, node: CallExpression, context: LoweringContext): Expression {
  const span = context.span(node);
  const [first] = node.getArguments();
  const regex = regexOf(target, context);
  if (regex !== undefined) {
    if (name !== "test" || first === undefined) return context.refuse(lowering["unknown-method"]({ name, type: "a regular expression", allowed: ".test(text)" }, span));
    return lowerRegex(regex, first, node, context);
  }
  const impure = /^(Date|Math|performance|crypto)\.(now|random|getRandomValues|randomUUID|parse|UTC)/.exec(node.getText());
  if (impure !== null) return context.refuse(lowering.impure({ what: quote(node) }, span));
  return throughOptional(context.expression(target), node, (subject) => methodOf(subject, name, node, context));
}

function methodOf(subject: Expression, name: string, node: CallExpression, context: LoweringContext): Expression {
  const span = context.span(node);
  const [first, second] = node.getArguments();
  const { shapes } = subject.type;
  if (shapes.length === 0) return subject;
  if (shapes.every((shape) => shape === "list")) {
    const lower = name in listTable ? listTable[name as ListMethodName] : undefined;
    if (lower !== undefined && first !== undefined) return lower(subject, first, node, context);
    if (name === "join") {
      const separator: Expression = first === undefined ? { kind: "literal", value: ",", type: stringType, span } : context.expression(first);
      return { kind: "join", list: subject, separator, type: stringType, span };
    }
    if (["push", "pop", "shift", "unshift", "sort", "reverse", "splice", "fill", "copyWithin"].includes(name)) return context.refuse(lowering.mutation({ what: `.${name}()` }, span));
    return context.refuse(lowering["unknown-method"]({ name, type: "a list", allowed: words(allowedListMethods) }, span));
  }
  if (shapes.every((shape) => shape === "string")) {
    const argument = first === undefined ? undefined : context.expression(first);
    const operator = ({ startsWith: "starts-with", endsWith: "ends-with", includes: "contains" } as const)[name];
    if (operator !== undefined && argument !== undefined && second === undefined) return { kind: "text-test", operator, text: subject, search: argument, type: booleanType, span };
    if (name === "split" && argument !== undefined && second === undefined && !(argument.kind === "literal" && argument.value === "")) return { kind: "split", text: subject, separator: argument, type: listType, span };
    return context.refuse(lowering["unknown-method"]({ name, type: "a string", allowed: words(allowedStringMethods) }, span));
  }
  return context.refuse(lowering["unknown-method"]({ name, type: typeWords(subject.type), allowed: "its members" }, span));
}

type ListMethod = (list: Expression, callback: Node, node: CallExpression, context: LoweringContext) => Expression;

const walking =
  (kind: "filter" | "find" | "some" | "map" | "flat-map"): ListMethod =>
  (list, callback, node, context) => {
    const condition = kind === "filter" || kind === "find" || kind === "some";
    const lowered = lowerCallback(list, callback, condition, context);
    const span = context.span(node);
    if (lowered === undefined) return context.refuse(lowering.callback({ name: methodName(node) }, context.span(callback)));
    const type = kind === "some" ? booleanType : kind === "find" ? optionalType(context.typeOf(node)) : listType;
    return { kind, list, ...lowered, type, span };
  };

const listTable: Readonly<Record<ListMethodName, ListMethod>> = {
  some: walking("some"),
  filter: walking("filter"),
  find: walking("find"),
  map: walking("map"),
  flatMap: walking("flat-map"),
  every: (list, callback, node, context) => {
    const lowered = lowerCallback(list, callback, true, context);
    if (lowered === undefined) return context.refuse(lowering.callback({ name: "every" }, context.span(callback)));
    return not({ kind: "some", list, binder: lowered.binder, body: not(lowered.body), type: booleanType, span: context.span(node) });
  },
  includes: (list, item, node, context) => ({ kind: "includes", list, item: context.expression(item), type: booleanType, span: context.span(node) }),
};

const methodName = (node: CallExpression): string => node.getExpressionIfKind(SyntaxKind.PropertyAccessExpression)?.getName() ?? "";

/** A callback as binder and body: an arrow function in place, or the name of a helper. */
function lowerCallback(list: Expression, callback: Node, condition: boolean, context: LoweringContext): { binder: Binder; body: Expression } | undefined {
  if (Node.isIdentifier(callback)) {
    const declaration = symbolOf(callback)?.getDeclarations()[0];
    const helper = declaration === undefined ? undefined : context.helper(declaration);
    const parameter = helper === undefined || helper === "recursive" ? undefined : helper.parameters[0];
    if (helper === undefined || helper === "recursive" || parameter === undefined || helper.parameters.length !== 1) return undefined;
    const value = context.bind(parameter.name, { ...parameter.type, optional: false }, list);
    const span = context.span(callback);
    return { binder: { value }, body: { kind: "call", function: helper, arguments: [variable(value, span)], type: helper.returns, span } };
  }
  if (!Node.isArrowFunction(callback) || callback.isAsync() || callback.getParameters().length > 2) return undefined;
  const binder = bindWalk(callback.getParameters().map((parameter) => parameter.getNameNode()), list, context);
  if (binder === undefined) return undefined;
  const body = callback.getBody();
  if (Node.isBlock(body)) {
    const helper = context.helper(callback, true);
    if (helper === undefined || helper === "recursive") return undefined;
    return { binder, body: helper.body };
  }
  return { binder, body: condition ? context.condition(body) : context.expression(body) };
}

interface RegexLiteral { readonly source: string; readonly flags: string }

/** A regular expression written in place, or the const that holds one. */
function regexOf(node: Node, context: LoweringContext): RegexLiteral | undefined {
  if (Node.isParenthesizedExpression(node)) return regexOf(node.getExpression(), context);
  if (Node.isRegularExpressionLiteral(node)) {
    const text = node.getLiteralText();
    const end = text.lastIndexOf("/");
    return { source: text.slice(1, end), flags: text.slice(end + 1) };
  }
  if (!Node.isIdentifier(node) || context.meaning(symbolOf(node)) !== undefined) return undefined;
  const declaration = symbolOf(node)?.getDeclarations()[0];
  const initializer = declaration !== undefined && Node.isVariableDeclaration(declaration) ? declaration.getInitializer() : undefined;
  return initializer !== undefined && Node.isRegularExpressionLiteral(initializer) ? regexOf(initializer, context) : undefined;
}

function lowerRegex(regex: RegexLiteral, argument: Node, node: CallExpression, context: LoweringContext): Expression {
  const span = context.span(node);
  const translated = translateRegex(regex.source, regex.flags);
  if ("invalid" in translated) return context.refuse(lowering["regex-invalid"]({ pattern: regex.source, reason: translated.invalid }, span));
  if ("feature" in translated) return context.refuse(lowering["regex-unportable"]({ pattern: regex.source, feature: translated.feature, advice: translated.advice }, span));
  return { kind: "matches", pattern: translated.pattern, source: `/${regex.source}/${regex.flags}`, text: context.expression(argument), type: booleanType, span };
}
