import { variable } from "../../ir/construct.ts";
import type { Binder, Binding, Expression, Filter } from "../../ir/expressions.ts";
import { substitute } from "../../ir/walk.ts";

/** Whether a list is the entries of a map, filtered or not: its keys are those of the map, not positions. */
const walksEntries = (node: Expression): boolean => node.kind === "entries" || (node.kind === "filter" && walksEntries(node.list));

/**
 * A walk over a filtered list as a walk over the list itself, with the filter as a condition on its element. Undefined where the
 * walk counts positions, which the filter changes.
 */
export function mergedFilter({ list, binder: own, body, span }: Filter, binder: Binder): { readonly binder: Binder; readonly condition: Expression } | undefined {
  if (binder.key !== undefined && !walksEntries(list)) return undefined;
  const key: Binding | undefined = binder.key ?? own.key;
  const values = new Map<number, Expression>([[own.value.id, variable(binder.value, span)]]);
  if (own.key !== undefined && key !== undefined) values.set(own.key.id, variable(key, span));
  return { binder: { value: binder.value, ...(key === undefined ? {} : { key }) }, condition: substitute(body, values) };
}
