/** Lists by name, their items as the rules file holds them. */
export type Lists = ReadonlyMap<string, readonly string[]>;

/**
 * A condition with the items of lists in the place of their names, as Falco puts them there before it reads the condition: text
 * for text, wherever the name stands between blanks, parentheses, commas and equals signs, in quotes too.
 * (Source: falcosecurity/falco, userspace/engine/rule_loader_compiler.cpp, resolve_list.)
 */
export function expandLists(condition: string, lists: Lists): string {
  return [...lists].reduce((text, [name, items]) => {
    const values = items.map(quoted).join(", ");
    const pattern = new RegExp(`(^|[\\s(),=])${name}(?=$|[\\s(),=])`, "g");
    return values === "" ? text.replace(new RegExp(`,\\s*${name}(?=$|[\\s(),=])`, "g"), "").replace(new RegExp(`(^|[\\s(),=])${name}\\s*,?`, "g"), "$1") : text.replace(pattern, (_found, before: string) => `${before}${values}`);
  }, condition);
}

/** Falco quotes items that have a space and do not start with a quote. */
export const quoted = (item: string): string => (item.includes(" ") && !/^["']/.test(item) ? `"${item}"` : item);
