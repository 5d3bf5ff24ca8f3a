import type { ManifestControl } from "../backends/opa/manifest.ts";
import { severities } from "../dsl/control.ts";
import type { CheckResult, Finding, Remark, Summary } from "../evaluate/result.ts";
import { plural } from "../text/plural.ts";
import { cells, printable } from "../text/printable.ts";
import { wrap } from "../text/wrap.ts";
import { codeFrame } from "./code-frame.ts";
import { ExemptedTally, exemptionReason } from "./exempted.ts";
import type { Reporter, ReporterOptions, Run } from "./reporter.ts";
import { type Colors, colorsIf, severityLabel } from "./severity-label.ts";
import { subjectName } from "./subject-name.ts";
import { eventText } from "./text-event.ts";

/**
 * For people: grouped by file and object or event, each place shown once with all that is wrong there, what to do said once a
 * file and control, a summary at the end.
 */
export function textReporter({ colors, width }: ReporterOptions): Reporter {
  const paint = colorsIf(colors);
  const exempted = new ExemptedTally();
  const idle = new Map<string, { reason: string; files: number; events: number }>();
  let subject: Run["subject"] = "document";
  let controls: ReadonlyMap<string, ManifestControl> = new Map();
  let file: string | undefined;
  let advised = new Set<string>();
  let affected = 0;

  const heading = (name: string): string => {
    if (name === file) return "";
    file = name;
    advised = new Set();
    return `\n${paint.bold(paint.underline(name === "-" ? "standard input" : printable(name)))}\n`;
  };
  const frame = (result: CheckResult, line: number, column: number): string =>
    codeFrame(result.frame(line, 1).filter(({ number }) => number <= line), line, column, (width ?? 120) - 12)
      .map(({ margin, text, marker }) => `    ${paint.dim(`${margin} │`)} ${marker ? paint.red(text) : text}\n`)
      .join("");
  const advice = (text: string): string => `      ${paint.dim("→")} ${hanging(printable(text), 8).map(paint.cyan).join(`\n${" ".repeat(8)}`)}\n`;
  /** What to do about a control, where it has not been said of the file. */
  const remediation = (control: string): string => {
    const text = advised.has(control) ? undefined : controls.get(control)?.remediation;
    advised.add(control);
    return text === undefined ? "" : advice(text);
  };
  /** Text in lines that leave room for an indent. */
  const hanging = (text: string, indent: number): string[] => (width === undefined || width - indent < 30 ? [text] : wrap(text, width - indent));
  const place = (result: CheckResult, findings: readonly Finding[]): string => {
    const [{ line, column }] = findings as [Finding];
    const idWidth = Math.max(...findings.map(({ control }) => control.length));
    const rows = findings.map(({ severity, control, message, absent }) => {
      const indent = 16 + idWidth;
      const lines = hanging(printable(message), indent);
      const missing = absent === undefined ? [] : hanging(`(${printable(absent)} is not set)`, indent);
      // The remark about what is missing goes on the last line where it fits.
      const fits = missing.length > 0 && (width === undefined || indent + cells(lines.at(-1) ?? "") + 2 + cells(missing[0] ?? "") <= width);
      if (fits) lines.push(`${lines.pop() ?? ""}  ${paint.dim(missing.shift() ?? "")}`);
      const row = `    ${severityLabel(paint, severity)}  ${paint.bold(control.padEnd(idWidth))}  ${[...lines, ...missing.map(paint.dim)].join(`\n${" ".repeat(indent)}`)}\n`;
      return row + remediation(control);
    });
    return `${frame(result, line, column)}${rows.join("")}`;
  };
  const remark = (result: CheckResult, word: string, { line, column, message, help }: Remark): string => `  ${word} ${paint.dim(`${line}:${column}`)}  ${printable(message)}\n${result.object === undefined || word === "note" ? "" : frame(result, line, column)}${help === undefined ? "" : advice(help)}`;

  return {
    begin: (run: Run) => {
      controls = new Map(run.controls.map((control) => [control.id, control]));
      subject = run.subject;
      return "";
    },
    result: (result) => {
      for (const { control, events = 0, reason } of result.notEvaluated) idle.set(control, { reason, files: (idle.get(control)?.files ?? 0) + 1, events: (idle.get(control)?.events ?? 0) + events });
      exempted.add(result);
      const { findings, errors, notes } = result;
      if (findings.length + errors.length + notes.length === 0) return "";
      if (findings.length > 0) affected += 1;
      const head = heading(result.file);
      const remarks = [...errors.map((error) => remark(result, paint.red("error"), error)), ...notes.map((note) => remark(result, "note", note))];
      const blocks = [remarks.join(""), findings.length === 0 ? "" : result.event === undefined ? `  ${subjectName(result)}\n${byPlace(findings).map((group) => place(result, group)).join("\n")}` : eventText(result.event, worstFirst(findings), { paint, width, advice: remediation })];
      return head + blocks.map((block) => (block === "" ? "" : `\n${block}`)).join("");
    },
    end: (summary) => {
      const skipped = [...idle].map(([control, { events, files, reason }]) => `  ${paint.yellow("not evaluated")}  ${paint.bold(control)} ${events === 0 ? `in ${plural(files, "file")}` : `for ${plural(events, "event")}`}: ${printable(reason)}\n`);
      const letOff = exempted.rows().map(({ control, exemption, count }) => `  ${paint.yellow("exempted")}  ${paint.bold(control)}, ${plural(count, "violation")}: ${printable(exemptionReason(exemption))}\n`);
      const aside = [...letOff, ...skipped].join("");
      return `${aside === "" ? "" : `\n${aside}`}\n${verdict(paint, summary, affected, subject)}\n`;
    },
  };
}

/** The findings of an object by line, the worst of a line first. */
function byPlace(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of [...findings].sort((left, right) => left.line - right.line || left.column - right.column)) {
    const key = `${finding.line}:${finding.column}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map(worstFirst);
}

const worstFirst = (findings: readonly Finding[]): Finding[] => findings.toSorted((left, right) => severities.indexOf(right.severity) - severities.indexOf(left.severity));

function verdict(paint: Colors, { documents, controls, errors, exempted, findings }: Summary, affected: number, subject: Run["subject"]): string {
  const count = Object.values(findings).reduce((sum, of) => sum + of, 0);
  const parts = [...severities].reverse().flatMap((severity) => (findings[severity] === 0 ? [] : [`${findings[severity].toLocaleString("en-US")} ${severity}`]));
  const scope = paint.dim(` · ${plural(controls, "control")}${exempted === 0 ? "" : ` · ${exempted.toLocaleString("en-US")} exempted by the target`}`);
  const faults = errors === 0 ? "" : `${paint.red(plural(errors, "error"))}${paint.dim(" · ")}`;
  const sign = count + errors === 0 ? paint.green("✔") : paint.red("✖");
  if (count === 0) return `${sign} ${faults}${errors === 0 ? paint.green("no violations") : "no violations"} in ${plural(documents, subject)}${scope}`;
  return `${sign} ${faults}${paint.bold(plural(count, "violation"))} (${parts.join(", ")}) in ${affected.toLocaleString("en-US")} of ${plural(documents, subject)}${scope}`;
}
