import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import type { ManifestControl } from "../backends/opa/manifest.ts";
import { frameworkTags } from "../report/sarif-rule.ts";
import { type Colors, colorsIf, severityLabel } from "../report/severity-label.ts";
import { didYouMean } from "../text/closest.ts";
import { printable } from "../text/printable.ts";
import { wrap } from "../text/wrap.ts";
import { controlKind } from "./control-kind.ts";
import { loadWasm } from "./engines.ts";
import { fail, type Io, processIo, wantsColors } from "./io.ts";
import { besideEachOther } from "./side-by-side.ts";

/** `portcullis explain`: one control. */
export function explainCommand(io: Io = processIo()): Command {
  return new Command("explain")
    .description("explain one control: what it demands and why, and how to meet it")
    .argument("<control>", "a control's id; portcullis list shows them")
    .addOption(new Option("-b, --backend <backend>", "show the control's source beside what is emitted for a backend").choices(Object.keys(emittedNames)))
    .addHelpText("after", "\nExample:\n  $ portcullis explain privileged-containers --backend opa\n")
    .action(async (id: string, { backend }: { readonly backend?: string }) => {
      const engine = await loadWasm(io);
      if (engine === undefined) return;
      const control = engine.catalogue.controls.find((candidate) => candidate.id === id);
      if (control === undefined) return fail(io, printable(`There is no control "${id}".${didYouMean(id, engine.catalogue.controls.map((candidate) => candidate.id))}`));
      io.stdout.write(describe(io, control) + (backend === undefined ? "" : showCode(io, control, backend)));
    });
}

function describe(io: Io, control: ManifestControl): string {
  const paint = colorsIf(wantsColors(io, io.stdout));
  const width = Math.min(io.stdout.columns ?? 100, 100);
  const paragraph = (text: string, indent = ""): string => `${wrap(text, width - indent.length).map((line) => indent + line).join("\n")}\n`;
  const section = (title: string, body: string): string => (body === "" ? "" : `\n${paint.bold(title)}\n${body}`);
  const { id, title, severity, description, remediation, findings, frameworks, match, capabilities } = control;
  return [
    `${severityLabel(paint, severity).trimEnd()}  ${paint.bold(id)}  ${paint.dim(`${controlKind(control)}, ${control.domain}`)}\n${title}\n\n${paragraph(description)}`,
    section("What to do", paragraph(remediation, "  ")),
    section("Findings", Object.entries(findings).map(([letter, text]) => paragraph(`${letter}: ${text}`, "  ")).join("")),
    section("Judges", paragraph(match.kinds.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`).join(", "), "  ")),
    section("Needs", capabilities.length === 0 ? "" : paragraph(capabilities.join(", "), "  ")),
    section("Replaces", control.replaces.map(({ control: other, sinceMinor }) => `  ${other}${sinceMinor === undefined ? "" : ` from Kubernetes 1.${sinceMinor} on`}\n`).join("")),
    section("Parameters", parameters(control, paint, paragraph)),
    section("Frameworks", frameworkTags(frameworks).map((tag) => `  ${tag}\n`).join("")),
  ].join("");
}

function parameters({ parameters: declared }: ManifestControl, paint: Colors, paragraph: (text: string, indent: string) => string): string {
  return Object.entries(declared)
    .map(([name, { description, default: value, schema }]) => `  ${name} ${paint.dim(`= ${JSON.stringify(value)}  ${JSON.stringify(schema)}`)}\n${paragraph(description, "    ")}`)
    .join("");
}

/** The file that each backend makes of a control. */
const emittedNames: Readonly<Record<string, (id: string) => string>> = {
  opa: (id) => `${id}.rego`,
  kubernetes: (id) => `${id}.yaml`,
};

/** The control's source beside what a backend made of it, where both are there. */
function showCode(io: Io, { id, domain }: ManifestControl, backend: string): string {
  const source = join("policies", domain, `${id}.ts`);
  const name = emittedNames[backend]?.(id) ?? id;
  const folder = backend === "opa" ? io.bundle : join(io.root, "golden", backend);
  const emitted = findFile(folder, name) ?? name;
  const read = (file: string): string[] => (existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [`(not emitted by ${backend})`]);
  return `\n${besideEachOther({ title: source, lines: read(join(io.root, source)) }, { title: emitted, lines: read(join(folder, emitted)) }, io.stdout.columns ?? 100)}`;
}

/** The path below a folder of the first file with a name. */
function findFile(folder: string, name: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort().find((path) => path.replaceAll("\\", "/").split("/").at(-1) === name);
}
