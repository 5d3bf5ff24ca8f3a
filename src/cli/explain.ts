import { resolve } from "node:path";
import { Command } from "commander";
import type { Backend } from "../backends/backend.ts";
import type { ManifestControl } from "../backends/opa/manifest.ts";
import { profiles } from "../profiles/profiles.ts";
import { frameworkTags } from "../report/sarif-rule.ts";
import { type Colors, colorsIf, severityLabel } from "../report/severity-label.ts";
import { didYouMean } from "../text/closest.ts";
import { printable } from "../text/printable.ts";
import { wrap } from "../text/wrap.ts";
import { controlKind } from "./control-kind.ts";
import { loadWasm } from "./engines.ts";
import { fail, type Io, processIo, wantsColors } from "./io.ts";
import { below, besideEachOther, type Panel } from "./side-by-side.ts";
import { compileSources, sourcePath, sourceRoot } from "./sources.ts";

/** `portcullis explain`: one control. */
export function explainCommand(io: Io = processIo()): Command {
  return new Command("explain")
    .description("explain one control: what it demands and why, and how to meet it")
    .argument("<control>", "a control's id; portcullis list shows them")
    .option("-b, --backend <backend>", "show the control's source beside what a backend makes of it")
    .option("--branches", "show which branches none of the control's own objects decides, and what would")
    .option("--bundle <dir>", "folder of a built opa target whose control to explain (default: the standard controls)")
    .addHelpText("after", "\nExample:\n  $ portcullis explain privileged-containers --backend opa\n")
    .action(async (id: string, { backend: name, branches, bundle }: { readonly backend?: string; readonly branches?: boolean; readonly bundle?: string }) => {
      const engine = await loadWasm(io, bundle === undefined ? io.bundle : resolve(io.cwd, bundle));
      if (engine === undefined) return;
      const control = engine.catalogue.controls.find((candidate) => candidate.id === id);
      if (control === undefined) return fail(io, printable(`There is no control "${id}".${didYouMean(id, engine.catalogue.controls.map((candidate) => candidate.id))}`));
      if (branches === true) {
        const { showBranches } = await import("./explain-coverage.ts");
        const shown = await showBranches(io, sourceRoot(io, bundle), control);
        return shown === undefined ? undefined : void io.stdout.write(describe(io, control) + shown);
      }
      if (name === undefined) return void io.stdout.write(describe(io, control));
      const backend = await findBackend(io, name);
      const code = backend === undefined ? undefined : await showCode(io, sourceRoot(io, bundle), control, backend);
      if (code !== undefined) io.stdout.write(describe(io, control) + code);
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
    section("Runs", control.optIn === true ? paragraph("Where it is named, or a profile of a framework asks for it: it is right for some clusters only.", "  ") : ""),
    section("Parameters", parametersOf(control, paint, paragraph)),
    section("Frameworks", frameworkTags(frameworks).map((tag) => `  ${tag}\n`).join("")),
  ].join("");
}

function parametersOf({ id, parameters: declared }: ManifestControl, paint: Colors, paragraph: (text: string, indent: string) => string): string {
  const elsewhere = (parameter: string): string =>
    profiles.flatMap(({ name, parameters = {} }) => (Object.hasOwn(parameters[id] ?? {}, parameter) ? [`    ${JSON.stringify(parameters[id]?.[parameter])} in the profile ${name}\n`] : [])).join("");
  return Object.entries(declared)
    .map(([name, { description, default: value, schema }]) => `  ${name} ${paint.dim(`= ${JSON.stringify(value)}  ${JSON.stringify(schema)}`)}\n${paragraph(description, "    ")}${elsewhere(name)}`)
    .join("");
}

/** The control's source beside what a backend makes of it by itself. Undefined where the source does not compile, which has been told. */
async function showCode(io: Io, root: string, control: ManifestControl, backend: Backend): Promise<string | undefined> {
  const path = sourcePath(control);
  const compilation = await compileSources(io, root, [control]);
  if (compilation === undefined) return undefined;
  const text = compilation.sourceOf(path);
  const source: Panel = { title: path, lines: text === undefined ? ["(not here)"] : linesOf(text) };
  const { preview } = await import("../bundle/preview.ts");
  const { controls: outcomes = [], faults, files } = await preview(backend, compilation.controls, compilation.sourceOf);
  const outcome = outcomes.find(({ control: id }) => id === control.id);
  const emitted = files.filter((file) => outcome?.files.includes(file.path) === true).map((file): Panel => ({ title: file.path, lines: linesOf(String(file.content)) }));
  const why = outcome?.reason ?? faults[0] ?? "its source is not here";
  const [first, ...others] = emitted.length === 0 ? [{ title: backend.name, lines: [`(not emitted by ${backend.name}: ${why})`] }] : emitted;
  const shown = first === undefined ? "" : besideEachOther(source, first, io.stdout.columns ?? 100);
  const partly = emitted.length > 0 && outcome?.reason !== undefined ? `\n${outcome.reason}\n` : "";
  return `\n${shown}${others.map((panel) => `\n${below(panel)}`).join("")}${partly}`;
}

const linesOf = (text: string): string[] => text.trimEnd().split("\n");

/** The registered backend of a name; undefined after an unknown one has been told. */
async function findBackend(io: Io, name: string): Promise<Backend | undefined> {
  const { backends, objectBackends } = await import("../backends/index.ts");
  const names = objectBackends.map((backend) => backend.name);
  const found = backends.find((backend) => backend.name === name);
  if (found === undefined) fail(io, printable(`There is no backend "${name}".${didYouMean(name, names) || ` There are ${names.join(", ")}.`}`));
  if (found?.judges !== "events") return found;
  fail(io, `The backend ${name} emits what watches events, and this control judges objects.`);
  return undefined;
}
