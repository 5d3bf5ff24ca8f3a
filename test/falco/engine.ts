import { parse } from "yaml";
import type { EmittedFile } from "../../src/backends/backend.ts";
import type { EventSource } from "../../src/events/event-field.ts";
import { compile, type Fields } from "./comparisons.ts";
import { type Node, readCondition } from "./grammar.ts";

/** A rule as Falco runs it. */
export interface LoadedRule {
  readonly name: string;
  readonly source: EventSource;
  readonly tags: readonly string[];
  /** The condition with lists, macros and exceptions put in. */
  readonly condition: Node;
  readonly fires: (fields: Fields) => boolean;
}

/** One entry of a rules file. */
interface Entry {
  readonly list?: string;
  readonly items?: readonly (string | number)[];
  readonly macro?: string;
  readonly rule?: string;
  readonly condition?: string;
  readonly source?: EventSource;
  readonly tags?: readonly string[];
  readonly exceptions?: readonly Exception[];
}

interface Exception {
  readonly fields: string | readonly string[];
  readonly comps: string | readonly string[];
  readonly values?: readonly (string | readonly string[])[];
}

/**
 * Loads rules files as Falco does, one set of names for all of them: the items of lists are put in as text, exceptions appended, macros put in
 * as conditions. Throws at what Falco refuses, and at what it takes although it is wrong.
 * (Source: falcosecurity/falco, userspace/engine/rule_loader_compiler.cpp.)
 */
export function loadRules(files: readonly EmittedFile[]): readonly LoadedRule[] {
  const entries = files.filter(({ path }) => path.endsWith(".yaml")).flatMap(({ content }) => parse(String(content), { version: "1.2" }) as readonly Entry[]);
  const names = entries.flatMap(({ list, macro, rule }) => list ?? macro ?? rule ?? []);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`defined twice: ${twice.join(", ")}`);
  const lists = entries.flatMap(({ items = [], list }) => (list === undefined ? [] : [[list, items.map(String)] as const]));
  const macros = new Map<string, Node>();
  const read = (condition: string): Node => {
    const text = lists.reduce((done, [name, items]) => putList(done, name, items), condition);
    // Falco takes the name of a list that is nowhere for a value.
    const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, "").match(/\bportcullis_\w+/g) ?? [];
    const unknown = bare.filter((name) => !macros.has(name));
    if (unknown.length > 0) throw new Error(`there is no ${unknown.join(", ")}`);
    return readCondition(text);
  };
  const rules = entries.flatMap(({ condition = "", exceptions = [], macro, rule, source = "syscall", tags = [] }): LoadedRule[] => {
    if (macro !== undefined) macros.set(macro, putMacros(read(condition), macros));
    if (rule === undefined) return [];
    const whole = putMacros(read(withExceptions(condition, exceptions)), macros);
    return [{ name: rule, source, tags, condition: whole, fires: compiled(whole, source) }];
  });
  return rules;
}

const delimiters = " \t\n\r(),=";

/** Puts the items of a list where its name stands between delimiters, inside quoted texts too. */
export function putList(condition: string, name: string, items: readonly string[]): string {
  const isEdge = (text: string, at: number): boolean => at < 0 || at >= text.length || delimiters.includes(text.charAt(at));
  const put = items.map(quoteItem).join(", ");
  let text = condition;
  for (let start = text.indexOf(name); start >= 0; start = text.indexOf(name, start + 1)) {
    const end = start + name.length;
    if (!isEdge(text, start - 1) || !isEdge(text, end)) continue;
    const [before, after] = [text.slice(0, start).trimEnd(), text.slice(end).trimStart()];
    const [head, tail] = put !== "" ? [before, after] : before.endsWith(",") ? [before.slice(0, -1), after] : [before, after.replace(/^,/, "")];
    text = `${head === "" ? "" : `${head} `}${put} ${tail}`;
    start = head.length + put.length + 1;
  }
  return text;
}

const quoteItem = (item: string): string => (item.includes(" ") && !/^["']/.test(item) ? `"${item}"` : item);

function withExceptions(condition: string, exceptions: readonly Exception[]): string {
  if (exceptions.length === 0) return condition;
  const denied = exceptions.flatMap(({ comps, fields, values = [] }) => {
    if (values.length === 0) return [];
    if (typeof fields === "string") return [`(${fields} ${String(comps)} (${values.map((value) => quoteItem(String(value))).join(", ")}))`];
    const rows = values.map((row) => `(${fields.map((field, index) => ` ${field} ${comps[index] ?? ""} ${quoteItem(String(row[index]))}`).join(" and ")})`);
    return [`(${rows.join(" or ")})`];
  });
  return `(${condition})${denied.map((each) => ` and not ${each}`).join("")}`;
}

/** A macro must stand before whoever names it. */
function putMacros(node: Node, macros: ReadonlyMap<string, Node>): Node {
  if (node.kind === "not") return { ...node, child: putMacros(node.child, macros) };
  if (node.kind === "and" || node.kind === "or") return { ...node, children: node.children.map((child) => putMacros(child, macros)) };
  if (node.kind !== "macro") return node;
  const body = macros.get(node.name);
  if (body === undefined) throw new Error(`there is no macro ${node.name}`);
  return body;
}

function compiled(node: Node, source: EventSource): (fields: Fields) => boolean {
  if (node.kind === "macro") throw new Error(`there is no macro ${node.name}`);
  if (node.kind === "check") return compile(source, node.field, node.operator, node.values);
  if (node.kind === "not") {
    const child = compiled(node.child, source);
    return (fields) => !child(fields);
  }
  const children = node.children.map((child) => compiled(child, source));
  return node.kind === "and" ? (fields) => children.every((child) => child(fields)) : (fields) => children.some((child) => child(fields));
}
