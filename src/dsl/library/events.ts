/** Whether a field has one of these values. */
export function isOneOf<Value extends string | number>(value: Value | undefined, list: readonly Value[]): boolean {
  return value !== undefined && list.includes(value);
}

/** Whether a field starts with one of these texts. */
export function startsWithAny(value: string | undefined, prefixes: readonly string[]): boolean {
  return value !== undefined && prefixes.some((prefix) => value.startsWith(prefix));
}

/** Whether a field ends with one of these texts. */
export function endsWithAny(value: string | undefined, suffixes: readonly string[]): boolean {
  return value !== undefined && suffixes.some((suffix) => value.endsWith(suffix));
}

/** Whether a field holds one of these texts. */
export function containsAny(value: string | undefined, parts: readonly string[]): boolean {
  return value !== undefined && parts.some((part) => value.includes(part));
}

/** Whether a field with several values has one of these among them. */
export function sharesAny(values: readonly string[] | undefined, list: readonly string[]): boolean {
  return values !== undefined && values.some((value) => list.includes(value));
}

/** Whether a path lies in one of these directories, however deep. Directories are written without a slash at their end. */
export function liesInAny(path: string | undefined, directories: readonly string[]): boolean {
  return path !== undefined && directories.some((directory) => path.startsWith(`${directory}/`));
}
