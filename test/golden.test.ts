import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { emitRego } from "../src/backends/opa/emit-rego.ts";
import { regoDigest } from "../src/backends/opa/index.ts";
import { printCheck } from "../src/ir/print.ts";
import { compiledPolicies } from "./compiled-policies.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const golden = join(root, "golden");
const compilation = compiledPolicies;

const filesUnder = (folder: string): string[] =>
  (existsSync(join(golden, folder)) ? readdirSync(join(golden, folder), { recursive: true, withFileTypes: true }) : [])
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(golden.length + 1).replaceAll("\\", "/"))
    .sort();

it("compiles every control of the repository without a diagnostic", () => {
  expect(compilation.diagnostics).toEqual([]);
});

for (const { id, check } of compilation.controls) {
  it(`lowers ${id} to the IR that is kept`, async () => {
    await expect(printCheck(check)).toMatchFileSnapshot(join(golden, "ir", `${id}.txt`));
  });
}

it("keeps no IR of a control that is gone", () => {
  expect(filesUnder("ir")).toEqual(compilation.controls.map(({ id }) => `ir/${id}.txt`).sort());
});

it("emits the Rego that is kept, but for the white space that OPA's formatter sets", () => {
  const squeeze = (text: string) => text.replace(/\s+/g, "");
  const emitted = new Map(emitRego(compilation.controls).files.map(({ path, text }) => [`opa/${path}`, squeeze(text)]));
  const kept = filesUnder("opa/rego");
  expect(kept).toEqual([...emitted.keys()].sort());
  // Only the names: a difference of whole files is read with `portcullis build --check`.
  expect(kept.filter((path) => squeeze(readFileSync(join(golden, path), "utf8")) !== emitted.get(path))).toEqual([]);
});

it("keeps the module that was compiled from the Rego beside it", () => {
  const files = filesUnder("opa/rego").map((path) => ({ path: path.slice("opa/".length), text: readFileSync(join(golden, path), "utf8") }));
  const manifest = JSON.parse(readFileSync(join(golden, "opa/manifest.json"), "utf8")) as { rego: string };
  expect(manifest.rego).toBe(regoDigest(files));
});
