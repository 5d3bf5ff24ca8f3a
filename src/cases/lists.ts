import type { Expression } from "../ir/expressions.ts";
import { expressionText } from "../ir/print.ts";
import type { Compiler, WalkCode } from "./compiler.ts";
import { faulty } from "./conditions.ts";
import { addedLists } from "./container-lists.ts";
import { isObject } from "./request.ts";

/** The elements of a list, by how it is made. */
export function elementsOf(list: Expression, compiler: Compiler): WalkCode {
  switch (list.kind) {
    case "entries": case "keys": case "values": {
      const object = compiler.value(list.object);
      return (run) => {
        const map = object(run);
        const keys = isObject(map) ? Object.keys(map) : [];
        return list.kind === "keys" ? { values: keys } : { keys, values: keys.map((key) => (map as Readonly<Record<string, unknown>>)[key]) };
      };
    }
    case "list": {
      const items = list.items.map((item) => ({ code: compiler.value(item), forgotten: compiler.oblige(item, `${expressionText(item)} is looked at`) }));
      return (run) => {
        const values: unknown[] = [];
        for (const { code, forgotten } of items) {
          const value = code(run);
          if (value !== undefined && !faulty(run, forgotten)) values.push(value);
        }
        return { values };
      };
    }
    case "concat": {
      const parts = list.lists.map((part) => ({ code: compiler.value(part), forgotten: compiler.oblige(part, `${expressionText(part)} is looked at`) }));
      const added = addedLists(list).map((part) => ({ code: compiler.value(part), looked: compiler.oblige(part, `${expressionText(part)} is not looked at`, { tier: "value" }) }));
      return (run) => {
        const values: unknown[] = [];
        for (const { code, forgotten } of parts) {
          const found = (code(run) ?? []) as readonly unknown[];
          if (found.length > 0 && !faulty(run, forgotten)) for (const value of found) values.push(value);
        }
        for (const { code, looked } of added) {
          const others = code(run);
          if (Array.isArray(others) && others.length > 0 && faulty(run, looked)) values.push(...(others as readonly unknown[]));
        }
        return { values };
      };
    }
    case "constant": return list.value.kind === "list" ? elementsOf(list.value, compiler) : () => ({ values: [] });
    case "filter": {
      const [walk, bind, body] = [compiler.walk(list.list), compiler.bind(list.binder), compiler.condition(list.body)];
      return (run) => {
        const { values, keys } = walk(run);
        const kept: unknown[] = [];
        const keptKeys: string[] = [];
        for (const [index, value] of values.entries()) {
          bind(run, value, keys?.[index] ?? index);
          if (body(run) !== true) continue;
          kept.push(value);
          if (keys !== undefined) keptKeys.push(keys[index] ?? "");
        }
        return keys === undefined ? { values: kept } : { values: kept, keys: keptKeys };
      };
    }
    case "map": case "flat-map": {
      const [walk, bind, body] = [compiler.walk(list.list), compiler.bind(list.binder), compiler.value(list.body)];
      return (run) => {
        const { values, keys } = walk(run);
        const made: unknown[] = [];
        for (const [index, value] of values.entries()) {
          bind(run, value, keys?.[index] ?? index);
          const result = body(run);
          if (result === undefined) continue;
          if (list.kind === "flat-map") for (const each of result as readonly unknown[]) made.push(each);
          else made.push(result);
        }
        return { values: made };
      };
    }
    default: {
      const code = compiler.value(list);
      return (run) => {
        const found = code(run);
        return { values: Array.isArray(found) ? (found as readonly unknown[]) : [] };
      };
    }
  }
}
