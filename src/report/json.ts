import type { CheckResult, ExemptedFinding, Finding, NotEvaluated, ObjectIdentity, Remark } from "../evaluate/result.ts";
import { jsonText } from "./json-text.ts";
import { ExemptedTally } from "./exempted.ts";
import type { Reporter, Run } from "./reporter.ts";

/**
 * One JSON object. The violations are written as they are found, so they stand first; the counts, known only at the end, last.
 * What is exempt of events is counted by control and exemption, since a log may hold any number of them.
 */
export function jsonReporter(): Reporter {
  const notEvaluated: NotEvaluated[] = [];
  const exempted: object[] = [];
  const errors: Remark[] = [];
  const tally = new ExemptedTally();
  let subject: Run["subject"] = "document";
  let separator = "\n    ";
  return {
    begin: (run) => {
      subject = run.subject;
      return '{\n  "violations": [';
    },
    result: (result) => {
      notEvaluated.push(...result.notEvaluated);
      errors.push(...result.errors);
      if (subject === "event") tally.add(result);
      else exempted.push(...result.exempted.map((each) => ({ ...violationObject(each, result), exemption: exemptionObject(each) })));
      return result.findings
        .map((each) => {
          const text = separator + jsonText(violationObject(each, result));
          separator = ",\n    ";
          return text;
        })
        .join("");
    },
    end: ({ documents, controls }) => {
      const list = (items: readonly unknown[]): string => (items.length === 0 ? "[]" : `[\n    ${items.map(jsonText).join(",\n    ")}\n  ]`);
      const violations = separator.startsWith(",") ? "\n  ]" : "]";
      return `${violations},\n  "exempted": ${list([...exempted, ...tally.rows().map(({ control, count, exemption }) => ({ control, events: count, exemption: exemptionObject({ exemption }) }))])},\n  "notEvaluated": ${list(notEvaluated)},\n  "errors": ${list(errors.map(({ file, line, column, message, help }) => ({ file, line, column, message: help === undefined ? message : `${message} ${help}` })))},\n  "${subject}s": ${documents},\n  "controls": ${controls}\n}\n`;
    },
  };
}

function violationObject({ control, finding, severity, message, path, fields, file, line, column }: Finding, { event, object = {} }: CheckResult): object {
  if (event !== undefined) return { control, finding, severity, message, fields, file, line, column, event };
  const { apiVersion, kind, namespace, name }: ObjectIdentity = object;
  return { control, finding, severity, message, path, file, line, column, object: { apiVersion, kind, namespace, name } };
}

function exemptionObject({ exemption: { namespaces, reason, owner, ticket, expires } }: Pick<ExemptedFinding, "exemption">): object {
  return { namespaces, reason, owner, ticket, expires };
}
