import type { Finding } from "../evaluate/result.ts";
import { printable } from "../text/printable.ts";

/** A field that a rule tells of an event, for people. */
export interface FieldText {
  readonly name: string;
  readonly text: string;
}

/** Whole bodies of requests may be among the fields; the report in JSON has them in full. */
const longest = 200;

/** The fields that a finding tells of an event, each on one line and cut where it is long; none of a document. */
export const fieldTexts = ({ fields = {} }: Pick<Finding, "fields">): FieldText[] => Object.entries(fields).map(([name, value]) => ({ name: printable(name), text: shortened(printable(Array.isArray(value) ? value.join(", ") : String(value))) }));

/** A finding's message, with what is told of an event behind it. */
export function messageOf(finding: Pick<Finding, "fields" | "message">): string {
  const fields = fieldTexts(finding).map(({ name, text }) => `${name}=${text}`);
  return fields.length === 0 ? finding.message : `${finding.message} | ${fields.join(" ")}`;
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, longest).join("")}…` : text;
}
