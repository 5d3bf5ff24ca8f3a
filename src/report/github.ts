import type { Place } from "../evaluate/result.ts";
import { plural } from "../text/plural.ts";
import { printable } from "../text/printable.ts";
import { messageOf } from "./field-texts.ts";
import type { Reporter, Run } from "./reporter.ts";
import { levels } from "./severity.ts";
import { subjectName } from "./subject-name.ts";

const commands = { error: "error", warning: "warning", note: "notice" } as const;

/** Workflow commands that GitHub Actions shows beside the lines of a change. */
export function githubReporter(): Reporter {
  let remediations: ReadonlyMap<string, string> = new Map();
  let subject: Run["subject"] = "document";
  return {
    begin: (run: Run) => {
      remediations = new Map(run.controls.map(({ id, remediation }) => [id, remediation]));
      subject = run.subject;
      return "";
    },
    result: (result) =>
      [
        ...result.errors.map((error) => command("error", error, subject, sentences(error.message, error.help))),
        ...result.findings.map((finding) => command(commands[levels[finding.severity]], finding, `${finding.control} (${finding.severity})`, sentences(`${subjectName(result)}: ${messageOf(finding)}`, remediations.get(finding.control)))),
        ...result.notes.map((note) => command("notice", note, "note", sentences(note.message, note.help))),
        ...result.notEvaluated.map(({ control, events, file, reason }) => command("notice", { file, line: 1, column: 1 }, `${control} was not evaluated${events === undefined ? "" : ` for ${plural(events, "event")}`}`, sentences(reason, undefined))),
      ].join(""),
    end: ({ findings, exempted, errors, documents }) => {
      const violations = Object.values(findings).reduce((sum, count) => sum + count, 0);
      return `${plural(documents, subject)}, ${plural(violations, "violation")}, ${plural(errors, "error")}${exempted === 0 ? "" : `, ${exempted} exempted by the target`}\n`;
    },
  };
}

function command(name: string, { file, line, column }: Place, title: string, message: string): string {
  return `::${name} file=${property(file)},line=${line},col=${column},title=${property(title)}::${data(message)}\n`;
}

/** A message and what to do about it, on lines of their own. */
const sentences = (message: string, help: string | undefined): string => (help === undefined ? printable(message) : `${printable(message)}\n${printable(help)}`);

/** The escapes that the runner undoes: https://github.com/actions/toolkit, packages/core/src/command.ts */
const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(printable(text)).replaceAll(":", "%3A").replaceAll(",", "%2C");
