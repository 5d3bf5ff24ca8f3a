import type { CheckIr, Clause, Step } from "./control.ts";
import type { Binding, Expression, HelperFunction } from "./expressions.ts";
import { bindingsOfBinder, visit } from "./walk.ts";

/**
 * A check as text for people: one clause after the other, helper functions and constants behind them. Stable: variables are
 * told apart by their order, not by their ids.
 */
export function printCheck(check: CheckIr): string {
  const names = new Names();
  const clauses = check.clauses.map((clause, index) => printClause(clause, index, names));
  const { functions, constants } = referred(check);
  const sections = [
    `control ${check.id}`,
    [`match ${check.match.form}${check.match.component === undefined ? "" : ` ${check.match.component}`}`, ...check.match.kinds.map(({ apiVersion, kind }) => `  ${apiVersion} ${kind}`)].join("\n"),
    ...(check.capabilities.length === 0 ? [] : [`needs ${check.capabilities.map(({ name }) => name).join(", ")}`]),
    ...clauses,
    ...functions.map((helper) => printFunction(helper, names)),
    ...constants.map(([name, value]) => `constant ${name} = ${printExpression(value, names)}`),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** Names of variables: the author's, with a number where two share one. */
class Names {
  readonly #byId = new Map<number, string>();
  readonly #counts = new Map<string, number>();

  of(binding: Binding): string {
    const known = this.#byId.get(binding.id);
    if (known !== undefined) return known;
    const count = (this.#counts.get(binding.name) ?? 0) + 1;
    this.#counts.set(binding.name, count);
    const name = count === 1 ? binding.name : `${binding.name}#${count}`;
    this.#byId.set(binding.id, name);
    return name;
  }
}

/** The functions and constants that a check refers to, at any depth, in the order of first use. */
function referred(check: CheckIr): { readonly functions: readonly HelperFunction[]; readonly constants: readonly (readonly [string, Expression])[] } {
  const functions = new Map<string, HelperFunction>();
  const constants = new Map<string, Expression>();
  const search = (expression: Expression): void =>
    visit(expression, (node) => {
      if (node.kind === "constant") constants.set(node.name, node.value);
      if (node.kind !== "call" || functions.has(node.function.id)) return;
      functions.set(node.function.id, node.function);
      search(node.function.body);
    });
  for (const clause of check.clauses) {
    for (const step of clause.steps) search(step.kind === "each" ? step.list : step.kind === "let" ? step.value : step.condition);
    for (const part of [clause.anchor, ...clause.path, clause.message]) if (typeof part !== "string") search(part);
  }
  return { functions: [...functions.values()], constants: [...constants] };
}

function printClause(clause: Clause, index: number, names: Names): string {
  const lines = clause.steps.map((step) => printStep(step, names));
  const path = clause.path.map((segment) => (typeof segment === "string" ? (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`) : `[${printExpression(segment, names)}]`));
  lines.push(`deny ${printExpression(clause.anchor, names)} at ${path.join("") === "" ? "itself" : path.join("")}`, `message ${printExpression(clause.message, names)}`);
  return [`clause ${index + 1}${clause.finding === undefined ? "" : ` (${clause.finding})`}`, ...lines.map((line) => `  ${line}`)].join("\n");
}

function printStep(step: Step, names: Names): string {
  switch (step.kind) {
    case "each": {
      const list = printExpression(step.list, names);
      return `each ${bindingsOfBinder(step.binder).map((binding) => names.of(binding)).join(", ")} in ${list}`;
    }
    case "let": {
      const value = printExpression(step.value, names);
      return `let ${names.of(step.binding)} = ${value}`;
    }
    case "when":
      return `when ${printExpression(step.condition, names)}`;
  }
}

function printFunction(helper: HelperFunction, names: Names): string {
  const head = `function ${helper.name}(${helper.parameters.map((parameter) => names.of(parameter)).join(", ")})${helper.module === "portcullis" ? " of the library" : ""}`;
  return `${head}\n  = ${printExpression(helper.body, names)}`;
}

type Print<Kind extends Expression["kind"]> = (node: Extract<Expression, { kind: Kind }>, print: (child: Expression) => string, names: Names) => string;

/** Operators need no brackets inside lists and calls, but between each other. */
const infix: ReadonlySet<Expression["kind"]> = new Set(["equals", "compare", "arithmetic", "and", "or", "conditional", "coalesce", "let"]);

/** An expression by itself in the notation of the printed IR. */
export const expressionText = (expression: Expression): string => printExpression(expression, new Names());

/** An expression in the notation of the printed IR. */
function printExpression(expression: Expression, names: Names): string {
  const print = (child: Expression): string => printExpression(child, names);
  return (table[expression.kind] as Print<Expression["kind"]>)(expression as never, print, names);
}

const operand = (child: Expression, print: (child: Expression) => string): string => (infix.has(child.kind) ? `(${print(child)})` : print(child));

const between =
  <Kind extends Expression["kind"]>(word: string, sides: (node: Extract<Expression, { kind: Kind }>) => readonly Expression[]): Print<Kind> =>
  (node, print) =>
    sides(node).map((side) => operand(side, print)).join(` ${word} `);

type Walk = Extract<Expression, { kind: "filter" | "map" | "flat-map" | "find" | "some" }>;

const walked =
  (word: string) =>
  (node: Walk, print: (child: Expression) => string, names: Names): string => {
    const list = print(node.list);
    return `${word}(${list}, ${bindingsOfBinder(node.binder).map((binding) => names.of(binding)).join(" ")} => ${print(node.body)})`;
  };

const applied =
  <Kind extends Expression["kind"]>(word: string, parts: (node: Extract<Expression, { kind: Kind }>) => readonly Expression[]): Print<Kind> =>
  (node, print) =>
    `${word}(${parts(node).map(print).join(", ")})`;

const table: { readonly [Kind in Expression["kind"]]: Print<Kind> } = {
  literal: (node) => JSON.stringify(node.value),
  absent: () => "absent",
  variable: (node, _print, names) => names.of(node.binding),
  root: (node) => node.name,
  parameter: (node) => `parameters.${node.name}`,
  constant: (node) => node.name,
  member: (node, print) => `${operand(node.object, print)}.${node.name}`,
  entry: (node, print) => `${operand(node.object, print)}[${print(node.key)}]`,
  element: (node, print) => `${operand(node.list, print)}[${print(node.index)}]`,
  record: (node, print) => `{ ${node.fields.map(({ name, value }) => `${name}: ${print(value)}`).join(", ")} }`,
  list: (node, print) => `[${node.items.map(print).join(", ")}]`,
  concat: (node, print) => `[${node.lists.map((list) => `...${operand(list, print)}`).join(", ")}]`,
  filter: walked("filter"),
  map: walked("map"),
  "flat-map": walked("flat-map"),
  find: walked("find"),
  some: walked("some"),
  entries: applied("entries", (node) => [node.object]),
  keys: applied("keys", (node) => [node.object]),
  values: applied("values", (node) => [node.object]),
  includes: (node, print) => `${operand(node.item, print)} in ${operand(node.list, print)}`,
  length: applied("length", (node) => [node.list]),
  join: applied("join", (node) => [node.list, node.separator]),
  equals: between("==", (node) => [node.left, node.right]),
  compare: (node, print) => `${operand(node.left, print)} ${node.operator} ${operand(node.right, print)}`,
  arithmetic: (node, print) => `${operand(node.left, print)} ${node.operator} ${operand(node.right, print)}`,
  not: (node, print) => `not ${node.operand.kind === "includes" ? `(${print(node.operand)})` : operand(node.operand, print)}`,
  and: between("and", (node) => node.operands),
  or: between("or", (node) => node.operands),
  present: applied("present", (node) => [node.value]),
  "type-test": (node, print) => `is-${node.tested}(${print(node.value)})`,
  conditional: (node, print) => `${operand(node.test, print)} ? ${operand(node.then, print)} : ${operand(node.otherwise, print)}`,
  coalesce: (node, print) => `${operand(node.value, print)} ?? ${operand(node.fallback, print)}`,
  let: (node, print, names) => {
    const value = operand(node.value, print);
    return `let ${names.of(node.binding)} = ${value} in ${print(node.body)}`;
  },
  text: (node, print) => `text(${node.parts.map(print).join(", ")})`,
  "text-test": (node, print) => `${node.operator}(${print(node.text)}, ${print(node.search)})`,
  split: applied("split", (node) => [node.text, node.separator]),
  matches: (node, print) => `matches(${print(node.text)}, ${JSON.stringify(node.pattern)})`,
  intrinsic: (node, print) => `${node.name}(${node.arguments.map(print).join(", ")})`,
  call: (node, print) => `${node.function.name}(${node.arguments.map(print).join(", ")})`,
  lookup: (node, print) => `lookup(${JSON.stringify(node.kindName)}${node.namespace === undefined ? "" : `, ${print(node.namespace)}`})`,
};
