import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readTarget } from "../../src/bundle/target-file.ts";
import { engine } from "./fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "portcullis-"));
afterAll(() => rmSync(folder, { recursive: true }));

const head = "apiVersion: portcullis.dev/v1\nkind: Target\nmetadata: { name: ci }\n";

/** What is wrong with a target, each fault as `line:column message`. */
async function faultsOf(text: string): Promise<string[]> {
  const file = join(folder, "target.yaml");
  writeFileSync(file, text);
  const result = await readTarget(file, engine.catalogue);
  return "errors" in result ? result.errors.map(({ line, column, message }) => `${line}:${column} ${message}`) : [];
}

it("reads a target with all that is served", async () => {
  const file = join(folder, "good.yaml");
  writeFileSync(file, `${head}spec:\n  backend: opa\n  engineVersion: "1.22"\n  kubernetesVersion: "1.30"\n  select: { profiles: [pss-restricted], controls: [broken], exclude: [host-probes] }\n  parameters:\n    allowed-registries: { registries: [quay.io/] }\n`);
  const result = await readTarget(file, engine.catalogue);
  expect(result).toMatchObject({ target: { metadata: { name: "ci" }, spec: { backend: "opa", kubernetesVersion: "1.30", select: { exclude: ["host-probes"] }, parameters: { "allowed-registries": { registries: ["quay.io/"] } } } } });
});

it("reports every fault in the form at its place", async () => {
  expect(await faultsOf(`apiVersion: portcullis.dev/v2\nkind: Target\nmetadata: { name: CI }\nspec:\n  backend: opa\n  kubernetesVersion: 1.30\n  selct: {}\n`)).toEqual([
    '1:13 "portcullis.dev/v2" stands here where "portcullis.dev/v1" must.',
    '3:19 "CI" does not have the form ^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$.',
    '7:3 spec has no field "selct". Did you mean "select"?',
    "6:22 This must be of type string. Put it in quotes.",
  ]);
  expect(await faultsOf(`${head}spec: {}\n`)).toEqual(['4:7 spec lacks the field "backend".']);
});

it("refuses what it would otherwise have to ignore", async () => {
  expect(await faultsOf(`${head}spec:\n  backend: opa\n  packaging: [helm]\n`)).toEqual(["6:3 spec.packaging is not served yet, and a verdict that ignored it would mislead: remove it to use this target."]);
});

it.each(["stage: audit", "stages: [{ stage: enforce, profiles: [all] }]"])("refuses %s for the backend opa, which only reports", async (field) => {
  const name = field.split(":")[0] ?? "";
  expect(await faultsOf(`${head}spec:\n  backend: opa\n  ${field}\n`)).toEqual([
    `6:3 spec.${name} says how far admission goes, and the backend opa only reports: remove it, or give check the target of an admission backend, whose violations all count.`,
  ]);
});

it("names the backends that there are for one that there is not", async () => {
  const names = "falco, gatekeeper, kubernetes, kyverno, kyverno-legacy, opa, tetragon";
  expect(await faultsOf(`${head}spec: { backend: oppa }\n`)).toEqual([`4:18 "oppa" is none of ${names}. Did you mean "opa"?`]);
});

it("refuses the backend kubernetes for API servers that cannot read its policies", async () => {
  expect(await faultsOf(`${head}spec:\n  backend: kubernetes\n  kubernetesVersion: "1.31"\n`)).toEqual(["6:22 The backend kubernetes needs 1.32 or newer: the policies use expressions that older API servers refuse."]);
  expect(await faultsOf(`${head}spec:\n  backend: kubernetes\n  engineVersion: "1.32"\n  kubernetesVersion: "1.32"\n`)).toEqual([]);
});

it("holds names, versions and parameters to the controls at hand", async () => {
  expect(
    await faultsOf(
      `${head}spec:\n  backend: opa\n  kubernetesVersion: "1.99"\n  select: { profiles: [pss-restrictd] }\n  parameters:\n    alowed-registries: {}\n    broken: { a: 1 }\n    allowed-registries:\n      registry: []\n      registries: [quay.io/, 7]\n      mode: strct\n`,
    ),
  ).toEqual([
    "6:22 Kubernetes 1.99 is not known: the controls judge for 1.25 to 1.37.",
    '7:24 There is no profile "pss-restrictd". Did you mean "pss-restricted"?',
    '9:5 There is no control "alowed-registries". Did you mean "allowed-registries"?',
    '10:15 The control "broken" has no parameters.',
    '12:7 The control "allowed-registries" has no parameter "registry". It has registries, mode.',
    "13:30 This must be of type string. Put it in quotes.",
    '14:13 "strct" is none of strict, lenient. Did you mean "strict"?',
  ]);
});

it("reports a file that holds no target, or more than one", async () => {
  expect(await faultsOf("")).toEqual(["1:1 The file holds no document."]);
  expect(await faultsOf(`${head}spec: { backend: opa }\n---\n${head}spec: { backend: opa }\n`)).toEqual(["6:1 A target file holds one target."]);
  expect(await faultsOf("a: [\n")).toHaveLength(1);
});
