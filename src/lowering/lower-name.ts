import { Node, type Symbol as MorphSymbol, SymbolFlags, SyntaxKind } from "ts-morph";
import type { Expression, RootName } from "../ir/expressions.ts";
import { absentType, numberType, objectType } from "../ir/types.ts";
import { type LoweringContext, type Meaning, quote } from "./context.ts";
import { lowering } from "./diagnostics.ts";
import { throughOptional } from "./optional-part.ts";

const impureGlobals = new Set(["Date", "Math", "process", "globalThis", "console", "performance", "crypto", "fetch", "Intl", "Promise", "setTimeout", "Temporal"]);

/** The symbol that a name stands for, through import aliases. */
export function symbolOf(node: Node): MorphSymbol | undefined {
  const symbol = node.getSymbol();
  return symbol !== undefined && symbol.hasFlags(SymbolFlags.Alias) ? symbol.getAliasedSymbol() : symbol;
}

export function lowerIdentifier(node: Node, context: LoweringContext): Expression {
  const span = context.span(node);
  const name = node.getText();
  if (name === "undefined") return { kind: "absent", type: absentType, span };
  // A shorthand `{ name }` has two symbols; the value is the one that counts.
  const symbol = Node.isShorthandPropertyAssignment(node.getParent()) ? node.getParentIfKindOrThrow(SyntaxKind.ShorthandPropertyAssignment).getValueSymbol() : symbolOf(node);
  const meaning = symbol === undefined ? undefined : context.meaning(symbol);
  if (meaning !== undefined) return valueOf(meaning, node, context);
  const declaration = symbol?.getDeclarations().find((candidate) => Node.isVariableDeclaration(candidate));
  if (declaration !== undefined && Node.isVariableDeclaration(declaration)) {
    if (declaration.getVariableStatement()?.isAmbient() !== true && isTopLevel(declaration)) return lowerConstant(declaration, node, context);
  }
  if (impureGlobals.has(name)) return context.refuse(lowering.impure({ what: name }, span));
  return context.refuse(lowering["unsupported-syntax"]({ syntax: quote(node) }, span));
}

function valueOf(meaning: Meaning, node: Node, context: LoweringContext): Expression {
  switch (meaning.kind) {
    case "value": {
      const { value } = meaning;
      // The type at this place is narrower than at the declaration when a guard stands before it.
      return { ...value, type: value.kind === "parameter" || value.kind === "root" ? value.type : context.typeOf(node), span: context.span(node) };
    }
    case "deny":
      return context.refuse(lowering["deny-in-helper"]({ what: `Passing ${quote(node)} on` }, context.span(node)));
    case "context":
      return context.refuse(lowering["context-use"]({ expression: quote(node) }, context.span(node)));
    default:
      return context.refuse(lowering["unsupported-syntax"]({ syntax: `${quote(node)} as a value` }, context.span(node)));
  }
}

const isTopLevel = (declaration: Node): boolean => declaration.getFirstAncestorByKind(SyntaxKind.VariableStatement)?.getParentIfKind(SyntaxKind.SourceFile) !== undefined;

function lowerConstant(declaration: import("ts-morph").VariableDeclaration, node: Node, context: LoweringContext): Expression {
  const span = context.span(node);
  const initializer = declaration.getInitializer();
  if (declaration.getVariableStatementOrThrow().getDeclarationKind() !== "const") return context.refuse(lowering.mutation({ what: `${declaration.getName()}, declared with ${declaration.getVariableStatementOrThrow().getDeclarationKind()},` }, span));
  if (initializer === undefined || !isLiteralData(initializer)) return context.refuse(lowering["not-constant"]({ name: declaration.getName() }, span));
  const value = context.expression(initializer);
  if (value.kind === "literal") return { ...value, span };
  return { kind: "constant", name: declaration.getName(), module: context.moduleName(declaration), value, type: context.typeOf(node), span };
}

/** Literals, and lists and objects of them; names of other such constants too. */
function isLiteralData(node: Node): boolean {
  if (Node.isAsExpression(node)) return node.getTypeNode()?.getText() === "const" && isLiteralData(node.getExpression());
  if (Node.isSatisfiesExpression(node) || Node.isParenthesizedExpression(node)) return isLiteralData(node.getExpression());
  if (Node.isArrayLiteralExpression(node)) return node.getElements().every((element) => (Node.isSpreadElement(element) ? isLiteralData(element.getExpression()) : isLiteralData(element)));
  if (Node.isObjectLiteralExpression(node)) return node.getProperties().every((property) => Node.isPropertyAssignment(property) && isLiteralData(property.getInitializerOrThrow()));
  if (Node.isPrefixUnaryExpression(node)) return Node.isNumericLiteral(node.getOperand());
  if (Node.isIdentifier(node)) {
    const declaration = symbolOf(node)?.getDeclarations()[0];
    return declaration !== undefined && Node.isVariableDeclaration(declaration) && isTopLevel(declaration) && declaration.getInitializer() !== undefined && isLiteralData(declaration.getInitializerOrThrow());
  }
  return Node.isStringLiteral(node) || Node.isNumericLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node) || Node.isTrueLiteral(node) || Node.isFalseLiteral(node);
}

const rootNames: readonly RootName[] = ["object", "pod", "component", "kubernetesMinor", "oldObject", "operation", "user", "namespace"];

/** What a member of the check's context stands for. */
export function contextMember(name: string, node: Node, context: LoweringContext): Meaning {
  if (name === "deny") return { kind: "deny" };
  if (name === "parameters") return { kind: "parameters" };
  if (name === "lookup") return { kind: "lookup" };
  // What a detection judges is its event.
  const root = name === "event" ? "object" : rootNames.find((candidate) => candidate === name);
  if (root === undefined) return { kind: "context" };
  if (root !== "object" && root !== "pod" && root !== "component" && root !== "kubernetesMinor") context.needs(root, node);
  const type = root === "kubernetesMinor" ? numberType : root === "object" || root === "pod" ? objectType : context.typeOf(node);
  return { kind: "value", value: { kind: "root", name: root, type, span: context.span(node) } };
}

export function lowerPropertyAccess(node: Node, context: LoweringContext): Expression {
  if (!Node.isPropertyAccessExpression(node)) throw new Error("not a property access");
  const span = context.span(node);
  const target = node.getExpression();
  const name = node.getName();
  const meaning = Node.isIdentifier(target) ? context.meaning(symbolOf(target)) : undefined;
  if (meaning?.kind === "parameters") return { kind: "parameter", name, type: context.typeOf(node), span };
  if (meaning?.kind === "context") return valueOf(contextMember(name, node, context), node, context);
  if (Node.isPropertyAccessExpression(target) && target.getName() === "parameters" && Node.isIdentifier(target.getExpression())) {
    const owner = symbolOf(target.getExpression());
    if (owner !== undefined && context.meaning(owner)?.kind === "context") return { kind: "parameter", name, type: context.typeOf(node), span };
  }
  const object = context.expression(target);
  if (name === "length" && object.type.shapes.includes("string")) return context.refuse(lowering["string-length"]({ expression: quote(target) }, span));
  if (name === "length" && object.type.shapes.includes("list")) return throughOptional(object, node, (list) => ({ kind: "length", list, type: numberType, span }));
  if (object.type.shapes.length > 0 && !object.type.shapes.includes("object")) {
    return context.refuse(lowering["unsupported-syntax"]({ syntax: `.${name} of ${quote(target)}` }, span));
  }
  return { kind: "member", object, name, type: context.typeOf(node), span };
}
