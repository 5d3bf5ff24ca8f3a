#!/usr/bin/env node
/**
 * Writes src/backends/engine-schemas/*.json: what each engine takes of the documents that we emit, from the CRDs, OpenAPI
 * files and Go types inside the engines' own modules (see docs/decisions/011-emitted-documents-are-held-to-schemas.md).
 *
 *   node scripts/generate-engine-schemas.mjs [--out DIR] [--check]
 *
 * --out DIR   another folder to write to
 * --check     write nothing; name the files that would change, and exit 1 if there are any
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gatekeeper } from "./engine-schemas/gatekeeper.mjs";
import { kubernetes } from "./engine-schemas/kubernetes.mjs";
import { kustomize } from "./engine-schemas/kustomize.mjs";
import { kyverno } from "./engine-schemas/kyverno.mjs";
import { printEngine } from "./engine-schemas/print.mjs";
import { tetragon } from "./engine-schemas/tetragon.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({ options: { out: { type: "string" }, check: { type: "boolean", default: false } } });
const out = values.out ?? join(root, "src/backends/engine-schemas");

for (const engine of [gatekeeper(), kubernetes(), kustomize(), kyverno(), tetragon()]) {
  const name = `${engine.name}.json`;
  const place = join(out, name);
  const text = printEngine(engine);
  const stale = !existsSync(place) || readFileSync(place, "utf8") !== text;
  if (values.check && stale) {
    console.log(name);
    process.exitCode = 1;
  } else if (!values.check) {
    if (stale) writeFileSync(place, text);
    console.log(`${name}: ${Math.round(text.length / 1024)} KiB, ${stale ? "written" : "unchanged"}`);
  }
}
