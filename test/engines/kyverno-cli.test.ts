import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { expectedTexts, isMadeOf } from "../../src/verify/comparison.ts";
import { compiledControls } from "./admission/policies.ts";
import { kyvernoTest } from "./kyverno/cli.ts";

const golden = fileURLToPath(new URL("../../golden/kyverno", import.meta.url));
const controls = compiledControls("policies");

const documentsIn = (file: string): unknown[] => parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS() as unknown);

interface Test {
  readonly results: readonly { readonly policy: string; readonly kind: string; readonly resources: readonly [string]; readonly result: string }[];
}

interface ApiObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** The rows of every test that is kept, with their objects. */
const kept = readdirSync(golden, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith("kyverno-test.yaml"))
  .flatMap((path) => {
    const file = join(golden, path);
    const [test] = documentsIn(file) as [Test];
    const objects = documentsIn(join(file, "../resources.yaml")) as ApiObject[];
    // What else there is in the cluster, where a control looks around.
    const around = join(file, "../cluster.yaml");
    const others = existsSync(around) ? (documentsIn(around) as { readonly spec: { readonly resources: readonly unknown[] } }[]).flatMap(({ spec }) => spec.resources) : [];
    return test.results.map(({ kind, policy, resources: [name], result }) => ({ policy, kind, name, result, others, object: objects.find((object) => object.kind === kind && object.metadata.name === name) }));
  });

it("has Kyverno's own command line pass every kept test, with a verdict in each row and the messages of the plain run", async () => {
  const rows = await kyvernoTest(golden);
  // The command line counts what a policy did not judge, and a policy that it could not read, as passed.
  expect(rows.filter(({ reason, result }) => reason !== "Ok" || result !== "Pass")).toEqual([]);
  const keyOf = ({ kind, name, policy }: { readonly policy: string; readonly kind: string; readonly name: string }): string => `${policy} ${kind} ${name}`;
  expect(rows.map(keyOf).sort()).toEqual(kept.map(keyOf).sort());
  expect(kept.length).toBeGreaterThan(100);
  // Objects that must keep one name stand in folders of their own, of which a row says nothing: each is the row of one of them.
  const open = [...kept];
  const wrong = rows.flatMap((row) => {
    const control = controls.find(({ id }) => id === row.policy);
    const candidates = open.filter((each) => keyOf(each) === keyOf(row));
    if (candidates.length === 0 || control === undefined) return [`${keyOf(row)} is of no control`];
    const fitting = candidates.find(({ object, others, result }) => {
      const texts = expectedTexts(control, { object, others });
      return texts.length === 0 ? result === "pass" && row.message === "success" : result === "fail" && isMadeOf(row.message.trim(), texts);
    });
    if (fitting === undefined) return [`${keyOf(row)} says ${row.message} where the plain run finds ${JSON.stringify(candidates.map(({ object, others }) => expectedTexts(control, { object, others })))}`];
    open.splice(open.indexOf(fitting), 1);
    return [];
  });
  expect(wrong).toEqual([]);
});

it("keeps a test for every policy in which it fails at least once", () => {
  const report = JSON.parse(readFileSync(join(golden, "capabilities.json"), "utf8")) as { readonly controls: readonly { readonly control: string; readonly emitted: boolean }[] };
  expect(new Set(kept.filter(({ result }) => result === "fail").map(({ policy }) => policy))).toEqual(new Set(report.controls.filter(({ emitted }) => emitted).map(({ control }) => control)));
});
