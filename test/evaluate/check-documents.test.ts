import { expect, it } from "vitest";
import { check } from "./fixture.ts";

const pod = (rest: string): string => `apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop }\nspec:\n  containers: [{ name: web, image: registry.k8s.io/web }]\n${rest}`;

it("places a violation at the key of the offending field, with the object that it is in", async () => {
  const { results, summary } = await check(`# first\n---\n${pod("  hostPID: true\n")}`);
  expect(results).toHaveLength(1);
  expect(results[0]?.object).toEqual({ apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web" });
  expect(results[0]?.findings).toEqual([{ control: "host-namespaces", finding: "a", severity: "critical", path: "spec.hostPID", message: "the pod sets hostPID", file: "-", line: 8, column: 3 }]);
  expect(summary).toMatchObject({ files: 1, documents: 1, controls: 7, errors: 0, findings: { critical: 1, high: 0 } });
});

it("places a violation by an absent field at what is there of its path", async () => {
  const { results } = await check("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: web\n", { controls: ["image-names"] });
  expect(results[0]?.findings).toMatchObject([{ control: "image-names", path: "spec.containers[0].image", absent: "image", line: 5, column: 7 }]);
});

it("finds its way into the items of a List", async () => {
  const { results } = await check(`apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    spec:\n      hostPID: true\n      containers: []\n`);
  expect(results[0]?.findings).toMatchObject([{ path: "spec.hostPID", line: 7, column: 7 }]);
});

it("reports what does not fit the schema, and judges the document all the same", async () => {
  const { results, summary } = await check(pod("  hostPID: true\n  hostNetwrk: true\n"));
  expect(results[0]?.errors).toEqual([{ file: "-", line: 7, column: 3, message: 'spec.hostNetwrk: unknown field "hostNetwrk".', help: 'Did you mean "hostNetwork"?' }]);
  expect(results[0]?.findings).toHaveLength(1);
  expect(summary.errors).toBe(1);
});

it("reports what cannot be read, and judges the rest", async () => {
  const { results, summary } = await check(`kind: [\n---\n${pod("  hostPID: true\n")}`);
  expect(results.map(({ errors, findings }) => [errors.length, findings.length])).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect(summary).toMatchObject({ documents: 1, errors: 1 });
});

it("reports a document that the engine cannot judge", async () => {
  const { results } = await check("apiVersion: example.com/v1\nkind: Broken\nspec: { conflict: true }\n", { controls: ["broken"] });
  expect(results[0]?.errors).toEqual([{ file: "-", line: 1, column: 1, message: "This document could not be judged: policy.rego:65:1: var assignment conflict." }]);
});

it("takes a slip in apiVersion for an error, since it hides an object from every control", async () => {
  const { results } = await check("apiVersion: v1\nkind: Deployment\nmetadata: { name: a }\n");
  expect(results[0]?.errors).toEqual([{ file: "-", line: 2, column: 1, message: "Kubernetes has no v1 Deployment, so its form was not checked and controls may have missed it.", help: "apps/v1 serves Deployment." }]);
});

it("notes a kind without a schema once", async () => {
  const widget = "apiVersion: example.com/v1\nkind: Widget\n---\n";
  const { results } = await check(widget + widget);
  expect(results.map(({ notes }) => notes.map(({ message }) => message))).toEqual([["No schema is known for example.com/v1 Widget: the form of such objects was not checked."], []]);
});

it("says once a file which controls apply but lack an input", async () => {
  const binding = (name: string): string => `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: ${name} }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: x }\n---\n`;
  const { results, summary } = await check(binding("a") + binding("b"));
  const reason = "It needs other objects beside the one that it judges, which files alone do not tell.";
  expect(results.map(({ notEvaluated }) => notEvaluated)).toEqual([[{ control: "dangling-bindings", file: "-", reason }], []]);
  expect(summary.notEvaluated).toBe(1);
});

it("asks the engine nothing about kinds that no control matches", async () => {
  const { results, summary } = await check("apiVersion: v1\nkind: ConfigMap\ndata: { a: b }\n");
  expect(results[0]).toMatchObject({ findings: [], errors: [], notes: [] });
  expect(summary.documents).toBe(1);
});
