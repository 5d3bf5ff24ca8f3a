import { cpus, totalmem } from "node:os";
import { table } from "./table.mjs";

/** One section of the results, in Markdown. */
export function sectionText({ title, text, columns, rows, targets }) {
  return `## ${title}\n\n${text}\n\n${rows.length === 0 ? "" : `${table(columns, rows)}\n\n`}${targets.length === 0 ? "" : `${targetTable(targets)}\n`}`;
}

/** The document with some sections measured again, in a run of their own, which is said of them. */
export function withSections(document, sections) {
  const [head, ...kept] = document.split(/\n(?=## )/).map((text) => text.trimEnd());
  const apart = (section) => sectionText({ ...section, text: `${section.text} Measured apart from the rest, on ${new Date().toISOString().slice(0, 10)}.` });
  for (const section of sections) {
    const index = kept.findIndex((text) => text.startsWith(`## ${section.title}\n`));
    kept.splice(index < 0 ? kept.length : index, index < 0 ? 0 : 1, apart(section).trimEnd());
  }
  return `${[head, ...kept].join("\n\n")}\n`;
}

const targetTable = (targets) => table(["target", "measured", "met"], targets.map(({ aim, got, met }) => [aim, got, met ? "yes" : "**no**"]));

/** `docs/benchmarks.md`: what was run on what, how to run it again, the numbers. */
export function documentText(sections) {
  const [cpu] = cpus();
  const machine = `${cpus().length} cores (${cpu?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory, Node ${process.version.slice(1)}`;
  return `# Benchmarks

Written by \`npm run bench -- --write\` on ${new Date().toISOString().slice(0, 10)}; do not edit.

All in one run on one machine: ${machine}. Its other work comes and goes, so compare the numbers of a table with each other, and trust CPU time (user and system) more than wall time. Each number is the median of its runs, which took turns with those of the same table.

To run it again: \`npm ci && npm run build\`, Go (the other tools are built from their pinned modules at the first run), GNU time (\`apt-get install time\`), then \`npm run bench\`. \`npm run bench -- --only parsing\` runs one part: engines, parsing, growth, build, rego, cel, kyverno or events. Rego, cel and kyverno compare with other libraries where a checkout is at hand: \`PORTCULLIS_GATEKEEPER_LIBRARY\`, \`PORTCULLIS_KYVERNO_POLICIES\` and \`PORTCULLIS_KUBESCAPE_CEL\` name them. The documents are generated, the same on every machine: Pods and Deployments of some 750 bytes, three in ten with one violation.

${sections.map(sectionText).join("\n")}`;
}
