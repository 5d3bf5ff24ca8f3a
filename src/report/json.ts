import type { NotEvaluated, Remark } from "../evaluate/result.ts";
import { jsonText } from "./json-text.ts";
import type { Reporter } from "./reporter.ts";

/**
 * One JSON object. The violations are written as they are found, so they stand first; the counts, known only at the end, last.
 */
export function jsonReporter(): Reporter {
  const notEvaluated: NotEvaluated[] = [];
  const errors: Remark[] = [];
  let separator = "\n    ";
  return {
    begin: () => '{\n  "violations": [',
    result: (result) => {
      notEvaluated.push(...result.notEvaluated);
      errors.push(...result.errors);
      const { apiVersion, kind, namespace, name } = result.object ?? {};
      return result.findings
        .map(({ control, finding, severity, message, path, file, line, column }) => {
          const text = separator + jsonText({ control, finding, severity, message, path, file, line, column, object: { apiVersion, kind, namespace, name } });
          separator = ",\n    ";
          return text;
        })
        .join("");
    },
    end: ({ documents, controls }) => {
      const list = (items: readonly unknown[]): string => (items.length === 0 ? "[]" : `[\n    ${items.map(jsonText).join(",\n    ")}\n  ]`);
      const violations = separator.startsWith(",") ? "\n  ]" : "]";
      return `${violations},\n  "notEvaluated": ${list(notEvaluated)},\n  "errors": ${list(errors.map(({ file, line, column, message, help }) => ({ file, line, column, message: help === undefined ? message : `${message} ${help}` })))},\n  "documents": ${documents},\n  "controls": ${controls}\n}\n`;
    },
  };
}
