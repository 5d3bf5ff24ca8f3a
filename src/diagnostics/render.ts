import type { Diagnostic } from "./diagnostic.ts";
import { positionAt } from "./span.ts";

/** Paints parts of a rendered diagnostic; the plain palette leaves them as they are. */
export interface Palette {
  readonly place: (text: string) => string;
  readonly severity: (text: string, severity: "error" | "warning") => string;
  readonly frame: (text: string) => string;
  readonly help: (text: string) => string;
}

const same = (text: string): string => text;
export const plainPalette: Palette = { place: same, severity: same, frame: same, help: same };

/**
 * A diagnostic as people read it: place, code, message, the line with the fault underlined, and what to write instead.
 * `source` is the text of the file, where it is known.
 */
export function renderDiagnostic(diagnostic: Diagnostic, source: string | undefined, palette: Palette = plainPalette): string {
  const { code, severity, span, message, help } = diagnostic;
  const { line, column } = source === undefined ? { line: 1, column: 1 } : positionAt(source, span.start);
  const lines = [`${palette.place(`${span.file}:${line}:${column}`)} ${palette.severity(severity, severity)} ${code}`, message];
  if (source !== undefined) lines.push(...frame(source, span.start, span.end, palette));
  if (help !== undefined) lines.push(`${palette.help("help:")} ${help}`);
  return lines.join("\n");
}

function frame(source: string, start: number, end: number, palette: Palette): string[] {
  const { line, column } = positionAt(source, start);
  const text = (source.split("\n")[line - 1] ?? "").replace(/\r$/, "");
  const width = Math.max(1, Math.min(end - start, text.length - column + 1));
  const gutter = String(line);
  const lead = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return [palette.frame(`${gutter} | ${text}`), palette.frame(`${" ".repeat(gutter.length)} | ${lead}${"^".repeat(width)}`)];
}

/** Order of diagnostics: by file, then place, then code. */
export function compareDiagnostics(left: Diagnostic, right: Diagnostic): number {
  return left.span.file.localeCompare(right.span.file, "en") || left.span.start - right.span.start || left.code.localeCompare(right.code, "en");
}
