import pc from "picocolors";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Palette, renderDiagnostic } from "../diagnostics/render.ts";

const palette: Palette = {
  place: pc.bold,
  severity: (text, severity) => (severity === "error" ? pc.red(text) : pc.yellow(text)),
  frame: pc.dim,
  help: pc.cyan,
};

/** Writes diagnostics to standard error, with how many there are. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], sourceOf: (file: string) => string | undefined): void {
  if (diagnostics.length === 0) return;
  const rendered = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, sourceOf(diagnostic.span.file), palette));
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  const tally = [errors > 0 ? `${errors} error${errors === 1 ? "" : "s"}` : "", warnings > 0 ? `${warnings} warning${warnings === 1 ? "" : "s"}` : ""].filter((part) => part !== "");
  process.stderr.write(`${rendered.join("\n\n")}\n\n${tally.join(", ")}\n`);
}
