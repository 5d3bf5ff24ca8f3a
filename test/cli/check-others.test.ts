import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { processIo } from "../../src/cli/io.ts";
import { settingsFor } from "../../src/bundle/settings.ts";
import { readDocuments } from "../../src/documents/index.ts";
import { Checker } from "../../src/evaluate/check-documents.ts";
import type { Engine } from "../../src/evaluate/engine.ts";
import { loadOpaEngine } from "../../src/evaluate/opa-policy.ts";
import { plainEngine } from "../../src/evaluate/plain-engine.ts";
import { gatherSurroundings } from "../../src/evaluate/surroundings.ts";
import { newestMinor } from "../../src/kubernetes/minors.ts";
import { judge } from "../../src/plain/judge.ts";
import { ObjectSet } from "../../src/plain/object-set.ts";
import { standardControls } from "../policies.ts";
import { portcullis } from "./fake-io.ts";

const { bundle } = processIo();
const folder = mkdtempSync(join(tmpdir(), "portcullis-others-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Report {
  readonly violations: readonly { readonly control: string; readonly finding?: string; readonly file: string; readonly message: string }[];
  readonly notEvaluated: readonly { readonly control: string; readonly file: string; readonly reason: string }[];
  readonly errors: readonly unknown[];
}

let made = 0;

/** Writes files into a folder of their own, and gives its path. */
function files(texts: Readonly<Record<string, string>>): string {
  made += 1;
  for (const [name, text] of Object.entries(texts)) {
    const path = join(folder, String(made), name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  }
  return join(folder, String(made));
}

async function check(paths: readonly string[], flags: readonly string[] = [], stdin = ""): Promise<Report> {
  return JSON.parse((await portcullis(["check", ...paths, "--format", "json", "--control", "default-deny-policies,dangling-bindings", ...flags], { stdin, bundle })).out) as Report;
}

const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n";
const deny = (place: string): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny${place === "" ? "" : `, namespace: ${place}`} }\nspec: { podSelector: {}, policyTypes: [Ingress, Egress] }\n`;
const other = deny("web");

it.each(["a.yaml", "z.yaml"])("judges an object among all that are given, whatever their order: %s", async (name) => {
  expect((await check([files({ "m.yaml": namespace, [name]: deny("shop") })])).violations).toEqual([]);
  const found = await check([files({ "m.yaml": namespace, [name]: other })]);
  expect(found.violations.map(({ control, finding }) => `${control} ${finding}`)).toEqual(["default-deny-policies a", "default-deny-policies b"]);
  expect(found.notEvaluated).toEqual([]);
});

it("does not take a kind of which nothing is given for one of which there is nothing", async () => {
  const { notEvaluated, violations } = await check([files({ "namespace.yaml": namespace })]);
  expect(violations).toEqual([]);
  expect(notEvaluated.map(({ control, reason }) => `${control}: ${reason}`)).toEqual([
    "default-deny-policies: It looks at other objects, and no NetworkPolicy is among what was read. Give the whole set, and --complete where it is all that there is.",
  ]);
});

it("takes a set that is said to be complete at its word", async () => {
  const { notEvaluated, violations } = await check([files({ "namespace.yaml": namespace })], ["--complete"]);
  expect(violations.map(({ finding }) => finding)).toEqual(["a", "b"]);
  expect(notEvaluated).toEqual([]);
});

it("says which findings it could not evaluate, and evaluates the others", async () => {
  const binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: deployer, namespace: shop }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: gone }\nsubjects: [{ kind: ServiceAccount, name: gone }]\n";
  const account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: deployer, namespace: shop }\n";
  const { notEvaluated, violations } = await check([files({ "binding.yaml": binding, "account.yaml": account })]);
  expect(violations.map(({ finding }) => finding)).toEqual(["b"]);
  expect(notEvaluated.map(({ reason }) => reason)).toEqual(["Its finding (a) looks at other objects, and no ClusterRole or Role is among what was read. Give the whole set, and --complete where it is all that there is."]);
});

it("finds what names no namespace where kubectl would put it", async () => {
  const [inDefault, inShop] = ["default", "shop"].map((name) => namespace.replace("shop", name));
  expect((await check([files({ "a.yaml": `${inDefault}---\n${deny("")}` })])).violations).toEqual([]);
  expect((await check([files({ "a.yaml": `${inShop}---\n${deny("")}` })])).violations.length).toBe(2);
  expect((await check([files({ "a.yaml": `${inShop}---\n${deny("")}` })], ["--namespace", "shop"])).violations).toEqual([]);
});

it("reads standard input twice, together with files", async () => {
  expect((await check(["-"], [], `${namespace}---\n${deny("shop")}`)).violations).toEqual([]);
  expect((await check(["-", files({ "policy.yaml": deny("shop") })], [], namespace)).violations).toEqual([]);
  expect((await check(["-", files({ "policy.yaml": other })], [], namespace)).violations.length).toBe(2);
});

it("overlooks no kind that is written in escapes", async () => {
  const escaped = deny("shop").replace("kind: NetworkPolicy", 'kind: "Network\\u0050olicy"');
  const folded = deny("shop").replace("kind: NetworkPolicy", 'kind: "Network\\\n  Policy"');
  for (const policy of [escaped, folded]) expect(await check([files({ "a.yaml": namespace, "b.yaml": policy })])).toMatchObject({ violations: [], notEvaluated: [], errors: [] });
});

it("keeps of the set what is looked up for the kinds that there are, where it is looked up", async () => {
  const { catalogue } = await loadOpaEngine(bundle);
  const pod = (name: string, place: string): string => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${place} }\nspec: { containers: [{ name: web, image: registry.example.com/web:1 }] }\n`;
  const set = { "a.yaml": [pod("web", "shop"), pod("api", "shop"), pod("dns", "kube-system")].join("---\n") };
  const kept = async (texts: Readonly<Record<string, string>>, ...options: Parameters<typeof gatherSurroundings> extends [unknown, unknown, ...infer Rest] ? Rest : never): Promise<readonly unknown[]> => {
    const { isKnown, others } = await gatherSurroundings([files(texts)], catalogue.controls, ...options);
    return [others.of("v1/Pod").map(({ metadata }) => metadata?.name), isKnown("v1/Pod"), isKnown("networking.k8s.io/v1/NetworkPolicy")];
  };
  expect(await kept(set)).toEqual([["dns"], true, false]);
  expect(await kept({ "a.yaml": pod("web", "shop") })).toEqual([[], true, false]);
  expect(await kept({ ...set, "b.yaml": deny("shop") })).toEqual([["dns", "api", "web"], true, true]);
  expect(await kept({ "a.yaml": pod("web", "shop").replace(", namespace: shop", "") }, { defaultNamespace: "kube-system" })).toEqual([["web"], true, false]);
  expect(await kept({ "a.yaml": [pod("web", "shop"), pod("dns", '"kube\\x2dsystem"')].join("---\n") })).toEqual([["dns", "web"], true, false]);
});

it("gives a policy, of all objects around the own cases of controls, what decides them", async () => {
  const engine = await loadOpaEngine(bundle);
  const looking = new Map(engine.catalogue.controls.filter(({ lookups = [] }) => lookups.length > 0).map((control) => [control.id, control]));
  const cases = (await standardControls()).flatMap(({ control, id }) => (looking.has(id) ? [...control.pass, ...control.fail].map((each) => ({ control, id, ...each })) : []));
  expect(cases.length).toBeGreaterThan(100);
  for (const { control, id, kubernetesMinor = newestMinor, name, object, others = [], parameters = {} } of cases) {
    const settings = settingsFor(engine.catalogue, [...looking.values()].filter((each) => each.id === id), kubernetesMinor, { [id]: parameters });
    expect({ id, name, ...engine.prepare(settings, new ObjectSet(others)).judge(object) }).toEqual({ id, name, violations: judge(control, id, { object, others, parameters, kubernetesMinor }) });
  }
}, 60_000);

it("finds the same by the TypeScript itself", async () => {
  const set = files({ "m.yaml": namespace, "n.yaml": namespace.replace("shop", "web"), "a.yaml": other });
  const wasm = await loadOpaEngine(bundle);
  const chosen = wasm.catalogue.controls.filter(({ id }) => id === "default-deny-policies");
  const surroundings = await gatherSurroundings([set], chosen);
  const findingsOf = async (engine: Engine): Promise<readonly string[]> => {
    const checker = new Checker({ engine, controls: chosen, kubernetesMinor: newestMinor, surroundings });
    const found: string[] = [];
    for await (const item of readDocuments([set])) found.push(...checker.check(item).findings.map(({ file, finding, message }) => `${file} ${finding} ${message}`));
    return found;
  };
  const found = await findingsOf(wasm);
  expect(found.length).toBe(2);
  expect(await findingsOf(plainEngine(await standardControls(), wasm.catalogue))).toEqual(found);
});
