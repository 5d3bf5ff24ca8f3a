import { resolve } from "node:path";
import { Command, Option } from "commander";
import type { ManifestControl } from "../backends/opa/manifest.ts";
import { profiles } from "../profiles/profiles.ts";
import { colorsIf, severityLabel } from "../report/severity-label.ts";
import { didYouMean } from "../text/closest.ts";
import { plural } from "../text/plural.ts";
import { printable } from "../text/printable.ts";
import { controlKind } from "./control-kind.ts";
import { type Emitters, emittersOf } from "./emitters.ts";
import { loadWasm } from "./engines.ts";
import { fail, type Io, processIo, wantsColors } from "./io.ts";
import { sourceRoot } from "./sources.ts";

interface ListFlags {
  readonly profile?: string;
  readonly format: "text" | "json";
  readonly bundle?: string;
}

/** `portcullis list`: the controls. */
export function listCommand(io: Io = processIo()): Command {
  return new Command("list")
    .description("list the controls")
    .option("-p, --profile <name>", `only those of a profile (${profiles.map(({ name }) => name).join(", ")})`)
    .addOption(new Option("-f, --format <format>", "form of the list").choices(["text", "json"]).default("text"))
    .option("--bundle <dir>", "folder of a built opa target whose controls to list (default: the standard controls)")
    .addHelpText("after", "\nExample:\n  $ portcullis list --profile cis-1.12 --format json\n")
    .action(async ({ profile: name, format, bundle }: ListFlags) => {
      const profile = profiles.find((candidate) => candidate.name === (name ?? "all"));
      if (profile === undefined) return fail(io, printable(`There is no profile "${name}".${didYouMean(name ?? "", profiles.map((candidate) => candidate.name))}`));
      const engine = await loadWasm(io, bundle === undefined ? io.bundle : resolve(io.cwd, bundle));
      if (engine === undefined) return;
      const controls = engine.catalogue.controls.filter((control) => name === undefined || profile.includes(control));
      if (format === "text") return void io.stdout.write(asText(io, controls));
      const emitters = await emittersOf(io, sourceRoot(io, bundle), controls);
      if (emitters !== undefined) io.stdout.write(asJson(controls, emitters));
    });
}

function asJson(controls: readonly ManifestControl[], emitters: ReadonlyMap<string, Emitters>): string {
  const rows = controls.map((control) => {
    const { id, title, severity, domain, frameworks } = control;
    return { id, title, severity, kind: controlKind(control), domain, frameworks, ...emitters.get(id) };
  });
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}

function asText(io: Io, controls: readonly ManifestControl[]): string {
  const paint = colorsIf(wantsColors(io, io.stdout));
  const width = Math.max(0, ...controls.map(({ id }) => id.length));
  const replacedBy = new Map(controls.flatMap(({ id, replaces }) => replaces.map(({ control }) => [control, id])));
  const row = ({ id, optIn, severity, title }: ManifestControl): string => {
    const other = replacedBy.get(id);
    const off = other !== undefined ? ` (off where ${other} runs)` : optIn === true ? " (off unless it is named)" : "";
    return `  ${severityLabel(paint, severity)}  ${paint.bold(id.padEnd(width))}  ${title}${off === "" ? "" : paint.dim(off)}\n`;
  };
  const domains = [...new Set(controls.map(({ domain }) => domain))];
  const groups = domains.map((domain) => `${paint.underline(domain)}\n${controls.filter((control) => control.domain === domain).map(row).join("")}\n`);
  return `${groups.join("")}${plural(controls.length, "control")}. More about one: portcullis explain ID\n`;
}
