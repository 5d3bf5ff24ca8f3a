import { type ArrowFunction, type CallExpression, type FunctionExpression, type MethodDeclaration, Node, type Statement, SyntaxKind } from "ts-morph";
import type { Clause, Step } from "../ir/control.ts";
import type { Expression } from "../ir/expressions.ts";
import { objectType, stringType } from "../ir/types.ts";
import { and, not, or, truth } from "./build.ts";
import { type LoweringContext, quote } from "./context.ts";
import { lowering } from "./diagnostics.ts";
import { contextMember, symbolOf } from "./lower-name.ts";
import { lowerDeclarations, lowerWalk } from "./lower-returning.ts";
import { refuseStatement } from "./lower-statement.ts";
import { isPartOfComponent, isPartOfObject } from "./provenance.ts";

export type CheckFunction = ArrowFunction | MethodDeclaration | FunctionExpression;

/** Lowers a check to its clauses: for each deny() the walks, consts and conditions on the way to it. */
export function lowerCheck(check: CheckFunction, findings: readonly string[], context: LoweringContext): Clause[] {
  bindContext(check, context);
  const clauses: Clause[] = [];
  const body = check.getBody();
  const statements = Node.isBlock(body) ? body.getStatements() : [];
  if (!Node.isBlock(body) && body !== undefined) context.report(lowering["unsupported-syntax"]({ syntax: quote(body) }, context.span(body)));
  new CheckLowering(context, findings, clauses).block(statements, [], false);
  return clauses;
}

/** Gives the members of the context that a check or a condition takes apart their meaning. */
export function bindContext(check: CheckFunction, context: LoweringContext): void {
  const parameter = check.getParameters()[0]?.getNameNode();
  if (parameter === undefined) return;
  if (Node.isIdentifier(parameter)) return context.define(parameter.getSymbol(), { kind: "context" });
  if (!Node.isObjectBindingPattern(parameter)) return;
  for (const element of parameter.getElements()) {
    const member = element.getPropertyNameNode()?.getText() ?? element.getName();
    const name = element.getNameNode();
    if (!Node.isIdentifier(name) || element.getInitializer() !== undefined || element.getDotDotDotToken() !== undefined) {
      context.report(lowering["unsupported-syntax"]({ syntax: quote(element) }, context.span(element)));
      continue;
    }
    context.define(name.getSymbol(), contextMember(member, element, context));
  }
}

class CheckLowering {
  readonly #context: LoweringContext;
  readonly #findings: readonly string[];
  readonly #clauses: Clause[];

  constructor(context: LoweringContext, findings: readonly string[], clauses: Clause[]) {
    this.#context = context;
    this.#findings = findings;
    this.#clauses = clauses;
  }

  /** Lowers statements that run when `steps` hold. */
  block(statements: readonly Statement[], before: readonly Step[], inLoop: boolean): void {
    const context = this.#context;
    let steps = before;
    for (const statement of statements) {
      const span = context.span(statement);
      if (Node.isBlock(statement)) {
        this.block(statement.getStatements(), steps, inLoop);
        steps = this.#withoutExits(statement, steps, inLoop);
      } else if (Node.isVariableStatement(statement)) {
        steps = [...steps, ...lowerDeclarations(statement, context).map(({ binding, value }): Step => ({ kind: "let", binding, value, span }))];
      } else if (Node.isIfStatement(statement)) {
        const condition = context.condition(statement.getExpression());
        const otherwise = statement.getElseStatement();
        this.block([statement.getThenStatement()], [...steps, { kind: "when", condition, span: condition.span }], inLoop);
        if (otherwise !== undefined) this.block([otherwise], [...steps, { kind: "when", condition: not(condition), span: condition.span }], inLoop);
        steps = this.#withoutExits(statement, steps, inLoop);
      } else if (Node.isForOfStatement(statement)) {
        const walk = lowerWalk(statement, context);
        if (walk !== undefined) this.block([statement.getStatement()], [...steps, { kind: "each", ...walk, span }], true);
      } else if (Node.isReturnStatement(statement) || Node.isContinueStatement(statement)) {
        if (Node.isReturnStatement(statement) && inLoop) context.report(lowering["early-exit"]({ keyword: "return" }, span));
        return;
      } else if (Node.isExpressionStatement(statement) && this.#isDeny(statement.getExpression())) {
        this.#deny(statement.getExpression() as CallExpression, steps);
      } else if (!Node.isEmptyStatement(statement) && !Node.isFunctionDeclaration(statement)) {
        refuseStatement(statement, context);
      }
    }
  }

  /** What comes after a statement runs only where the statement did not leave by `continue` or `return`. */
  #withoutExits(statement: Statement, steps: readonly Step[], inLoop: boolean): readonly Step[] {
    const exit = this.#exitCondition([statement], inLoop);
    return exit.kind === "literal" && exit.value === false ? steps : [...steps, { kind: "when", condition: not(exit), span: exit.span }];
  }

  #exitCondition(statements: readonly Statement[], inLoop: boolean): Expression {
    const context = this.#context;
    const [statement, ...rest] = statements;
    if (statement === undefined) return truth(false, { file: "", start: 0, end: 0 });
    const span = context.span(statement);
    if (Node.isContinueStatement(statement) || Node.isReturnStatement(statement)) return truth(true, span);
    if (!statements.some(hasExit)) return truth(false, span);
    const after = () => this.#exitCondition(rest, inLoop);
    if (Node.isBlock(statement)) return or([this.#exitCondition(statement.getStatements(), inLoop), after()], span);
    if (Node.isVariableStatement(statement)) {
      const lets = lowerDeclarations(statement, context);
      return lets.reduceRight<Expression>((body, { binding, value }) => ({ kind: "let", binding, value, body, type: body.type, span }), after());
    }
    if (!Node.isIfStatement(statement)) return after();
    const condition = context.condition(statement.getExpression());
    const otherwise = statement.getElseStatement();
    const then = and([condition, this.#exitCondition([statement.getThenStatement()], inLoop)], span);
    const other = otherwise === undefined ? truth(false, span) : and([not(condition), this.#exitCondition([otherwise], inLoop)], span);
    return or([then, other, after()], span);
  }

  #isDeny(expression: Node): boolean {
    if (!Node.isCallExpression(expression)) return false;
    const callee = expression.getExpression();
    if (Node.isIdentifier(callee)) return this.#context.meaning(symbolOf(callee))?.kind === "deny";
    return Node.isPropertyAccessExpression(callee) && callee.getName() === "deny" && this.#context.meaning(symbolOf(callee.getExpression()))?.kind === "context";
  }

  #deny(call: CallExpression, steps: readonly Step[]): void {
    const context = this.#context;
    const span = context.span(call);
    const [anchorNode, pathNode, messageNode, findingNode] = call.getArguments();
    if (anchorNode === undefined || pathNode === undefined || messageNode === undefined || (this.#findings.length > 0 && findingNode === undefined)) {
      context.report(lowering["deny-arguments"]({ finding: this.#findings.length > 0 ? ", and the letter of a finding" : "", example: "${container.name}" }, span));
      return;
    }
    const anchor = context.expression(anchorNode);
    const isFlag = isPartOfComponent(anchor, context.session.origins) && flagTypes.has(anchorNode.getType().getNonNullableType().getSymbol()?.getName() ?? "");
    if (!isFlag && !isPartOfObject(anchor, context.session.origins)) context.report(lowering["anchor-not-in-object"]({ expression: quote(anchorNode) }, context.span(anchorNode)));
    const path = this.#path(pathNode);
    const message = context.expression(messageNode);
    const finding = findingNode === undefined ? undefined : Node.isStringLiteral(findingNode) ? findingNode.getLiteralText() : null;
    if (finding === null || (finding !== undefined && !this.#findings.includes(finding))) {
      context.report(lowering["deny-finding"]({}, context.span(findingNode ?? call)));
      return;
    }
    if (isFlag && path !== undefined && path.length > 0) context.report(lowering["flag-path"]({ expression: quote(anchorNode) }, context.span(pathNode)));
    const where = isFlag ? placedAt(anchor) : path === undefined ? undefined : { anchor, path };
    if (where !== undefined) this.#clauses.push({ steps, ...where, message, ...(finding === undefined ? {} : { finding }), span });
  }

  #path(node: Node): (string | Expression)[] | undefined {
    const context = this.#context;
    if (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node)) {
      const text = node.getLiteralText();
      return text === "" ? [] : text.split(".");
    }
    if (Node.isArrayLiteralExpression(node) && !node.getElements().some((element) => Node.isSpreadElement(element))) {
      return node.getElements().map((element) => (Node.isStringLiteral(element) || Node.isNoSubstitutionTemplateLiteral(element) ? element.getLiteralText() : context.expression(element)));
    }
    context.report(lowering["deny-path"]({}, context.span(node)));
    return undefined;
  }
}

/** What knows the path of the argument that it was read from. */
const flagTypes: ReadonlySet<string> = new Set(["Component", "Flag", "FlagItem"]);

function placedAt(flag: Expression): Pick<Clause, "anchor" | "path" | "placed"> {
  const { span } = flag;
  return { anchor: { kind: "root", name: "object", type: objectType, span }, path: [{ kind: "member", object: flag, name: "at", type: stringType, span }], placed: true };
}

/** Whether a statement may leave the check or the current step of its loop; exits of loops inside it are their own. */
function hasExit(statement: Node): boolean {
  if (Node.isReturnStatement(statement) || Node.isContinueStatement(statement)) return true;
  if (Node.isForOfStatement(statement)) return false;
  if (Node.isIfStatement(statement)) {
    const otherwise = statement.getElseStatement();
    return hasExit(statement.getThenStatement()) || (otherwise !== undefined && hasExit(otherwise));
  }
  return statement.getKind() === SyntaxKind.Block && (statement as unknown as { getStatements(): Node[] }).getStatements().some(hasExit);
}
