import type { CheckResult, Finding, Remark } from "../evaluate/result.ts";
import { plural } from "../text/plural.ts";
import { escapeXml } from "./escape-xml.ts";
import { exemptionReason } from "./exempted.ts";
import { fieldTexts } from "./field-texts.ts";
import type { Reporter, Run } from "./reporter.ts";
import { subjectName } from "./subject-name.ts";

/** A suite says at its start what it holds, so it is kept until it is complete: a file with more cases than this has several. */
const mostCases = 1000;

/**
 * JUnit XML: a suite for each file, in it a failed case for each violation, a passed one for each object without any (of events,
 * one for all of the file), an
 * errored one for what could not be read or judged, and a skipped one for each control that was not evaluated and each violation that the target exempts.
 */
export function junitReporter(): Reporter {
  let remediations: ReadonlyMap<string, string> = new Map();
  let file: string | undefined;
  let cases: string[] = [];
  let counts = { failures: 0, errors: 0, skipped: 0 };

  const suite = (): string => {
    if (file === undefined || cases.length === 0) return "";
    const { failures, errors, skipped } = counts;
    const text = `  <testsuite name="${escapeXml(file)}" tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${skipped}">\n${cases.join("")}  </testsuite>\n`;
    cases = [];
    counts = { failures: 0, errors: 0, skipped: 0 };
    return text;
  };
  const add = (name: string, classname: string, outcome = ""): void => {
    cases.push(`    <testcase name="${escapeXml(name)}" classname="${escapeXml(classname)}"${outcome === "" ? "/>" : `>${outcome}</testcase>`}\n`);
  };

  return {
    begin: (run: Run) => {
      remediations = new Map(run.controls.map(({ id, remediation }) => [id, remediation]));
      return '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="portcullis">\n';
    },
    result: (result: CheckResult) => {
      const done = result.file === file && cases.length < mostCases ? "" : suite();
      file = result.file;
      const name = result.object === undefined && result.event === undefined ? result.file : subjectName(result);
      const named = ({ message, path }: Finding): string => `${name}: ${result.event === undefined ? path : message}`;
      for (const finding of result.findings) add(named(finding), finding.control, failure(finding, remediations.get(finding.control)));
      for (const finding of result.exempted) add(named(finding), finding.control, `<skipped message="${escapeXml(`exempted: ${exemptionReason(finding.exemption)}`)}"/>`);
      for (const error of result.errors) add(name, "document", errored(error));
      for (const { control, events, reason } of result.notEvaluated) add(control, control, `<skipped message="${escapeXml(events === undefined ? reason : `${plural(events, "event")}: ${reason}`)}"/>`);
      if (result.events !== undefined) add(`${name}: ${plural(result.events, "event")}`, "events");
      if (result.object !== undefined && result.findings.length + result.errors.length === 0) add(name, "document");
      counts.failures += result.findings.length;
      counts.errors += result.errors.length;
      counts.skipped += result.notEvaluated.length + result.exempted.length;
      return done;
    },
    end: () => `${suite()}</testsuites>\n`,
  };
}

function failure(finding: Finding, remediation: string | undefined): string {
  const { severity, message, file, line, column } = finding;
  const fields = fieldTexts(finding).map(({ name, text }) => `&#10;${escapeXml(`${name}=${text}`)}`);
  return `<failure message="${escapeXml(message)}" type="${severity}">${escapeXml(`${file}:${line}:${column}`)}${fields.join("")}${remediation === undefined ? "" : `&#10;${escapeXml(remediation)}`}</failure>`;
}

function errored({ message, help, file, line, column }: Remark): string {
  return `<error message="${escapeXml(message)}" type="input">${escapeXml(`${file}:${line}:${column}`)}${help === undefined ? "" : `&#10;${escapeXml(help)}`}</error>`;
}
