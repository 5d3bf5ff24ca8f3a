import type { Place } from "../evaluate/result.ts";
import { plural } from "../text/plural.ts";
import { printable } from "../text/printable.ts";
import { objectName } from "./object-name.ts";
import type { Reporter, Run } from "./reporter.ts";
import { levels } from "./severity.ts";

const commands = { error: "error", warning: "warning", note: "notice" } as const;

/** Workflow commands that GitHub Actions shows beside the lines of a change. */
export function githubReporter(): Reporter {
  let remediations: ReadonlyMap<string, string> = new Map();
  return {
    begin: (run: Run) => {
      remediations = new Map(run.controls.map(({ id, remediation }) => [id, remediation]));
      return "";
    },
    result: ({ object, findings, errors, notes, notEvaluated }) =>
      [
        ...errors.map((error) => command("error", error, "document", sentences(error.message, error.help))),
        ...findings.map((finding) => command(commands[levels[finding.severity]], finding, `${finding.control} (${finding.severity})`, sentences(`${objectName(object ?? {})}: ${finding.message}`, remediations.get(finding.control)))),
        ...notes.map((note) => command("notice", note, "note", sentences(note.message, note.help))),
        ...notEvaluated.map(({ control, file, reason }) => command("notice", { file, line: 1, column: 1 }, `${control} was not evaluated`, sentences(reason, undefined))),
      ].join(""),
    end: ({ findings, exempted, errors, documents }) => {
      const violations = Object.values(findings).reduce((sum, count) => sum + count, 0);
      return `${plural(documents, "document")}, ${plural(violations, "violation")}, ${plural(errors, "error")}${exempted === 0 ? "" : `, ${exempted} exempted by the target`}\n`;
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
