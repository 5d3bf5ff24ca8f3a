import type { Branch, Unreached } from "../cases/index.ts";
import type { ManifestControl } from "../backends/opa/manifest.ts";
import { positionAt } from "../diagnostics/span.ts";
import { plural } from "../text/plural.ts";
import { printable } from "../text/printable.ts";
import type { Io } from "./io.ts";
import { compileSources, sourcePath } from "./sources.ts";

/**
 * The branches of a control that none of its own pass and fail objects decides, each with its line and with what would: for an
 * author to add, or to see that nothing can. Undefined where the source does not compile, which has been told.
 */
export async function showBranches(io: Io, root: string, described: ManifestControl): Promise<string | undefined> {
  const compilation = await compileSources(io, root, [described]);
  const control = compilation?.controls.find(({ id }) => id === described.id);
  if (compilation === undefined) return undefined;
  if (control === undefined) return `\nIts source, ${sourcePath(described)}, is not here, so what its objects reach is not known.\n`;
  const { coverageOf, deriveCases } = await import("../cases/index.ts");
  const { unreached } = coverageOf(control, [...control.control.pass, ...control.control.fail]);
  const { cases, unreached: underived } = deriveCases(control);
  const derived = `${plural(cases.length, "case")} derived from the check ${cases.length === 1 ? "runs" : "run"} in every engine.`;

  const own = distinct(unreached.filter(({ span }) => span.file === control.source));
  const inHelpers = distinct(unreached).length - own.length;
  const helpers = inHelpers === 0 ? "" : " What it imports has branches that are left to them.";
  if (own.length === 0) return `\nEvery branch is reached by the control's own fixtures. ${derived}${helpers}\n`;
  const text = compilation.sourceOf(control.source) ?? "";
  const lines = own.map(({ span, what }) => {
    const { line, column } = positionAt(text, span.start);
    const reaching = cases.find(({ covers }) => covers.includes(what));
    const answer = reaching === undefined ? `nothing reaches it: ${reasonOf(what, underived)}` : `reached with ${reaching.name}`;
    return `${printable(`  ${control.source}:${line}:${column}  ${(text.split("\n")[line - 1] ?? "").trim()}`)}\n${printable(`    ${what}: ${answer}`)}`;
  });
  return `\nBranches that no own fixture reaches\n${lines.join("\n")}\n\n${derived}${helpers}\n`;
}

/** Branches that read alike at one place are one: clauses that share a step have it each. */
const distinct = (branches: readonly Branch[]): readonly Branch[] => [...new Map(branches.map((branch) => [`${branch.span.file} ${branch.span.start} ${branch.what}`, branch])).values()].sort((left, right) => left.span.start - right.span.start);

const reasonOf = (what: string, unreached: readonly Unreached[]): string => unreached.find((each) => each.what === what)?.reason ?? "no object was found";
