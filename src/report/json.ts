import type { ExemptedFinding, Finding, NotEvaluated, ObjectIdentity, Remark } from "../evaluate/result.ts";
import { jsonText } from "./json-text.ts";
import type { Reporter } from "./reporter.ts";

/**
 * One JSON object. The violations are written as they are found, so they stand first; the counts, known only at the end, last.
 */
export function jsonReporter(): Reporter {
  const notEvaluated: NotEvaluated[] = [];
  const exempted: object[] = [];
  const errors: Remark[] = [];
  let separator = "\n    ";
  return {
    begin: () => '{\n  "violations": [',
    result: (result) => {
      notEvaluated.push(...result.notEvaluated);
      errors.push(...result.errors);
      exempted.push(...result.exempted.map((each) => ({ ...violationObject(each, result.object), exemption: exemptionObject(each) })));
      return result.findings
        .map((each) => {
          const text = separator + jsonText(violationObject(each, result.object));
          separator = ",\n    ";
          return text;
        })
        .join("");
    },
    end: ({ documents, controls }) => {
      const list = (items: readonly unknown[]): string => (items.length === 0 ? "[]" : `[\n    ${items.map(jsonText).join(",\n    ")}\n  ]`);
      const violations = separator.startsWith(",") ? "\n  ]" : "]";
      return `${violations},\n  "exempted": ${list(exempted)},\n  "notEvaluated": ${list(notEvaluated)},\n  "errors": ${list(errors.map(({ file, line, column, message, help }) => ({ file, line, column, message: help === undefined ? message : `${message} ${help}` })))},\n  "documents": ${documents},\n  "controls": ${controls}\n}\n`;
    },
  };
}

function violationObject({ control, finding, severity, message, path, file, line, column }: Finding, { apiVersion, kind, namespace, name }: ObjectIdentity = {}): object {
  return { control, finding, severity, message, path, file, line, column, object: { apiVersion, kind, namespace, name } };
}

function exemptionObject({ exemption: { namespaces, reason, owner, ticket, expires } }: ExemptedFinding): object {
  return { namespaces, reason, owner, ticket, expires };
}
