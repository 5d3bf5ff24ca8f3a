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
      return (run) => ({
        values: items.flatMap(({ code, forgotten }) => {
          const value = code(run);
          return value === undefined || faulty(run, forgotten) ? [] : [value];
        }),
      });
    }
    case "concat": {
      const parts = list.lists.map((part) => ({ code: compiler.value(part), forgotten: compiler.oblige(part, `${expressionText(part)} is looked at`) }));
      const added = addedLists(list).map((part) => ({ code: compiler.value(part), looked: compiler.oblige(part, `${expressionText(part)} is not looked at`, { tier: "value" }) }));
      return (run) => {
        const values = parts.flatMap(({ code, forgotten }) => {
          const found = (code(run) ?? []) as readonly unknown[];
          return found.length > 0 && faulty(run, forgotten) ? [] : found;
        });
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
        const kept = [...values.keys()].filter((index) => {
          bind(run, values[index], keys?.[index] ?? index);
          return body(run) === true;
        });
        return { values: kept.map((index) => values[index]), ...(keys === undefined ? {} : { keys: kept.map((index) => keys[index] ?? "") }) };
      };
    }
    case "map": case "flat-map": {
      const [walk, bind, body] = [compiler.walk(list.list), compiler.bind(list.binder), compiler.value(list.body)];
      return (run) => {
        const { values, keys } = walk(run);
        return {
          values: values.flatMap((value, index) => {
            bind(run, value, keys?.[index] ?? index);
            const made = body(run);
            return list.kind === "flat-map" ? ((made ?? []) as readonly unknown[]) : made === undefined ? [] : [made];
          }),
        };
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
