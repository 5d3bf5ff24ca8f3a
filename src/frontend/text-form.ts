import type { Control } from "../dsl/control.ts";

/**
 * The longest id. Kubernetes and Gatekeeper take 63 characters for the names of kinds, constraints and rules, and backends put up to
 * eleven before or after the id.
 */
export const longestId = 52;

/** The longest title: one line of a report, and the message of a policy. */
const longestTitle = 200;

/** The most bytes of all that a control says of itself. Backends write it into annotations, some of it twice; an object may have 256 KiB. */
const mostBytes = 100 * 1024;

/** What is wrong with a text of a definition. */
export interface TextFault {
  /** The property at which the fault is shown. */
  readonly name: "title" | "description" | "remediation";
  readonly field: string;
  readonly fault: string;
  readonly help: string;
}

/** What engines could not take of a control's texts: the API server refuses a policy whose message is blank or has several lines. */
export function formFaults({ title, description, remediation, frameworks, findings }: Control): readonly TextFault[] {
  const faults: TextFault[] = [];
  if (typeof title === "string") {
    const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.exec(title)?.[0];
    if (title.trim() === "") faults.push({ name: "title", field: "The title", fault: "is blank", help: "Say in a sentence what the control demands." });
    if (control !== undefined) faults.push({ name: "title", field: "The title", fault: `holds the character U+${control.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}, and must be one line of plain text`, help: "Move what needs several lines to the description." });
    if (title.length > longestTitle) faults.push({ name: "title", field: "The title", fault: `has ${title.length} characters, and may have ${longestTitle}`, help: "Move the rest to the description." });
  }
  const size = Buffer.byteLength(JSON.stringify([title, description, remediation, frameworks, findings]));
  if (size > mostBytes) faults.push({ name: "description", field: "What the control says of itself", fault: `takes ${size} bytes, and may take ${mostBytes}, so that it fits into annotations`, help: "Shorten the description, and link to what is longer." });
  return faults;
}
