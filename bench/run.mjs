#!/usr/bin/env node
// Measures Portcullis beside other tools, in one run on one machine. Nothing is asserted: a slow machine breaks no test.
//   node bench/run.mjs [--only engines,parsing,growth,build,rego,cel,kyverno,events] [--runs N] [--write]
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildSection } from "./build-section.mjs";
import { celSection } from "./cel-section.mjs";
import { documentText, sectionText, withSections } from "./document.mjs";
import { eventsSection } from "./events-section.mjs";
import { enginesSection } from "./engines-section.mjs";
import { growthSection } from "./growth-section.mjs";
import { kyvernoSection } from "./kyverno-section.mjs";
import { parsingSection } from "./parsing-section.mjs";
import { regoSection } from "./rego-section.mjs";
import { root } from "./scratch.mjs";

const document = join(root, "docs/benchmarks.md");
const parts = { engines: enginesSection, parsing: parsingSection, growth: growthSection, build: buildSection, rego: regoSection, cel: celSection, kyverno: kyvernoSection, events: eventsSection };

const { values } = parseArgs({ options: { only: { type: "string" }, runs: { type: "string", default: "3" }, write: { type: "boolean", default: false } } });
const chosen = values.only?.split(",") ?? Object.keys(parts);
const unknown = chosen.filter((name) => !Object.hasOwn(parts, name));
const runs = Number(values.runs);
if (unknown.length > 0 || !(Number.isInteger(runs) && runs > 0)) {
  process.stderr.write(unknown.length > 0 ? `There is no part ${unknown.join(", ")}: ${Object.keys(parts).join(", ")}.\n` : "--runs takes a whole number from 1 on.\n");
  process.exitCode = 2;
} else {
  const sections = [];
  try {
    for (const name of chosen) {
      process.stderr.write(`${name}\n`);
      const section = await parts[name]({ runs });
      sections.push(section);
      process.stdout.write(`${sectionText(section)}\n`);
    }
    if (values.write) writeFileSync(document, chosen.length === Object.keys(parts).length ? documentText(sections) : withSections(readFileSync(document, "utf8"), sections));
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
