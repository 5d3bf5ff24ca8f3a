import type { CheckIr, Clause, Step } from "../../../src/ir/control.ts";
import { not } from "../../../src/ir/construct.ts";
import type { Expression, HelperFunction } from "../../../src/ir/expressions.ts";
import { mapClause } from "../../../src/ir/map-clause.ts";
import { expressionText } from "../../../src/ir/print.ts";
import { mapChildren, visit } from "../../../src/ir/walk.ts";

/** A check with one mistake in one of its clauses. */
export interface Mutant {
  readonly name: string;
  readonly check: CheckIr;
}

/** Every check that differs from one by a single mistake: an operator, a constant, a condition or a list. */
export function mutantsOf(check: CheckIr): Mutant[] {
  return check.clauses.flatMap((clause, at) => {
    const inClause = (name: string, changed: Clause): Mutant => ({ name: `clause ${at + 1}: ${name}`, check: { ...check, clauses: check.clauses.map((each, index) => (index === at ? changed : each)) } });
    const dropped = clause.steps.flatMap((step, index) => (step.kind === "when" ? [inClause(`${expressionText(step.condition)} is not asked`, { ...clause, steps: clause.steps.filter((_step, other) => other !== index) })] : []));
    const changed = nodesOf(clause).flatMap((node) => mistakesIn(node).map((by) => inClause(`${expressionText(node)} becomes ${expressionText(by)}`, replaced(clause, node, by))));
    return [...dropped, ...changed];
  });
}

/** Functions of the library that a test of their own holds to far more values than the cases of a control that calls them. */
const provenElsewhere: ReadonlySet<string> = new Set(["imageTag", "matchesGlob", "quantityInMilli"]);

const isProven = ({ module, name }: HelperFunction): boolean => module === "portcullis" && provenElsewhere.has(name);

/** All nodes of a clause that are evaluated, those in helper functions once. */
function nodesOf(clause: Clause): Expression[] {
  const nodes = new Set<Expression>();
  const functions = new Set<string>();
  const see = (expression: Expression): void =>
    visit(expression, (node) => {
      nodes.add(node);
      if (node.kind !== "call" || functions.has(node.function.id) || isProven(node.function)) return;
      functions.add(node.function.id);
      see(node.function.body);
    });
  for (const step of clause.steps) see(partOf(step));
  see(clause.message);
  return [...nodes];
}

const partOf = (step: Step): Expression => (step.kind === "each" ? step.list : step.kind === "let" ? step.value : step.condition);

function replaced(clause: Clause, node: Expression, by: Expression): Clause {
  const functions = new Map<string, HelperFunction>();
  const change = (expression: Expression): Expression => {
    if (expression === node) return by;
    const inner = mapChildren(expression, change);
    return inner.kind === "call" ? { ...inner, function: changedFunction(inner.function) } : inner;
  };
  const changedFunction = (helper: HelperFunction): HelperFunction => {
    const known = functions.get(helper.id);
    if (known !== undefined) return known;
    const changed = { ...helper, body: change(helper.body) };
    functions.set(helper.id, changed);
    return changed;
  };
  return mapClause(clause, change);
}

const without = <Item>(items: readonly Item[], index: number): readonly Item[] => items.filter((_item, other) => other !== index);

/** What an author, or a backend, may have written in a node's place by mistake. */
function mistakesIn(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "literal":
      if (typeof node.value === "boolean") return [{ ...node, value: !node.value }];
      return typeof node.value === "number" ? [{ ...node, value: node.value + 1 }, { ...node, value: node.value - 1 }] : [{ ...node, value: `${node.value}~` }, ...(node.value === "" ? [] : [{ ...node, value: node.value.slice(1) }])];
    case "constant": {
      const { value } = node;
      if (value.kind !== "list") return [];
      return value.items.map((_item, index) => ({ ...node, value: { ...value, items: without(value.items, index) } }));
    }
    case "and": case "or": return [{ ...node, kind: node.kind === "and" ? "or" : "and" }, ...node.operands.flatMap((_operand, index) => (node.operands.length > 1 ? [{ ...node, operands: without(node.operands, index) }] : []))];
    case "not": return [node.operand];
    case "equals": case "present": case "some": case "type-test": case "includes": case "matches": return [not(node)];
    case "compare": return (["<", "<=", ">", ">="] as const).filter((operator) => operator !== node.operator).map((operator) => ({ ...node, operator }));
    case "text-test": return [not(node), ...(["starts-with", "ends-with", "contains"] as const).filter((operator) => operator !== node.operator).map((operator) => ({ ...node, operator }))];
    case "arithmetic": return [{ ...node, operator: node.operator === "+" ? "-" : "+" }];
    case "coalesce": return [node.fallback];
    case "conditional": return [node.then, node.otherwise].map((each) => ({ ...each, type: node.type }));
    case "concat": return node.lists.map((_list, index) => ({ ...node, lists: without(node.lists, index) }));
    case "list": return node.items.map((_item, index) => ({ ...node, items: without(node.items, index) }));
    case "filter": return [node.list];
    default: return [];
  }
}
