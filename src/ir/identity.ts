import type { Expression } from "./expressions.ts";

/**
 * A text that two expressions share exactly when they mean the same: spans and the author's spelling of variables are left out,
 * and variables that the expression binds itself are counted in order.
 */
export function keyOf(expression: Expression): string {
  const own = new Map<number, number>();
  let bindings = 0;
  const write = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(write);
    if (typeof value !== "object" || value === null) return value;
    if ("id" in value && "parameters" in value) return (value as { id: string }).id;
    if ("id" in value && "name" in value) {
      const { id } = value as { id: number };
      return own.has(id) ? `own ${own.get(id)}` : `outer ${id}`;
    }
    const node = value as Readonly<Record<string, unknown>>;
    const binder = node["binder"] as { value: { id: number }; key?: { id: number } } | undefined;
    const bound = binder === undefined ? (node["binding"] !== undefined && node["kind"] === "let" ? [node["binding"] as { id: number }] : []) : [binder.value, ...(binder.key === undefined ? [] : [binder.key])];
    for (const { id } of bound) own.set(id, bindings++);
    return Object.fromEntries(Object.entries(node).filter(([name]) => name !== "span" && name !== "type" && name !== "source").map(([name, part]) => [name, write(part)]));
  };
  return JSON.stringify(write(expression));
}

/** Whether two expressions mean the same. */
export const same = (left: Expression, right: Expression): boolean => left === right || (left.kind === right.kind && keyOf(left) === keyOf(right));
