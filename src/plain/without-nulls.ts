import type { PathSegment } from "./violation.ts";

/** Where the parts of the object stood before null list elements were skipped. */
export class Places {
  readonly #paths = new Map<object, readonly PathSegment[]>();
  readonly #indices = new Map<object, readonly number[]>();

  add(part: object, path: readonly PathSegment[], indices?: readonly number[]): void {
    this.#paths.set(part, path);
    if (indices !== undefined) this.#indices.set(part, indices);
  }

  of(part: object): readonly PathSegment[] | undefined {
    return this.#paths.get(part);
  }

  /** The segments under a part, with the indices of shortened lists set back to what they were. */
  below(part: unknown, segments: readonly PathSegment[]): PathSegment[] {
    const [head, ...rest] = segments;
    if (head === undefined) return [];
    const original = typeof head === "number" && typeof part === "object" && part !== null ? (this.#indices.get(part)?.[head] ?? head) : head;
    const member = typeof part === "object" && part !== null ? (part as Record<PathSegment, unknown>)[head] : undefined;
    return [original, ...this.below(member, rest)];
  }
}

/**
 * A copy in which members that are null are absent and null list elements are skipped, as the language demands. A copy also
 * parts values that a YAML alias had shared.
 */
export function withoutNulls(value: unknown, path: readonly PathSegment[] = [], places?: Places): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    const indices: number[] = [];
    for (const [index, item] of value.entries()) {
      if (item === null || item === undefined) continue;
      list.push(withoutNulls(item, [...path, index], places));
      indices.push(index);
    }
    places?.add(list, path, indices);
    return list;
  }
  const object = Object.create(null) as Record<string, unknown>;
  for (const [key, member] of Object.entries(value)) if (member !== null && member !== undefined) object[key] = withoutNulls(member, [...path, key], places);
  places?.add(object, path);
  return object;
}
