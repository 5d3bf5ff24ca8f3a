import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { emitRego } from "../../src/backends/opa/emit-rego.ts";
import { namespaceMatches, namespaceOf } from "../../src/backends/namespaces.ts";
import { compile } from "../../src/compile.ts";
import { engineBinary } from "./engine.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "portcullis-exemptions-"));
afterAll(() => rmSync(folder, { recursive: true }));

const globs = ["shop", "team-*", "*-system", "*", "a-*", "*-a"];
const names: readonly unknown[] = ["shop", "team-a", "team", "istio-system", "a-a", "", undefined, null];
const rules = [{ verbs: ["*"], resources: ["*"], apiGroups: [""] }];

/** An object that a control has something to say of in each scope: in a namespace, outside of all, and a Namespace. */
const objects = names.flatMap((name) => [
  { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: name }, spec: { hostPID: true, containers: [] } },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "reader", namespace: name }, rules },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "reader", namespace: name }, rules },
  { apiVersion: "v1", kind: "Namespace", metadata: { name, namespace: "shop" } },
]);

it("exempts with OPA's own evaluator what it exempts anywhere", async () => {
  const opa = await engineBinary("opa");
  const { controls } = compile(root, join(root, "policies"));
  for (const { path, text } of emitRego(controls).files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const judging = Object.fromEntries(["host-namespaces", "wildcard-rules", "pod-security-labels"].map((id) => [id, true]));
  const requests = globs.flatMap((glob) => objects.map((object) => ({ glob, object, settings: { kubernetesMinor: 37, controls: judging, exemptions: Object.fromEntries(Object.keys(judging).map((id) => [id, [{ namespaces: [glob], reason: "x" }]])) } })));
  writeFileSync(join(folder, "requests.json"), JSON.stringify({ requests }));
  const query = "[count(found) | some request in data.requests; settings := request.settings; found := data.portcullis.violations with input as request with data.settings as settings]";
  const printed = execFileSync(opa, ["eval", "--data", folder, "--format", "raw", query], { encoding: "utf8" });
  const found = (JSON.parse(printed) as number[]).map((count) => count > 0);
  const expected = requests.map(({ glob, object }) => {
    const namespace = namespaceOf(object);
    return namespace === undefined || !namespaceMatches(glob, namespace);
  });
  expect(requests.filter((_, index) => found[index] !== expected[index]).map(({ glob, object }) => ({ glob, object }))).toEqual([]);
  expect(new Set(found)).toEqual(new Set([true, false]));
});
