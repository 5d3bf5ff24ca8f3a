import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { EmittedFile } from "../../backend.ts";
import { schemaCheck } from "../../engine-schemas/engine-schema.ts";
import { conditionFaults } from "./condition-faults.ts";
import { outputFault } from "../fields.ts";
import { type RulesDocument, rulesDocument, wholeCondition } from "./rules-document.ts";

// src/ and dist/ lie side by side in the package, so one address serves the sources under test and the built files.
const schemaFile = new URL("../../../../src/backends/engine-schemas/falco.json", import.meta.url);

/**
 * Everything in emitted rules files that Falco would refuse, or worse, take without a word: it loads rules that name a list that
 * is nowhere, two rules of one name, and rules that run for every system call.
 */
export function rulesFaults(files: readonly EmittedFile[]): readonly string[] {
  const texts = files.filter(({ path }) => path.endsWith(".yaml")).map(({ content, path }) => ({ path, entries: parse(Buffer.from(content).toString(), { uniqueKeys: true }) as readonly Readonly<Record<string, unknown>>[] }));
  const shape = texts.flatMap(({ entries, path }) => schemaFaults(entries).map((text) => `${path}: ${text}`));
  if (shape.length > 0) return shape;
  const documents = texts.map(({ entries, path }) => ({ path, document: rulesDocument(entries) }));
  return [...nameFaults(documents.map(({ document }) => document)), ...documents.flatMap(({ document, path }) => documentFaults(document).map((text) => `${path}: ${text}`))];
}

let check: ReturnType<typeof schemaCheck> | undefined;

function schemaFaults(entries: unknown): readonly string[] {
  check ??= schemaCheck(JSON.parse(readFileSync(schemaFile, "utf8")) as object);
  return check(entries);
}

/** Names that stand for two things: all files are loaded into one set of names, and a list is put in the place of a macro. */
function nameFaults(documents: readonly RulesDocument[]): readonly string[] {
  const definitions = documents.flatMap(({ lists, macros }) => [...lists.map(({ list }) => list), ...macros.map(({ macro }) => macro)]);
  const rules = documents.flatMap(({ rules: own }) => own.map(({ rule }) => rule));
  const twice = (names: readonly string[]): readonly string[] => [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return [...twice(definitions), ...twice(rules)].map((name) => `two things are named ${name}`);
}

function documentFaults({ lists, macros, rules }: RulesDocument): readonly string[] {
  const items = new Map(lists.map(({ items: values, list }) => [list, values.map(String)]));
  const used = new Set<string>();
  const known = new Map<string, string>();
  const source = rules[0]?.source ?? "syscall";
  const faults = macros.flatMap(({ condition, macro }) => {
    const found = conditionFaults(condition, { lists: items, macros: known, source, used });
    known.set(macro, condition);
    return found.map((text) => `macro ${macro}: ${text}`);
  });
  const ruleFaults = rules.flatMap((rule) => {
    const place = { lists: items, macros: known, source: rule.source, used };
    const told = [...rule.output.matchAll(/%([a-z][\w.]*(?:\[[^\]]*\])?)?/gi)].flatMap(([, field]) => (field === undefined ? ["a percent sign in the output names no field"] : (outputFault(rule.source, field) ?? [])));
    return [...conditionFaults(wholeCondition(rule), place, rule.source === "syscall"), ...told].map((text) => `rule ${rule.rule}: ${text}`);
  });
  const idle = [...items.keys(), ...known.keys()].filter((name) => !used.has(name)).map((name) => `nothing names ${name}`);
  const sources = new Set(rules.map((rule) => rule.source)).size > 1 ? ["rules of several sources stand in one file"] : [];
  return [...faults, ...ruleFaults, ...idle, ...sources];
}
