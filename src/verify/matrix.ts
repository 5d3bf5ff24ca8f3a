import { type Column, disagrees } from "./verify.ts";

/** The equivalence matrix for people: controls down, engines across, and below what went wrong. `markdown` writes a table of that. */
export function matrixText(columns: readonly Column[], form: "text" | "markdown"): string {
  const ran = columns.filter(({ notRun }) => notRun === undefined);
  const controls = [...new Set(ran.flatMap(({ outcomes }) => outcomes.map(({ control }) => control)))].sort();
  const header = ["control", ...ran.map(({ target, engine }) => `${target}: ${engine}`)];
  const rows = controls.map((control) => [control, ...ran.map((column) => cellText(column, control))]);
  const table = form === "markdown" ? [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("") : aligned([header, ...rows]);
  const wrong = ran.filter(disagrees).flatMap(({ target, engine, outcomes, faults }) => [
    ...outcomes.flatMap(({ control, disagreements }) => disagreements.map((text) => `${target}: ${engine}: ${control}: ${text}\n`)),
    ...faults.map((text) => `${target}: ${engine}: ${text}\n`),
  ]);
  const missing = columns.flatMap(({ target, engine, notRun }) => (notRun === undefined ? [] : [`${target}: ${engine} did not run: ${notRun}\n`]));
  const notes = ran.flatMap(({ target, engine, notes: own = [] }) => own.map((text) => `${target}: ${engine}: ${text}\n`));
  return [table, ...(wrong.length === 0 ? [] : ["\n", ...bullets(wrong, form)]), ...(missing.length === 0 ? [] : ["\n", ...bullets(missing, form)]), ...(notes.length === 0 ? [] : ["\n", ...bullets(notes, form)]), `\n${summary(columns)}\n`].join("");
}

/** One sentence: how much was asked, and what came of it. */
export function summary(columns: readonly Column[]): string {
  const ran = columns.filter(({ notRun }) => notRun === undefined);
  const cases = ran.flatMap(({ outcomes }) => outcomes).reduce((sum, { cases: each }) => sum + each, 0);
  const wrong = ran.flatMap(({ outcomes, faults }) => [...outcomes.flatMap(({ disagreements }) => disagreements), ...faults]).length;
  const left = columns.length - ran.length;
  const engines = new Set(ran.map(({ engine }) => engine)).size;
  return `${cases} cases in ${engines} ${engines === 1 ? "engine" : "engines"}: ${wrong === 0 ? "no disagreement" : `${wrong} ${wrong === 1 ? "disagreement" : "disagreements"}`}.${left === 0 ? "" : ` ${left} of ${columns.length} columns were not run, and prove nothing.`}`;
}

function cellText({ outcomes }: Column, control: string): string {
  const outcome = outcomes.find((each) => each.control === control);
  if (outcome === undefined) return "-";
  const wrong = outcome.disagreements.length;
  return wrong === 0 ? `${outcome.cases} agree` : `${wrong} WRONG of ${outcome.cases}`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? "").length)));
  return rows.map((row) => `${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ").trimEnd()}\n`).join("");
}

const bullets = (lines: readonly string[], form: "text" | "markdown"): readonly string[] => (form === "markdown" ? lines.map((line) => `- ${line}`) : lines);
