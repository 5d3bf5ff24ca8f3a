import { quoted } from "./expand-lists.ts";

/** An exception as a rules file holds it. */
export interface ExceptionEntry {
  readonly name: string;
  readonly fields: string | readonly string[];
  readonly comps: string | readonly string[];
  readonly values?: readonly (string | readonly (string | readonly string[])[])[];
}

/** A rule as a rules file holds it, as far as it decides what is reported. */
export interface RuleEntry {
  readonly rule: string;
  readonly condition: string;
  readonly output: string;
  readonly source: "syscall" | "k8s_audit";
  readonly exceptions?: readonly ExceptionEntry[];
}

/** The entries of a rules file by their kind. */
export interface RulesDocument {
  readonly lists: readonly { readonly list: string; readonly items: readonly (string | number)[] }[];
  readonly macros: readonly { readonly macro: string; readonly condition: string }[];
  readonly rules: readonly RuleEntry[];
}

/** Parts the entries of rules files, which fit the schema, by their kind. */
export function rulesDocument(entries: readonly Readonly<Record<string, unknown>>[]): RulesDocument {
  const having = (key: string): unknown => entries.filter((entry) => Object.hasOwn(entry, key));
  return { lists: having("list"), macros: having("macro"), rules: having("rule") } as RulesDocument;
}

/** What Falco makes of a rule's condition and its exceptions (rule_loader_compiler.cpp, build_rule_exception_infos). */
export function wholeCondition({ condition, exceptions = [] }: Pick<RuleEntry, "condition" | "exceptions">): string {
  if (exceptions.length === 0) return condition;
  return `(${condition})${exceptions.map((exception) => {
    const text = exceptionText(exception);
    return text === "" ? "" : ` and not ${text}`;
  }).join("")}`;
}

function exceptionText({ comps, fields, values = [] }: ExceptionEntry): string {
  if (values.length === 0) return "";
  if (typeof fields === "string") return `(${fields} ${String(comps)} (${values.map((value) => quoted(String(value))).join(", ")}))`;
  const one = (value: string | readonly (string | readonly string[])[]): string => {
    const parts = [value].flat();
    return `(${fields.map((field, index) => {
      const part = parts[index] ?? "";
      return `${field} ${comps[index] ?? ""} ${typeof part === "string" ? quoted(part) : `(${part.map(quoted).join(", ")})`}`;
    }).join(" and ")})`;
  };
  return `(${values.map(one).join(" or ")})`;
}
