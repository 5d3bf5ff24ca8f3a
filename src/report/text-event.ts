import type { EventIdentity, Finding } from "../evaluate/result.ts";
import { cells, printable } from "../text/printable.ts";
import { fieldTexts } from "./field-texts.ts";
import { type Colors, severityLabel } from "./severity-label.ts";
import { subjectName } from "./subject-name.ts";

/** How an event is shown to people: its line, when, what and who; below, each finding with the fields that it tells. */
export interface EventText {
  readonly paint: Colors;
  readonly width: number | undefined;
  /** What to do about a control, the first time that it comes up in a file. */
  readonly advice: (control: string) => string;
}

/** Where the fields of a finding stand. */
const indent = " ".repeat(14);

export function eventText(event: EventIdentity, findings: readonly Finding[], { advice, paint, width }: EventText): string {
  const [{ line }] = findings as [Finding];
  const time = event.time === undefined ? "" : `  ${paint.dim(printable(event.time.replace(/\.\d+/, "")))}`;
  const idWidth = Math.max(...findings.map(({ control }) => control.length));
  const rows = findings.map((finding) => {
    const fields = filled(fieldTexts(finding), paint, (width ?? 140) - indent.length).map((row) => `${indent}${row}\n`);
    return `    ${severityLabel(paint, finding.severity)}  ${paint.bold(finding.control.padEnd(idWidth))}  ${printable(finding.message)}\n${fields.join("")}${advice(finding.control)}`;
  });
  return `  ${paint.dim("line")} ${line}${time}  ${subjectName({ event, object: undefined })}\n${rows.join("")}`;
}

/** Names and values side by side, as many to a line as fit. */
function filled(fields: ReturnType<typeof fieldTexts>, paint: Colors, width: number): string[] {
  const lines: string[] = [];
  let used = width;
  for (const { name, text } of fields) {
    const size = cells(name) + 1 + cells(text);
    const shown = `${paint.dim(`${name}=`)}${text}`;
    if (used + 2 + size > width) {
      lines.push(shown);
      used = size;
    } else {
      lines.push(`${lines.pop() ?? ""}  ${shown}`);
      used += 2 + size;
    }
  }
  return lines;
}
