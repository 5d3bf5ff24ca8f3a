import pico from "picocolors";
import { type Severity, severities } from "../dsl/control.ts";
import { isAtLeast } from "./severity.ts";

export type Colors = ReturnType<typeof pico.createColors>;

/** Colours for a terminal, or functions that leave text as it is. */
export const colorsIf = (wanted: boolean): Colors => pico.createColors(wanted);

const width = Math.max(...severities.map(({ length }) => length));

/** A severity in its colour, padded so that what follows lines up. */
export function severityLabel(paint: Colors, severity: Severity): string {
  const text = severity.padEnd(width);
  if (severity === "critical") return paint.bold(paint.red(text));
  if (severity === "high") return paint.red(text);
  return isAtLeast(severity, "medium") ? paint.yellow(text) : paint.blue(text);
}
