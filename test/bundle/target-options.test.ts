import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readTarget } from "../../src/bundle/target-file.ts";
import { engine } from "../evaluate/fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "portcullis-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is wrong with a target of a backend with one more line of its spec, line 6. */
async function faultsOf(backend: string, line: string): Promise<string[]> {
  const file = join(folder, "target.yaml");
  writeFileSync(file, ["apiVersion: portcullis.dev/v1", "kind: Target", "metadata: { name: production }", "spec:", `  backend: ${backend}`, `  ${line}`, ""].join("\n"));
  const result = await readTarget(file, engine.catalogue);
  return "errors" in result ? result.errors.map(({ line: at, column, message }) => `${at}:${column} ${message}`) : [];
}

it("takes ConfigMaps for parameters where the API server is the engine, and nowhere else", async () => {
  expect(await faultsOf("kubernetes", "kubernetes: { parameters: configMap }")).toEqual([]);
  expect(await faultsOf("kubernetes", "kubernetes: { parameters: configMap, namespace: rules }")).toEqual([]);
  expect(await faultsOf("kubernetes", "kubernetes: { parameters: inline }")).toEqual([]);
  expect(await faultsOf("kyverno", "kubernetes: { parameters: configMap }")).toEqual(["6:3 spec.kubernetes is for the backend kubernetes; this target's is kyverno."]);
  expect(await faultsOf("kubernetes", "gatekeeper: { language: cel }")).toEqual(["6:3 spec.gatekeeper is for the backend gatekeeper; this target's is kubernetes."]);
});

it("refuses a place for ConfigMaps where there are none, and one that is no namespace", async () => {
  const idle = ["6:17 spec.kubernetes.namespace is where ConfigMaps stand, and without parameters: configMap there are none."];
  expect(await faultsOf("kubernetes", "kubernetes: { namespace: rules }")).toEqual(idle);
  expect(await faultsOf("kubernetes", "kubernetes: { parameters: configMap, namespace: Rules }")).toEqual(['6:51 "Rules" does not have the form ^[a-z0-9]([a-z0-9-]*[a-z0-9])?$.']);
  expect(await faultsOf("kubernetes", "kubernetes: { parameters: configmap }")).toEqual(['6:29 "configmap" is none of inline, configMap. Did you mean "configMap"?']);
});
