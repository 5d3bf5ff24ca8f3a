import type { Filter, HookValue } from "./filters.ts";
import type { Hook } from "./hooks.ts";
import { bytesOf, limits } from "./limits.ts";
import type { Scope, Selector } from "./selectors.ts";

/** A hook of a policy: what is read there, and when it fires. */
export interface PackedHook {
  readonly hook: Hook;
  readonly values: readonly HookValue[];
  readonly selectors: readonly (readonly Filter[])[];
}

/** A policy: for whom, with which hooks. */
export interface PackedPolicy {
  readonly scope: Scope;
  readonly hooks: readonly PackedHook[];
}

/** Whether a selector is within the limits by itself. */
export const fits = (filters: readonly Filter[]): boolean => valuesOf([filters]).length <= limits.values && filters.filter(({ on }) => on === "value").length <= limits.values && bytesOf([filters]) <= limits.bytes;

/** As few policies as the limits allow. A policy hooks a function once, since Tetragon refuses it twice where it sets many hooks by one call. */
export function packed(selectors: readonly Selector[]): readonly PackedPolicy[] {
  const policies: PackedPolicy[] = [];
  for (const selector of selectors) {
    const index = policies.findIndex((policy) => added(policy, selector) !== undefined);
    const policy = policies[index];
    const larger = policy === undefined ? undefined : added(policy, selector);
    if (larger === undefined) policies.push({ scope: selector.scope, hooks: [hookOf(selector.hook, [selector.filters])] });
    else policies[index] = larger;
  }
  return policies;
}

/** A policy with one selector more; undefined where it has no room for it. */
function added(policy: PackedPolicy, { filters, hook, scope }: Selector): PackedPolicy | undefined {
  if (JSON.stringify(policy.scope) !== JSON.stringify(scope)) return undefined;
  const own = policy.hooks.find((each) => each.hook === hook);
  if (own === undefined) return { ...policy, hooks: [...policy.hooks, hookOf(hook, [filters])] };
  const selectors = [...own.selectors, filters];
  const returns = (each: readonly Filter[]): string => JSON.stringify(each.filter(({ on }) => on === "return"));
  const isRoom = selectors.length <= limits.selectors && bytesOf(selectors) <= limits.bytes && valuesOf(selectors).length <= limits.values && own.selectors.every((each) => returns(each) === returns(filters));
  return isRoom ? { ...policy, hooks: policy.hooks.map((each) => (each === own ? hookOf(hook, selectors) : each)) } : undefined;
}

/** What is compared, and as much of what events shall tell as there is room for. */
function hookOf(hook: Hook, selectors: readonly (readonly Filter[])[]): PackedHook {
  const compared = valuesOf(selectors);
  const told = hook.tells.filter((value) => !compared.some((other) => isSame(other, value))).slice(0, limits.values - compared.length);
  const values = [...told, ...compared];
  const rank = (value: HookValue): number => (hook.tells.findIndex((other) => isSame(other, value)) + 1 || 100) + (value.index === undefined ? 1000 : 0);
  return { hook, values: values.toSorted((left, right) => rank(left) - rank(right)), selectors };
}

export const isSame = (left: HookValue, right: HookValue): boolean => left.index === right.index && left.resolve === right.resolve && left.type === right.type;

function valuesOf(selectors: readonly (readonly Filter[])[]): readonly HookValue[] {
  const values: HookValue[] = [];
  for (const filter of selectors.flat()) if (filter.on === "value" && !values.some((other) => isSame(other, filter.value))) values.push(filter.value);
  return values;
}
