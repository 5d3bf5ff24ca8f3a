import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { readDocuments } from "../../src/documents/index.ts";
import { collect, configMap, readFolder, readOne, readText, summarize, withFolder } from "./reading.ts";

it("reads the manifests of a folder in the order of their paths and passes over the rest", async () => {
  const files = {
    "b.yaml": configMap("b"),
    "a/z.yml": configMap("z"),
    "a.yaml": configMap("a"),
    "a/c.JSON": configMap("c"),
    "notes.txt": "no manifest",
    ".git/hidden.yaml": configMap("hidden"),
    ".hidden.yaml": configMap("dot"),
    "node_modules/p/x.yaml": configMap("x"),
  };
  expect(await readFolder(files)).toEqual([".hidden.yaml: ConfigMap dot", "a.yaml: ConfigMap a", "a/c.JSON: ConfigMap c", "a/z.yml: ConfigMap z", "b.yaml: ConfigMap b"]);
});

it("reads a file that is named itself whatever its ending", async () => {
  await withFolder({ "manifest.txt": configMap("a") }, async (folder) => {
    const file = join(folder, "manifest.txt");
    expect(summarize(await collect(readDocuments([file])))).toEqual([`${file}: ConfigMap a`]);
  });
});

it("reads a file once even if it is named twice and lies in a folder that is named too", async () => {
  await withFolder({ "a.yaml": configMap("a") }, async (folder) => {
    const file = join(folder, "a.yaml");
    expect(summarize(await collect(readDocuments([file, file, folder])))).toEqual([`${file}: ConfigMap a`]);
  });
});

it("follows links, each file once, and notes a link that leads back", async () => {
  const lines = await readFolder({ "a/b.yaml": configMap("b"), "c.yaml": configMap("c") }, (folder) => {
    symlinkSync("..", join(folder, "a", "loop"));
    symlinkSync("c.yaml", join(folder, "d.yaml"));
    symlinkSync("a/b.yaml", join(folder, "e.txt"));
  });
  expect(lines).toEqual(["a/b.yaml: ConfigMap b", "a/loop note: . is read already and is not read twice.", "c.yaml: ConfigMap c"]);
});

it("says that a folder holds no manifest", async () => {
  expect(await readFolder({ "README.md": "" })).toEqual([". note: The folder holds no .yaml, .yml or .json file."]);
});

it("reads standard input from a stream, even if a character is cut in two", async () => {
  const bytes = Buffer.from("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: é}\n");
  const cut = bytes.indexOf(0xa9);
  const items = await collect(readDocuments(["-"], { stdin: Readable.from([bytes.subarray(0, cut), bytes.subarray(cut)]) }));
  expect(summarize(items)).toEqual(["-: ConfigMap é"]);
});

it("counts the documents of a file and leaves empty ones out", async () => {
  const items = await readText(`---\n# nothing\n---\n${configMap("a")}\n---\n\n---\nnull\n---\n${configMap("b")}\n`);
  expect(items.map((item) => (item.kind === "document" ? item.document.index : item.kind))).toEqual([0, 1]);
});

it("unpacks lists, nested ones too, and counts and places their items", async () => {
  const items = await readText(`apiVersion: v1\nkind: List\nitems:\n- ${configMap("a")}\n- apiVersion: v1\n  kind: ConfigMapList\n  items:\n  - ${configMap("b")}\n  - metadata: {name: c}\n---\n${configMap("d")}\n`);
  expect(items.map((item) => item.kind === "document" && [item.document.index, item.document.itemPath, (item.document.value as { metadata: unknown }).metadata])).toEqual([
    [0, ["items", 0], { name: "a" }],
    [1, ["items", 1, "items", 0], { name: "b" }],
    [2, ["items", 1, "items", 1], { name: "c" }],
    [3, [], { name: "d" }],
  ]);
});

it("gives an item of a typed list the kind of the list, as kubectl does", async () => {
  const document = await readOne("apiVersion: apps/v1\nkind: DeploymentList\nitems: [{metadata: {name: a}}]\n");
  expect(document.value).toEqual({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a" } });
});

it("calls an item of a list that is no object an error, and reads the others", async () => {
  expect(summarize(await readText(`apiVersion: v1\nkind: List\nitems:\n- metadata: {}\n- 3\n- ${configMap("a")}\n`))).toEqual([
    "-:4:3 error: It has no apiVersion and no kind, so this item of a List is no Kubernetes object.",
    "-:5:3 error: The document is a scalar, so this item of a List is no Kubernetes object.",
    "-: ConfigMap a",
  ]);
});

it("notes an empty list and keeps a kind that only ends in List", async () => {
  expect(summarize(await readText("apiVersion: v1\nkind: List\nitems: []\n---\napiVersion: x/v1\nkind: AllowList\nspec: {items: []}\n"))).toEqual(["-:1 note: This List has no items.", "-: AllowList"]);
});

it("notes a document that is no Kubernetes object, with its line", async () => {
  const texts = ["replicaCount: 1\n", "apiVersion: v2\nname: chart\n", "kind: Pod\n", "kind: Pod\napiVersion: 1\n", "kind: 1\napiVersion: v1\n", "- op: add\n", "word\n", "kind: ''\napiVersion: v1\n"];
  expect(summarize(await readText(texts.join("---\n")))).toEqual([
    "-:1 note: It has no apiVersion and no kind, so this is no Kubernetes object and was skipped.",
    "-:3 note: It has no kind, so this is no Kubernetes object and was skipped.",
    "-:6 note: It has no apiVersion, so this is no Kubernetes object and was skipped.",
    "-:8 note: Its apiVersion is no text, so this is no Kubernetes object and was skipped.",
    "-:11 note: Its kind is no text, so this is no Kubernetes object and was skipped.",
    "-:14 note: The document is a list, so this is no Kubernetes object and was skipped.",
    "-:16 note: The document is a scalar, so this is no Kubernetes object and was skipped.",
    "-:18 note: It has no kind, so this is no Kubernetes object and was skipped.",
  ]);
});

it("reads the documents around a broken one", async () => {
  expect(summarize(await readText(`${configMap("a")}\n---\na: [\n---\nb: c: d\n--- e\nf: g\n---\n${configMap("h")}\n`))).toEqual([
    "-: ConfigMap a",
    "-:4:1 error: A value is missing here, or something stands where none may.",
    "-:5:5 error: A second ':' follows on the line, and a key holds no ': '.",
    "-:6:1 error: Only a comment may stand beside --- on its line.",
    "-: ConfigMap h",
  ]);
});

it("shares nothing between the places of an alias, nor with prototypes", async () => {
  const { value } = await readOne("apiVersion: v1\nkind: X\na: &a {b: {c: 1}}\nd: *a\n__proto__: {e: 2}\n");
  const { a, d } = value as { readonly a: { b: { c: number } }; readonly d: { b: { c: number } } };
  a.b.c = 2;
  expect(d.b.c).toBe(1);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.keys(value as object)).toContain("__proto__");
  expect((value as { readonly e?: unknown }).e).toBeUndefined();
});

it("lets a merge that comes later win, as kubectl does, and notes what it takes back", async () => {
  const items = await readText("apiVersion: v1\nkind: X\na: &a {b: 1, c: 1}\nd:\n  c: 2\n  <<: *a\ne:\n  <<: *a\n  c: 2\n");
  expect(summarize(items)).toEqual(["-:6 note: The merge key << takes back \"c\", set before it: to kubectl the later one counts. Put << first if that is not meant.", "-: X"]);
  expect(items[1]?.kind === "document" && items[1].document.value).toMatchObject({ d: { b: 1, c: 1 }, e: { b: 1, c: 2 } });
});

it("keeps numbers beyond 2^53 as near as JavaScript can", async () => {
  expect((await readOne("apiVersion: v1\nkind: X\na: 9007199254740993\nb: 18446744073709551615\n")).value).toMatchObject({ a: 9007199254740992, b: 18446744073709551616 });
});

it("tells an unrendered Helm chart, once, from a broken manifest", async () => {
  const files = {
    "chart/Chart.yaml": "apiVersion: v2\nname: chart\n",
    "chart/charts/inner/Chart.yaml": "apiVersion: v2\nname: inner\n",
    "chart/charts/inner/templates/a.yaml": "a: {{ .Values.a }}\n",
    "chart/templates/a.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "{{ .Release.Name }}"\n',
    "chart/templates/sub/b.yaml": "{{- if .Values.b }}\nkind: X\n{{- end }}\n",
    "chart/templates/plain.yaml": configMap("plain"),
    "other/templates/c.yaml": "apiVersion: v1\nkind: X\nreplicas: {{ .Values.c }}\n",
    "workflow.yaml": 'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {args: ["{{inputs.x}}"]}\n',
    "z/Chart.yaml": "apiVersion: v2\nname: z\n",
    "z/templates/a.yaml": "a: {{ .Values.a }}\n",
  };
  const template = "This is a template of a Helm chart that is not rendered: none of the chart's templates was judged.";
  expect(await readFolder(files)).toEqual([
    "chart/Chart.yaml:1 note: It has no kind, so this is no Kubernetes object and was skipped.",
    "chart/charts/inner/Chart.yaml:1 note: It has no kind, so this is no Kubernetes object and was skipped.",
    `chart/charts/inner/templates/a.yaml:1:1 error: ${template}`,
    "chart/templates/plain.yaml: ConfigMap plain",
    "other/templates/c.yaml:3:12 error: This looks like an unrendered template ({{ … }}). As YAML: A key must be a text, a number or a boolean.",
    "workflow.yaml: Workflow",
    "z/Chart.yaml:1 note: It has no kind, so this is no Kubernetes object and was skipped.",
    `z/templates/a.yaml:1:1 error: ${template}`,
  ]);
  await withFolder(files, async (folder) => {
    const errors = (await collect(readDocuments([folder]))).flatMap((item) => (item.kind === "error" ? [item.error.help] : []));
    expect(errors[0]).toBe(`Render the chart and pipe the result: helm template ${join(folder, "chart")} | portcullis check -`);
  });
});

it("takes no patch of Kustomize for an object, and says what to render", async () => {
  const patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 3}\n";
  const files = {
    "base/a.yaml": configMap("a"),
    "base/kustomization.yaml": "resources: [a.yaml]\n",
    "overlay/in-place.yaml": configMap("b"),
    "overlay/kustomization.yml": "kind: Kustomization\nresources: [../base]\npatches:\n- path: patches/one.yaml\n- patch: |-\n    in-place.yaml\npatchesJson6902:\n- {path: patches/two.json, target: {kind: X}}\npatchesStrategicMerge: [three.yaml]\n",
    "overlay/patches/one.yaml": patch,
    "overlay/patches/two.json": '[{"op": "add"}]',
    "overlay/three.yaml": patch,
    "other/three.yaml": configMap("c"),
    "wrong/kustomization.yaml": "patches: [\n",
    "wrong/a.yaml": configMap("d"),
  };
  const note = "What this file adds to the objects around it, and changes in them, was not judged. Render it and pipe the result: kubectl kustomize";
  expect(await readFolder(files)).toEqual([
    "base/a.yaml: ConfigMap a",
    `base/kustomization.yaml:1 note: ${note} base | portcullis check -`,
    "other/three.yaml: ConfigMap c",
    "overlay/in-place.yaml: ConfigMap b",
    `overlay/kustomization.yml:1 note: ${note} overlay | portcullis check -`,
    "overlay/patches/one.yaml:1:1 error: This is a patch of overlay/kustomization.yml, and no whole object: none of its patches was judged.",
    "wrong/a.yaml: ConfigMap d",
    `wrong/kustomization.yaml:1 note: ${note} wrong | portcullis check -`,
  ]);
  await withFolder(files, async (folder) => {
    const items = await collect(readDocuments([join(folder, "overlay/three.yaml")]));
    expect(items).toEqual([{ kind: "error", error: { file: join(folder, "overlay/three.yaml"), line: 1, column: 1, message: `This is a patch of ${join(folder, "overlay/kustomization.yml")}, and no whole object: none of its patches was judged.`, help: `Render it and pipe the result: kubectl kustomize ${join(folder, "overlay")} | portcullis check -` } }]);
  });
});

it("calls a document an error that was meant as an object but lacks what names its kind", async () => {
  const texts = ["apiVersion: v1\nKind: Pod\nmetadata: {name: a}\n", "metadata: {name: a}\nspec: {}\n", "kind: Pod\napiVersion: 1\nspec: {}\n", "name: a\nmetadata: {}\n", "apiVersion: v1\nkind: ''\nmetadata: [a]\n"];
  const items = await readText(texts.join("---\n"));
  expect(summarize(items)).toEqual([
    "-:1:1 error: It has no kind, so it was not judged, though it looks like a Kubernetes object.",
    "-:5:1 error: It has no apiVersion and no kind, so it was not judged, though it looks like a Kubernetes object.",
    "-:8:1 error: Its apiVersion is no text, so it was not judged, though it looks like a Kubernetes object.",
    "-:12 note: It has no apiVersion and no kind, so this is no Kubernetes object and was skipped.",
    "-:15 note: It has no kind, so this is no Kubernetes object and was skipped.",
  ]);
  expect(items.flatMap((item) => (item.kind === "error" ? [item.error.help] : []))).toEqual(["Write kind instead of Kind.", "Give it an apiVersion and a kind, both as text.", "Give it an apiVersion and a kind, both as text."]);
});

it("says what to do about a Helm template", async () => {
  const [item] = await readText("a: {{ b }}\n");
  expect(item?.kind === "error" && item.error.help).toContain("helm template");
});

it("reads a large file in stretches and keeps counting lines and documents", async () => {
  const document = (index: number) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c${index}\ndata:\n  text: |\n    ${"x".repeat(200)}\n`;
  const count = 20_000;
  const text = Array.from({ length: count }, (_, index) => document(index)).join("---\n");
  await withFolder({}, async (folder) => {
    const file = join(folder, "large.yaml");
    writeFileSync(file, `${text}---\nbroken: [\n`);
    let documents = 0;
    for await (const item of readDocuments([file])) {
      if (item.kind === "document") {
        if (documents % 4_999 === 0) expect(item.document.locate(["metadata", "name"])).toEqual({ line: documents * 8 + 4, column: 3 });
        expect(item.document.index).toBe(documents);
        documents += 1;
      } else expect(summarize([item])).toEqual([`${file}:${count * 8 + 2}:1 error: A value is missing here, or something stands where none may.`]);
    }
    expect(documents).toBe(count);
  });
});
