import { Node, SyntaxKind } from "ts-morph";
import type { Expression } from "../ir/expressions.ts";
import { booleanType, isScalar, listType, numberType, optionalType, stringType } from "../ir/types.ts";
import { and, not, or, present, truth } from "./build.ts";
import { isAssignmentOperator } from "./assignment.ts";
import { lowerCall } from "./lower-call.ts";
import { lowerIdentifier, lowerPropertyAccess } from "./lower-name.ts";
import { isTruthOf, ofOptional, valueOr } from "./optional-part.ts";
import { type LoweringContext, quote, typeWords } from "./context.ts";
import { lowering } from "./diagnostics.ts";
import type { expressions } from "./language.ts";

type Lower<N extends Node = Node> = (node: N, context: LoweringContext) => Expression;

/** Lowers an expression for its value. What the language does not have is reported and stands in as absent. */
export function lowerExpression(node: Node, context: LoweringContext): Expression {
  const lower = table[node.getKindName() as keyof typeof table] as Lower | undefined;
  if (lower !== undefined) return lower(node, context);
  const refusal = refused[node.getKind()];
  if (refusal !== undefined) return context.refuse(refusal(node, context));
  return context.refuse(lowering["unsupported-syntax"]({ syntax: quote(node) }, context.span(node)));
}

/** Lowers an expression for its truth. A list or object is true when it is present; strings and numbers must be compared. */
export function lowerCondition(node: Node, context: LoweringContext): Expression {
  if (Node.isParenthesizedExpression(node)) return lowerCondition(node.getExpression(), context);
  if (Node.isPrefixUnaryExpression(node) && node.getOperatorToken() === SyntaxKind.ExclamationToken) return not(lowerCondition(node.getOperand(), context));
  if (Node.isBinaryExpression(node)) {
    const operator = node.getOperatorToken().getKind();
    if (operator === SyntaxKind.AmpersandAmpersandToken) return and([lowerCondition(node.getLeft(), context), lowerCondition(node.getRight(), context)], context.span(node));
    if (operator === SyntaxKind.BarBarToken) return or([lowerCondition(node.getLeft(), context), lowerCondition(node.getRight(), context)], context.span(node));
  }
  const value = lowerExpression(node, context);
  return truthOf(value, node, context);
}

function truthOf(value: Expression, node: Node, context: LoweringContext): Expression {
  const { shapes, optional } = value.type;
  if (shapes.length === 0) return value.kind === "absent" ? truth(false, value.span) : present(value);
  if (shapes.every((shape) => shape === "boolean")) {
    if (!optional) return value;
    return isTruthOf(value, true) ?? { kind: "equals", left: value, right: truth(true, value.span), type: booleanType, span: value.span };
  }
  if (shapes.every((shape) => shape === "list" || shape === "object")) return present(value);
  const scalar = shapes.includes("string") ? "string" : "number";
  return context.refuse(lowering.truthiness({ expression: quote(node), type: typeWords(value.type), empty: scalar === "string" ? '""' : "0" }, context.span(node)));
}

const lowerBinary: Lower = (node, context) => {
  if (!Node.isBinaryExpression(node)) throw new Error("not a binary expression");
  const [left, right, token] = [node.getLeft(), node.getRight(), node.getOperatorToken()];
  const span = context.span(node);
  switch (token.getKind()) {
    case SyntaxKind.EqualsEqualsEqualsToken:
      return lowerEquality(left, right, token, node, context);
    case SyntaxKind.ExclamationEqualsEqualsToken:
      return not(lowerEquality(left, right, token, node, context));
    case SyntaxKind.EqualsEqualsToken:
    case SyntaxKind.ExclamationEqualsToken:
      return context.refuse(lowering["loose-equality"]({ operator: token.getText(), strict: `${token.getText()}=` }, context.span(token)));
    case SyntaxKind.AmpersandAmpersandToken:
    case SyntaxKind.BarBarToken: {
      // As a condition only the truth counts; as a value JavaScript keeps the operand itself.
      const { shapes, optional } = context.typeOf(node);
      if (shapes.join() === "boolean" && !optional) return lowerCondition(node, context);
      return context.refuse(lowering["operand-value"]({ expression: quote(node) }, span));
    }
    case SyntaxKind.QuestionQuestionToken: {
      const value = lowerExpression(left, context);
      const fallback = lowerExpression(right, context);
      return valueOr(value, fallback, context.typeOf(node), span);
    }
    case SyntaxKind.LessThanToken:
    case SyntaxKind.LessThanEqualsToken:
    case SyntaxKind.GreaterThanToken:
    case SyntaxKind.GreaterThanEqualsToken: {
      const operands = { left: lowerExpression(left, context), right: lowerExpression(right, context) };
      if (operands.left.kind === "absent" || operands.right.kind === "absent") return truth(false, span);
      if (!isNumber(operands.left) || !isNumber(operands.right)) return context.refuse(lowering["string-order"]({ operator: token.getText() }, context.span(token)));
      return { kind: "compare", operator: token.getText() as "<", ...operands, type: booleanType, span };
    }
    case SyntaxKind.PlusToken:
    case SyntaxKind.MinusToken:
    case SyntaxKind.AsteriskToken: {
      const operands = { left: lowerExpression(left, context), right: lowerExpression(right, context) };
      if (isNumber(operands.left) && isNumber(operands.right)) return { kind: "arithmetic", operator: token.getText() as "+", ...operands, type: numberType, span };
      const texts = [operands.left, operands.right];
      if (token.getKind() === SyntaxKind.PlusToken && texts.every((part) => part.type.shapes.join() === "string" && !part.type.optional)) return { kind: "text", parts: texts, type: stringType, span };
      break;
    }
    default:
      if (isAssignmentOperator(token.getText())) return context.refuse(lowering.mutation({ what: `${token.getText()} on ${quote(left)}` }, span));
  }
  return context.refuse(lowering["unsupported-syntax"]({ syntax: `${token.getText()} between ${quote(left)} and ${quote(right)}` }, context.span(token)));
};

const isNumber = (expression: Expression): boolean => expression.type.shapes.join() === "number" && !expression.type.optional;

function lowerEquality(left: Node, right: Node, token: Node, node: Node, context: LoweringContext): Expression {
  const span = context.span(node);
  for (const [typed, word] of [[left, right], [right, left]] as const) {
    if (Node.isTypeOfExpression(typed) && Node.isStringLiteral(word)) {
      const tested = word.getLiteralText();
      const value = lowerExpression(typed.getExpression(), context);
      if (tested === "string" || tested === "number" || tested === "boolean") return { kind: "type-test", value, tested, type: booleanType, span };
      return context.refuse(lowering["unsupported-syntax"]({ syntax: `typeof … ${token.getText()} "${tested}"` }, span));
    }
  }
  const operands = { left: lowerExpression(left, context), right: lowerExpression(right, context) };
  if (operands.right.kind === "absent") return not(present(operands.left));
  if (operands.left.kind === "absent") return not(present(operands.right));
  for (const [value, other] of [[operands.left, operands.right], [operands.right, operands.left]] as const) {
    const asked = other.kind === "literal" && typeof other.value === "boolean" ? isTruthOf(value, other.value) : undefined;
    if (asked !== undefined) return asked;
  }
  if (!isScalar(operands.left.type) || !isScalar(operands.right.type)) return context.refuse(lowering["object-equality"]({ operator: token.getText() }, context.span(token)));
  return { kind: "equals", ...operands, type: booleanType, span };
}

const lowerTemplate: Lower = (node, context) => {
  if (!Node.isTemplateExpression(node)) throw new Error("not a template");
  const span = context.span(node);
  const parts: Expression[] = [];
  const literal = (text: string, at: Node) => {
    if (text !== "") parts.push({ kind: "literal", value: text, type: stringType, span: context.span(at) });
  };
  literal(node.getHead().getLiteralText(), node.getHead());
  for (const templateSpan of node.getTemplateSpans()) {
    const hole = templateSpan.getExpression();
    const part = lowerExpression(hole, context);
    if (!isScalar(part.type)) context.report(lowering["not-text"]({ expression: quote(hole), type: typeWords(part.type) }, context.span(hole)));
    else if (part.type.optional) context.report(lowering["absent-in-text"]({ expression: quote(hole) }, context.span(hole)));
    parts.push(part);
    literal(templateSpan.getLiteral().getLiteralText(), templateSpan.getLiteral());
  }
  return { kind: "text", parts, type: stringType, span };
};

const lowerElementAccess: Lower = (node, context) => {
  if (!Node.isElementAccessExpression(node)) throw new Error("not an element access");
  const span = context.span(node);
  const object = lowerExpression(node.getExpression(), context);
  const key = node.getArgumentExpressionOrThrow();
  if (object.type.shapes.includes("string")) return context.refuse(lowering["string-index"]({ expression: quote(node) }, span));
  const lowered = lowerExpression(key, context);
  const type = optionalType(context.typeOf(node));
  if (object.type.shapes.includes("list")) return ofOptional(object, (list) => ({ kind: "element", list, index: lowered, type, span }));
  if (lowered.kind === "literal" && typeof lowered.value === "string") return { kind: "member", object, name: lowered.value, type, span };
  return { kind: "entry", object, key: lowered, type, span };
};

const lowerArray: Lower = (node, context) => {
  if (!Node.isArrayLiteralExpression(node)) throw new Error("not an array literal");
  const span = context.span(node);
  const elements = node.getElements();
  if (!elements.some((element) => Node.isSpreadElement(element))) return { kind: "list", items: elements.map((element) => lowerExpression(element, context)), type: listType, span };
  const lists: Expression[] = [];
  for (const element of elements) {
    if (Node.isSpreadElement(element)) lists.push(lowerExpression(element.getExpression(), context));
    else lists.push({ kind: "list", items: [lowerExpression(element, context)], type: listType, span: context.span(element) });
  }
  return { kind: "concat", lists, type: listType, span };
};

const lowerRecord: Lower = (node, context) => {
  if (!Node.isObjectLiteralExpression(node)) throw new Error("not an object literal");
  const fields: { name: string; value: Expression }[] = [];
  for (const property of node.getProperties()) {
    if (Node.isPropertyAssignment(property)) fields.push({ name: property.getNameNode().getText().replace(/^["'](.*)["']$/, "$1"), value: lowerExpression(property.getInitializerOrThrow(), context) });
    else if (Node.isShorthandPropertyAssignment(property)) fields.push({ name: property.getName(), value: lowerExpression(property.getNameNode(), context) });
    else return context.refuse(lowering["unsupported-syntax"]({ syntax: quote(property) }, context.span(property)));
  }
  return { kind: "record", fields, type: context.typeOf(node), span: context.span(node) };
};

const lowerConditional: Lower = (node, context) => {
  if (!Node.isConditionalExpression(node)) throw new Error("not a conditional");
  return {
    kind: "conditional",
    test: lowerCondition(node.getCondition(), context),
    then: lowerExpression(node.getWhenTrue(), context),
    otherwise: lowerExpression(node.getWhenFalse(), context),
    type: context.typeOf(node),
    span: context.span(node),
  };
};

const lowerPrefix: Lower = (node, context) => {
  if (!Node.isPrefixUnaryExpression(node)) throw new Error("not a prefix expression");
  const operator = node.getOperatorToken();
  if (operator === SyntaxKind.ExclamationToken) return lowerCondition(node, context);
  if (operator === SyntaxKind.PlusPlusToken || operator === SyntaxKind.MinusMinusToken) return context.refuse(lowering.mutation({ what: quote(node) }, context.span(node)));
  const operand = node.getOperand();
  if (operator === SyntaxKind.MinusToken && Node.isNumericLiteral(operand)) return { kind: "literal", value: -operand.getLiteralValue(), type: numberType, span: context.span(node) };
  return context.refuse(lowering["unsupported-syntax"]({ syntax: quote(node) }, context.span(node)));
};

/** What each kind of expression becomes; the type holds the table against the list in language.ts. */
const table: Readonly<Record<keyof typeof expressions, Lower>> = {
  StringLiteral: (node, context) => ({ kind: "literal", value: (node as unknown as { getLiteralText(): string }).getLiteralText(), type: stringType, span: context.span(node) }),
  NoSubstitutionTemplateLiteral: (node, context) => ({ kind: "literal", value: (node as unknown as { getLiteralText(): string }).getLiteralText(), type: stringType, span: context.span(node) }),
  NumericLiteral: (node, context) => {
    const value = Number(node.getText().replaceAll("_", ""));
    if (!Number.isSafeInteger(value)) return context.refuse(lowering["number-literal"]({ literal: node.getText() }, context.span(node)));
    return { kind: "literal", value, type: numberType, span: context.span(node) };
  },
  TrueKeyword: (node, context) => truth(true, context.span(node)),
  FalseKeyword: (node, context) => truth(false, context.span(node)),
  Identifier: (node, context) => lowerIdentifier(node, context),
  ParenthesizedExpression: (node, context) => lowerExpression((node as unknown as { getExpression(): Node }).getExpression(), context),
  SatisfiesExpression: (node, context) => lowerExpression((node as unknown as { getExpression(): Node }).getExpression(), context),
  PropertyAccessExpression: (node, context) => lowerPropertyAccess(node, context),
  ElementAccessExpression: lowerElementAccess,
  CallExpression: (node, context) => lowerCall(node, context),
  BinaryExpression: lowerBinary,
  PrefixUnaryExpression: lowerPrefix,
  ConditionalExpression: lowerConditional,
  TemplateExpression: lowerTemplate,
  ArrayLiteralExpression: lowerArray,
  ObjectLiteralExpression: lowerRecord,
  AsExpression: (node, context) => {
    const cast = node as unknown as { getExpression(): Node; getTypeNode(): Node | undefined };
    if (cast.getTypeNode()?.getText() === "const") return lowerExpression(cast.getExpression(), context);
    return context.refuse(lowering.cast({ syntax: quote(node) }, context.span(node)));
  },
};

type Refusal = (node: Node, context: LoweringContext) => ReturnType<(typeof lowering)[keyof typeof lowering]>;

/** Expressions with a refusal of their own; all others get `unsupported-syntax`. */
const refused: Partial<Record<SyntaxKind, Refusal>> = {
  [SyntaxKind.NullKeyword]: (node, context) => lowering["null-literal"]({}, context.span(node)),
  [SyntaxKind.NonNullExpression]: (node, context) => lowering.cast({ syntax: quote(node) }, context.span(node)),
  [SyntaxKind.TypeAssertionExpression]: (node, context) => lowering.cast({ syntax: quote(node) }, context.span(node)),
  [SyntaxKind.PostfixUnaryExpression]: (node, context) => lowering.mutation({ what: quote(node) }, context.span(node)),
  [SyntaxKind.DeleteExpression]: (node, context) => lowering.mutation({ what: quote(node) }, context.span(node)),
  [SyntaxKind.NewExpression]: (node, context) =>
    /^new Date\b/.test(node.getText()) ? lowering.impure({ what: quote(node) }, context.span(node)) : lowering["unsupported-syntax"]({ syntax: quote(node) }, context.span(node)),
};
