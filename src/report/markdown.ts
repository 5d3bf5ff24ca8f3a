import type { NotEvaluated, Remark, Summary } from "../evaluate/result.ts";
import { severities } from "../dsl/control.ts";
import { plural } from "../text/plural.ts";
import { printable } from "../text/printable.ts";
import { ExemptedTally, exemptionReason } from "./exempted.ts";
import { messageOf } from "./field-texts.ts";
import type { Reporter, Run } from "./reporter.ts";
import { subjectName } from "./subject-name.ts";

/** Markdown for the summary of a CI job or a comment: a table of violations, then what else is to be known. */
export function markdownReporter(): Reporter {
  const remarks: { readonly word: string; readonly remark: Remark }[] = [];
  const notEvaluated: NotEvaluated[] = [];
  const exempted = new ExemptedTally();
  let rows = 0;
  let subject: Run["subject"] = "document";
  return {
    begin: (run) => {
      subject = run.subject;
      return "## Portcullis\n";
    },
    result: (result) => {
      remarks.push(...result.errors.map((remark) => ({ word: "error", remark })), ...result.notes.map((remark) => ({ word: "note", remark })));
      notEvaluated.push(...result.notEvaluated);
      exempted.add(result);
      const text = result.findings.map((finding) => row([finding.severity, code(finding.control), code(subjectName(result)), prose(messageOf(finding)), code(`${finding.file}:${finding.line}`)])).join("");
      const head = rows === 0 && text !== "" ? `\n${row(["severity", "control", ...(subject === "event" ? ["event", "what happened"] : ["object", "what stands there"]), "where"])}${row(["---", "---", "---", "---", "---"])}` : "";
      rows += result.findings.length;
      return head + text;
    },
    end: (summary) => {
      const list = (title: string, lines: readonly string[]): string => (lines.length === 0 ? "" : `\n### ${title}\n\n${lines.map((line) => `- ${line}\n`).join("")}`);
      return [
        `\n${verdict(summary, subject)}\n`,
        list("Errors and notes", remarks.map(({ word, remark }) => `${word}: ${code(`${remark.file}:${remark.line}`)} ${prose([remark.message, remark.help ?? ""].join(" ").trim())}`)),
        list("Exempted by the target", exempted.rows().map(({ control, exemption, count }) => `${code(control)}, ${plural(count, "violation")}: ${prose(exemptionReason(exemption))}`)),
        list("Not evaluated", notEvaluated.map(({ control, events, file, reason }) => `${code(control)} in ${events === undefined ? "" : `${plural(events, "event")} of `}${code(file)}: ${prose(reason)}`)),
      ].join("");
    },
  };
}

function verdict({ documents, controls, errors, findings }: Summary, subject: Run["subject"]): string {
  const parts = [...severities].reverse().flatMap((severity) => (findings[severity] === 0 ? [] : [`${findings[severity]} ${severity}`]));
  const violations = Object.values(findings).reduce((sum, count) => sum + count, 0);
  const found = violations === 0 ? "No violations" : `**${plural(violations, "violation")}** (${parts.join(", ")})`;
  return `${found} in ${plural(documents, subject)} by ${plural(controls, "control")}${errors === 0 ? "." : `; **${plural(errors, "error")}**.`}`;
}

/** A row of a table, which a bar would split even inside code. */
function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
}

/** Text as code, which Markdown leaves alone: no links, no mentions. */
function code(text: string): string {
  const clean = printable(text);
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${clean}${fence}` : `${fence} ${clean} ${fence}`;
}

/** Running text in which nothing is markup. A word joiner keeps an at sign from calling anybody and a URL from becoming a link. */
function prose(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]~$]/g, "\\$&")
    .replace(/[&<>]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character] ?? character)
    .replace(/(^|[^\w])@/g, "$1@\u2060")
    .replaceAll("://", ":\u2060//")
    .replace(/www\./gi, "$&\u2060");
}
