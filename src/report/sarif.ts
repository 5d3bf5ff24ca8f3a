import { createHash } from "node:crypto";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { CheckResult, ExemptedFinding, Finding, NotEvaluated, Place, Remark } from "../evaluate/result.ts";
import { plural } from "../text/plural.ts";
import { jsonText } from "./json-text.ts";
import { messageOf } from "./field-texts.ts";
import type { Reporter, Run } from "./reporter.ts";
import { sarifRule } from "./sarif-rule.ts";
import { levels } from "./severity.ts";
import { subjectName } from "./subject-name.ts";

/** SARIF 2.1.0, as code scanning takes it: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function sarifReporter(cwd: string): Reporter {
  let rules: ReadonlyMap<string, number> = new Map();
  const notifications: object[] = [];
  let failed = false;
  let exempts = false;
  let separator = "\n        ";
  const fingerprints = new Fingerprints();

  const notify = (level: "error" | "note", { file, line, column, message, help }: Remark): void => {
    failed ||= level === "error";
    notifications.push({ level, message: { text: plainText(help === undefined ? message : `${message} ${help}`) }, locations: [{ physicalLocation: physical({ file, line, column }, cwd) }] });
  };
  const skip = ({ control, events, file, reason }: NotEvaluated): void => {
    notifications.push({ level: "warning", message: { text: plainText(`${control} was not evaluated${events === undefined ? "" : ` for ${plural(events, "event")}`}. ${reason}`) }, associatedRule: { id: control, index: rules.get(control) ?? -1 }, locations: [{ physicalLocation: { artifactLocation: artifact(file, cwd) } }] });
  };

  return {
    begin: (run: Run) => {
      rules = new Map(run.controls.map(({ id }, index) => [id, index]));
      exempts = run.exempts;
      const driver = { name: "Portcullis", semanticVersion: run.version, rules: run.controls.map(sarifRule) };
      return `{\n  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",\n  "version": "2.1.0",\n  "runs": [\n    {\n      "tool": ${jsonText({ driver })},\n      "columnKind": "utf16CodeUnits",\n      "results": [`;
    },
    result: (result) => {
      for (const error of result.errors) notify("error", error);
      for (const note of result.notes) notify("note", note);
      for (const entry of result.notEvaluated) skip(entry);
      const exempted = result.exempted.map((finding) => [finding, [suppression(finding)]] as const);
      return [...result.findings.map((finding) => [finding, []] as const), ...exempted]
        .map(([finding, suppressions]) => {
          // Either every result of a run says whether it is suppressed, or none does (§3.27.23).
          const place = { ...sarifResult(finding, result, rules.get(finding.control) ?? -1, fingerprints.of(finding, result), cwd), ...(exempts ? { suppressions } : {}) };
          const text = separator + jsonText(place);
          separator = ",\n        ";
          return text;
        })
        .join("");
    },
    end: () => {
      const invocation = { executionSuccessful: !failed, toolExecutionNotifications: notifications };
      return `${separator.startsWith(",") ? "\n      ]" : "]"},\n      "invocations": [${jsonText(invocation)}]\n    }\n  ]\n}\n`;
    },
  };
}

function sarifResult(finding: Finding, result: CheckResult, ruleIndex: number, fingerprint: string, cwd: string): object {
  return {
    ruleId: finding.control,
    ruleIndex,
    level: levels[finding.severity],
    message: { text: plainText(`${subjectName(result)}: ${messageOf(finding)}`) },
    locations: [{ physicalLocation: physical(finding, cwd), ...(result.event === undefined ? { logicalLocations: [{ fullyQualifiedName: `${subjectName(result)}/${finding.path}`, kind: "member" }] } : {}) }],
    partialFingerprints: { "violation/v1": fingerprint },
    ...propertiesOf(finding, result),
  };
}

/** What SARIF has no place for: the letter of the finding, and of an event the fields and its id. */
function propertiesOf({ fields, finding }: Finding, { event }: CheckResult): object {
  if (event !== undefined) return { properties: { finding, auditID: event.auditID, time: event.time, fields } };
  return finding === undefined ? {} : { properties: { finding } };
}

/** An exemption as what SARIF calls a suppression outside the source. */
function suppression({ exemption: { reason, owner, ticket, expires } }: ExemptedFinding): object {
  return { kind: "external", status: "accepted", justification: reason, properties: { owner, ticket, expires } };
}

/**
 * Says which violation is the same one as in an earlier run: by control, file, object and path, not by line, so that text which
 * moves keeps its alert. Where two of a file would be the same, they are numbered. An event has an id of its own, wherever its
 * log is rotated to.
 */
class Fingerprints {
  #file: string | undefined;
  #seen = new Map<string, number>();

  of({ control, finding, path, message, file }: Finding, { event, object }: CheckResult): string {
    if (event !== undefined) return `${digest([control, finding, event.auditID, event.stage])}:1`;
    if (file !== this.#file) [this.#file, this.#seen] = [file, new Map()];
    const identity = digest([control, finding, path, message, file, object]);
    const count = (this.#seen.get(identity) ?? 0) + 1;
    this.#seen.set(identity, count);
    return `${identity}:${count}`;
  }
}

const digest = (parts: readonly unknown[]): string => createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);

function physical({ file, line, column }: Place, cwd: string): object {
  return { artifactLocation: artifact(file, cwd), region: { startLine: line, startColumn: column } };
}

/** Relative to the root of the sources where the file lies below it, so that a report means the same on another machine. */
function artifact(file: string, cwd: string): object {
  if (file === "-") return { uri: "stdin" };
  const below = relative(cwd, resolve(cwd, file));
  if (below.startsWith("..") || isAbsolute(below)) return { uri: pathToFileURL(resolve(cwd, file)).href };
  return { uri: below.split(sep).map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
}

/** SARIF reads `[text](place)` in a plain message as a link (§3.11.6), so brackets that could be one are escaped. */
function plainText(text: string): string {
  return text.includes("](") ? text.replace(/[\\[\]]/g, "\\$&") : text;
}
