import type { Binder, Binding, Expression } from "./expressions.ts";

type Mapper = (child: Expression) => Expression;
type ChildTable = { readonly [Kind in Expression["kind"]]: (node: Extract<Expression, { kind: Kind }>, map: Mapper) => Extract<Expression, { kind: Kind }> };

/** The node with changed fields, or the node itself where nothing changed, so that trees are shared. */
function update<Node extends object>(node: Node, changes: Partial<Node>): Node {
  return Object.entries(changes).every(([name, value]) => node[name as keyof Node] === value) ? node : { ...node, ...changes };
}

function mapAll(list: readonly Expression[], map: Mapper): readonly Expression[] {
  const mapped = list.map(map);
  return mapped.every((item, index) => item === list[index]) ? list : mapped;
}

const leaf = <Node>(node: Node): Node => node;
const walked = <Node extends { readonly list: Expression; readonly body: Expression }>(node: Node, map: Mapper): Node =>
  update(node, { list: map(node.list), body: map(node.body) } as Partial<Node>);

/** The children of each kind of node. A constant is a leaf: its value is data, not code. */
const table: ChildTable = {
  literal: leaf,
  absent: leaf,
  variable: leaf,
  root: leaf,
  parameter: leaf,
  constant: leaf,
  member: (node, map) => update(node, { object: map(node.object) }),
  entry: (node, map) => update(node, { object: map(node.object), key: map(node.key) }),
  element: (node, map) => update(node, { list: map(node.list), index: map(node.index) }),
  record: (node, map) => {
    const fields = node.fields.map((field) => update(field, { value: map(field.value) }));
    return fields.every((field, index) => field === node.fields[index]) ? node : { ...node, fields };
  },
  list: (node, map) => update(node, { items: mapAll(node.items, map) }),
  concat: (node, map) => update(node, { lists: mapAll(node.lists, map) }),
  filter: walked,
  map: walked,
  "flat-map": walked,
  find: walked,
  some: walked,
  entries: (node, map) => update(node, { object: map(node.object) }),
  keys: (node, map) => update(node, { object: map(node.object) }),
  values: (node, map) => update(node, { object: map(node.object) }),
  includes: (node, map) => update(node, { list: map(node.list), item: map(node.item) }),
  length: (node, map) => update(node, { list: map(node.list) }),
  join: (node, map) => update(node, { list: map(node.list), separator: map(node.separator) }),
  equals: (node, map) => update(node, { left: map(node.left), right: map(node.right) }),
  compare: (node, map) => update(node, { left: map(node.left), right: map(node.right) }),
  arithmetic: (node, map) => update(node, { left: map(node.left), right: map(node.right) }),
  not: (node, map) => update(node, { operand: map(node.operand) }),
  and: (node, map) => update(node, { operands: mapAll(node.operands, map) }),
  or: (node, map) => update(node, { operands: mapAll(node.operands, map) }),
  present: (node, map) => update(node, { value: map(node.value) }),
  "type-test": (node, map) => update(node, { value: map(node.value) }),
  conditional: (node, map) => update(node, { test: map(node.test), then: map(node.then), otherwise: map(node.otherwise) }),
  coalesce: (node, map) => update(node, { value: map(node.value), fallback: map(node.fallback) }),
  let: (node, map) => update(node, { value: map(node.value), body: map(node.body) }),
  text: (node, map) => update(node, { parts: mapAll(node.parts, map) }),
  "text-test": (node, map) => update(node, { text: map(node.text), search: map(node.search) }),
  split: (node, map) => update(node, { text: map(node.text), separator: map(node.separator) }),
  matches: (node, map) => update(node, { text: map(node.text) }),
  intrinsic: (node, map) => update(node, { arguments: mapAll(node.arguments, map) }),
  call: (node, map) => update(node, { arguments: mapAll(node.arguments, map) }),
  lookup: (node, map) => (node.namespace === undefined ? node : update(node, { namespace: map(node.namespace) })),
};

/** The node with each direct child replaced; the node itself when no child changed. The body of a called function is no child. */
export function mapChildren(expression: Expression, map: Mapper): Expression {
  return (table[expression.kind] as (node: Expression, map: Mapper) => Expression)(expression, map);
}

/** The direct children, in the order in which they are evaluated. */
export function children(expression: Expression): readonly Expression[] {
  const found: Expression[] = [];
  mapChildren(expression, (child) => {
    found.push(child);
    return child;
  });
  return found;
}

/** Rebuilds a tree from the leaves up: `change` sees each node after its children. */
export function rewrite(expression: Expression, change: Mapper): Expression {
  return change(mapChildren(expression, (child) => rewrite(child, change)));
}

/** Calls `visit` for the node and everything under it, outside in. */
export function visit(expression: Expression, see: (node: Expression) => void): void {
  see(expression);
  for (const child of children(expression)) visit(child, see);
}

/** Whether the node or anything under it fulfils the test. */
export function contains(expression: Expression, test: (node: Expression) => boolean): boolean {
  return test(expression) || children(expression).some((child) => contains(child, test));
}

/** The bindings that a node makes for its body. */
export function bindingsOf(expression: Expression): readonly Binding[] {
  if (expression.kind === "let") return [expression.binding];
  return "binder" in expression ? bindingsOfBinder(expression.binder) : [];
}

/** The bindings of a walk: the element and, if asked, its index or key. */
export const bindingsOfBinder = (binder: Binder): readonly Binding[] => (binder.key === undefined ? [binder.value] : [binder.value, binder.key]);

/** The bindings that an expression reads from outside, each once, in the order of first use. */
export function freeVariables(expression: Expression): readonly Binding[] {
  const free = new Map<number, Binding>();
  const collect = (node: Expression, bound: ReadonlySet<number>): void => {
    if (node.kind === "variable" && !bound.has(node.binding.id)) free.set(node.binding.id, node.binding);
    const inner = new Set([...bound, ...bindingsOf(node).map((binding) => binding.id)]);
    const outside = node.kind === "let" ? node.value : "binder" in node ? node.list : undefined;
    for (const child of children(node)) collect(child, child === outside ? bound : inner);
  };
  collect(expression, new Set());
  return [...free.values()];
}

/** How often an expression reads a binding. */
export function usesOf(id: number, expression: Expression): number {
  let uses = 0;
  visit(expression, (node) => {
    if (node.kind === "variable" && node.binding.id === id) uses += 1;
  });
  return uses;
}

/**
 * Puts expressions in the place of variables, by binding id. What a guard says of the variable's presence at that place holds
 * for the expression there, too. Nothing may be captured: an expression that is put in must not read what the place around binds.
 */
export function substitute(expression: Expression, values: ReadonlyMap<number, Expression>): Expression {
  if (values.size === 0) return expression;
  return rewrite(expression, (node) => {
    const value = node.kind === "variable" ? values.get(node.binding.id) : undefined;
    if (value === undefined) return node;
    return value.type.optional && !node.type.optional ? { ...value, type: { ...value.type, optional: false } } : value;
  });
}

/** The same expression with new bindings in the place of all that it makes itself, for a second copy of it. */
export function freshen(expression: Expression, bind: (name: string, type: Binding["type"]) => Binding, renamed: ReadonlyMap<number, Binding> = new Map()): Expression {
  if (expression.kind === "variable") {
    const binding = renamed.get(expression.binding.id);
    return binding === undefined ? expression : { ...expression, binding };
  }
  const made = new Map(bindingsOf(expression).map((binding) => [binding.id, bind(binding.name, binding.type)]));
  const inner = new Map([...renamed, ...made]);
  const again = (binding: Binding): Binding => made.get(binding.id) ?? binding;
  const outside = expression.kind === "let" ? expression.value : "binder" in expression ? expression.list : undefined;
  const copy = mapChildren(expression, (child) => freshen(child, bind, child === outside ? renamed : inner));
  if (copy.kind === "let") return { ...copy, binding: again(copy.binding) };
  if (!("binder" in copy)) return copy;
  const { value, key } = copy.binder;
  return { ...copy, binder: { value: again(value), ...(key === undefined ? {} : { key: again(key) }) } };
}
