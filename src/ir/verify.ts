import { type CheckIr, type Clause, judgesPods } from "./control.ts";
import type { Binding, Expression, RootName } from "./expressions.ts";
import type { Shape } from "./types.ts";
import { bindingsOf, bindingsOfBinder, children, freeVariables } from "./walk.ts";

/** Demands on the operands of a kind of node, by the names of its fields. A list may be absent: it has no elements then. */
const operands: { readonly [Kind in Expression["kind"]]?: Readonly<Record<string, Shape>> } = {
  element: { list: "list", index: "number" },
  filter: { list: "list", body: "boolean" },
  map: { list: "list" },
  "flat-map": { list: "list", body: "list" },
  find: { list: "list", body: "boolean" },
  some: { list: "list", body: "boolean" },
  length: { list: "list" },
  join: { list: "list", separator: "string" },
  includes: { list: "list" },
  compare: { left: "number", right: "number" },
  arithmetic: { left: "number", right: "number" },
  not: { operand: "boolean" },
  conditional: { test: "boolean" },
  entries: { object: "object" },
  keys: { object: "object" },
  values: { object: "object" },
  member: { object: "object" },
  entry: { object: "object", key: "string" },
  "text-test": { text: "string", search: "string" },
  split: { text: "string", separator: "string" },
  matches: { text: "string" },
};

const nodeWithField = (node: Expression, field: string): Expression => (node as unknown as Readonly<Record<string, Expression>>)[field] as Expression;

/**
 * The ways in which a check is not well formed: variables that nothing binds or that are bound again where they hold, operands
 * of the wrong type, calls with the wrong number of arguments, roots that the control is not given. Empty for what lowering
 * makes of an accepted control, and after each pass.
 */
export function verifyCheck(check: CheckIr): string[] {
  const problems: string[] = [];
  const functions = new Set<string>();
  const roots = new Set<RootName>();
  let place = "";
  const report = (problem: string): void => void problems.push(`${place}: ${problem}`);

  const verify = (node: Expression, bound: ReadonlySet<number>): void => {
    if (node.kind === "variable" && !bound.has(node.binding.id)) report(`nothing binds ${node.binding.name}`);
    if (node.kind === "root") roots.add(node.name);
    for (const [field, shape] of Object.entries(operands[node.kind] ?? {})) expectShape(nodeWithField(node, field), shape, `${field} of ${node.kind}`);
    if (node.kind === "and" || node.kind === "or") for (const operand of node.operands) expectShape(operand, "boolean", `operand of ${node.kind}`);
    if (node.kind === "constant" && !isData(node.value)) report(`the constant ${node.name} is no data`);
    if (node.kind === "call") verifyCall(node);
    const own = bindingsOf(node);
    for (const binding of own) if (bound.has(binding.id)) report(`${binding.name} is bound again where it holds`);
    const inner = new Set([...bound, ...own.map(({ id }) => id)]);
    const outside = node.kind === "let" ? node.value : "binder" in node ? node.list : undefined;
    for (const child of children(node)) verify(child, child === outside ? bound : inner);
  };

  const expectShape = (node: Expression, shape: Shape, what: string): void => {
    if (node.kind !== "absent" && !node.type.shapes.includes(shape)) report(`the ${what} is ${node.type.shapes.join(" or ") || "never present"}, not ${shape}`);
  };

  const verifyCall = (node: Extract<Expression, { kind: "call" }>): void => {
    const { id, name, parameters, body } = node.function;
    if (node.arguments.length !== parameters.length) report(`${name} is called with ${node.arguments.length} arguments, not ${parameters.length}`);
    if (functions.has(id)) return;
    functions.add(id);
    const outer = place;
    place = `function ${name}`;
    for (const binding of freeVariables(body)) if (!parameters.some((parameter) => parameter.id === binding.id)) report(`nothing binds ${binding.name}`);
    verify(body, new Set(parameters.map((parameter) => parameter.id)));
    place = outer;
  };

  for (const [index, clause] of check.clauses.entries()) {
    place = `clause ${index + 1}`;
    verifyClause(clause, verify, expectShape, report);
  }
  place = "control";
  const capabilities = new Set<string>(check.capabilities.map(({ name }) => name));
  for (const root of roots) {
    if (root === "component" && check.match.component === undefined) report("reads the component of objects that say none");
    if (root === "pod" && !judgesPods(check.match)) report("reads the pod of objects that hold none");
    if (root !== "object" && root !== "pod" && root !== "component" && root !== "kubernetesMinor" && !capabilities.has(root)) report(`does not say that it needs ${root}`);
  }
  return [...new Set(problems)];
}

function verifyClause(
  clause: Clause,
  verify: (node: Expression, bound: ReadonlySet<number>) => void,
  expectShape: (node: Expression, shape: Shape, what: string) => void,
  report: (problem: string) => void,
): void {
  let bound: ReadonlySet<number> = new Set();
  const bind = (bindings: readonly Binding[]): void => {
    for (const { id, name } of bindings) if (bound.has(id)) report(`${name} is bound twice`);
    bound = new Set([...bound, ...bindings.map(({ id }) => id)]);
  };
  for (const step of clause.steps) {
    if (step.kind === "when") {
      verify(step.condition, bound);
      expectShape(step.condition, "boolean", "condition");
    } else if (step.kind === "let") {
      verify(step.value, bound);
      bind([step.binding]);
    } else {
      verify(step.list, bound);
      expectShape(step.list, "list", "walked list");
      bind(bindingsOfBinder(step.binder));
    }
  }
  verify(clause.anchor, bound);
  expectShape(clause.message, "string", "message");
  for (const part of [clause.message, ...clause.path]) if (typeof part !== "string") verify(part, bound);
}

function isData(value: Expression): boolean {
  if (value.kind === "literal") return true;
  if (value.kind === "constant") return isData(value.value);
  if (value.kind === "record") return value.fields.every((field) => isData(field.value));
  return (value.kind === "list" && value.items.every(isData)) || (value.kind === "concat" && value.lists.every(isData));
}
