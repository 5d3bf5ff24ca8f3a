import pc from "picocolors";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Palette, renderDiagnostic } from "../diagnostics/render.ts";
import { type Io, wantsColors } from "./io.ts";

function paletteOf(colors: boolean): Palette {
  const paint = pc.createColors(colors);
  return { place: paint.bold, severity: (text, severity) => (severity === "error" ? paint.red(text) : paint.yellow(text)), frame: paint.dim, help: paint.cyan };
}

/** Writes diagnostics to standard error, with how many there are. */
export function printDiagnostics(io: Io, diagnostics: readonly Diagnostic[], sourceOf: (file: string) => string | undefined): void {
  if (diagnostics.length === 0) return;
  const palette = paletteOf(wantsColors(io, io.stderr));
  const rendered = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, sourceOf(diagnostic.span.file), palette));
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  const tally = [errors > 0 ? `${errors} error${errors === 1 ? "" : "s"}` : "", warnings > 0 ? `${warnings} warning${warnings === 1 ? "" : "s"}` : ""].filter((part) => part !== "");
  io.stderr.write(`${rendered.join("\n\n")}\n\n${tally.join(", ")}\n`);
}
