#!/usr/bin/env node
/**
 * Writes src/kubernetes/generated/ from Kubernetes' published OpenAPI (see src/kubernetes/README.md).
 *
 *   node scripts/generate-kubernetes.mjs [--from DIR] [--out DIR] [--check]
 *
 * --from DIR  a checkout of k8s.io/kubernetes instead of the Go module
 * --out DIR   another folder to write to
 * --check     write nothing; name the files that would change, and exit 1 if there are any
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generate } from "./kubernetes/generate.mjs";
import { kubernetesModule, readSources } from "./kubernetes/sources.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: { from: { type: "string" }, out: { type: "string" }, check: { type: "boolean", default: false } },
});
const out = values.out ?? join(root, "src/kubernetes/generated");

const files = generate(readSources(values.from ?? kubernetesModule(), join(root, "src/kubernetes")));
const kept = readdirSync(ensured(out));
const stale = kept.filter((name) => !files.has(name));
const changed = [...files].filter(([name, text]) => !kept.includes(name) || readFileSync(join(out, name), "utf8") !== text);

if (values.check) {
  for (const name of [...stale, ...changed.map(([name]) => name)].sort()) console.log(name);
  process.exitCode = stale.length + changed.length > 0 ? 1 : 0;
} else {
  for (const name of stale) rmSync(join(out, name));
  for (const [name, text] of changed) writeFileSync(join(out, name), text);
  console.log(`${files.size} files, ${changed.length} written, ${stale.length} removed`);
}

/** @param {string} folder */
function ensured(folder) {
  mkdirSync(folder, { recursive: true });
  return folder;
}
