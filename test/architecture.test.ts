import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

const filesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();

/** The modules that a file imports: relative ones as paths from the root, others by name. Type imports count. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const specifiers = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;"']*?from\s+"([^"]+)"|import\("([^"]+)"\)/g)].map((match) => match[1] ?? match[2] ?? "");
  return specifiers.map((name) => (name.startsWith(".") ? relative(root, resolve(root, dirname(file), name)).replaceAll("\\", "/") : name));
}

/** The rooms, from the one that knows nothing of the others upwards: a room may import from those before it. */
const rooms = ["text", "diagnostics", "kubernetes", "events", "dsl", "ir", "frameworks", "profiles", "documents", "frontend", "lowering", "passes", "plain", "cases", "backends", "bundle", "evaluate", "verify", "report", "compile", "cli"];

/** The exceptions, each with its reason. */
const allowed = new Map([
  // The register of backends is the one thing that knows them all.
  ["src/testing.ts", "evaluate"],
]);

const roomOf = (path: string): string => {
  const name = path.split("/")[1] ?? "";
  return name.endsWith(".ts") ? (allowed.get(path) ?? name.slice(0, -3)) : name;
};

it("lets imports run one way between the rooms of src", () => {
  const wrong = filesUnder("src").flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith("src/"))
      .filter((target) => rooms.indexOf(roomOf(target)) > rooms.indexOf(roomOf(file)) || !rooms.includes(roomOf(file)))
      .map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

it("has no circle of imports, types included", () => {
  const graph = new Map(filesUnder("src").map((file) => [file, importsOf(file).filter((target) => target.startsWith("src/"))]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
    if (done.has(file) || trail.includes(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  expect(circles).toEqual([]);
});

it("lets policies import the DSL and files beside them, and nothing else", () => {
  const wrong = filesUnder("policies").flatMap((file) => importsOf(file).filter((target) => target !== "portcullis" && !target.startsWith("policies/")).map((target) => `${file} imports ${target}`));
  expect(wrong).toEqual([]);
});

it("names each control's file in kebab-case, in the folder of its domain", () => {
  expect(filesUnder("policies").filter((file) => !/^policies\/[a-z]+(-[a-z]+)*\/[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(file))).toEqual([]);
});

it("keeps files short enough to read", () => {
  const long = [...filesUnder("src"), ...filesUnder("policies")].filter((file) => !file.includes("/generated/") && readFileSync(join(root, file), "utf8").trimEnd().split("\n").length > 300);
  expect(long).toEqual([]);
});
