import type { Filter } from "./filters.ts";

/** What Tetragon 1.7 and its programs in the kernel can hold (pkg/selectors/kernel.go, bpf/process/types/basic.h). */
export const limits = {
  selectors: 5,
  /** Arguments and data of a hook together, and filters of them in a selector. */
  values: 5,
  /** Values of one filter of numbers that are not in a map. */
  numbers: 4,
  /** Past so many bytes the kernel would read the selectors of a hook from their start again. */
  bytes: 0x3ff,
  message: 256,
  tags: 16,
  tag: 128,
} as const;

const wordless: ReadonlySet<string> = new Set(["string", "file", "path", "linux_binprm", "dentry"]);
const wide: ReadonlySet<string> = new Set(["uint64", "int64", "size_t"]);

/** The bytes that a hook's selectors take in the kernel, each given as its filters and actions. */
export const bytesOf = (selectors: readonly (readonly Filter[])[]): number => 4 + selectors.reduce((sum, filters) => sum + 4 + bytesOfOne(filters), 0);

/** A selector has its length, six sections with theirs, five offsets of arguments, and one action. */
function bytesOfOne(filters: readonly Filter[]): number {
  return filters.reduce((sum, filter) => sum + bytesOfFilter(filter), 4 + 7 * 4 + 5 * 4 + 24);
}

function bytesOfFilter(filter: Filter): number {
  switch (filter.on) {
    case "capabilities":
      return 20;
    case "pid":
      return 12 + 4 * filter.values.length;
    case "value":
      return 16 + bytesOfValues(filter);
    default:
      return 0;
  }
}

/** Texts stand in maps, one for each of eleven lengths; addresses in two. */
function bytesOfValues({ operator, value, values }: Extract<Filter, { on: "value" }>): number {
  if (operator.endsWith("SAddr")) return 8;
  if (operator.endsWith("InRange")) return 8 * values.length;
  if (operator === "Family" || operator === "Protocol" || operator.endsWith("SPort") || operator.endsWith("fix")) return 4;
  if (wordless.has(value.type)) return 44;
  return values.length > limits.numbers ? 4 : (wide.has(value.type) ? 8 : 4) * values.length;
}
