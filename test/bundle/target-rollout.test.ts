import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { namespaceGlob } from "../../src/backends/rollout.ts";
import type { Catalogue } from "../../src/bundle/catalogue.ts";
import { readTarget, type TargetResult } from "../../src/bundle/target-file.ts";
import { loadOpaEngine } from "../../src/evaluate/opa-policy.ts";
import { engine } from "../evaluate/fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "portcullis-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A target of the backend kubernetes with further lines of its spec, from line 6 on, read on a day. */
async function read(lines: readonly string[], today = "2026-11-25", catalogue = engine.catalogue): Promise<TargetResult> {
  const file = join(folder, "target.yaml");
  writeFileSync(file, ["apiVersion: portcullis.dev/v1", "kind: Target", "metadata: { name: production }", "spec:", "  backend: kubernetes", ...lines.map((line) => `  ${line}`), ""].join("\n"));
  return readTarget(file, catalogue, today);
}

/** What is wrong with it, each fault as `line:column message`. */
async function faultsOf(lines: readonly string[], today?: string, catalogue?: Catalogue): Promise<string[]> {
  const result = await read(lines, today, catalogue);
  return "errors" in result ? result.errors.map(({ line, column, message }) => `${line}:${column} ${message}`) : [];
}

const exemption = (rest: string): string[] => ["exemptions:", `  - { controls: [host-namespaces], namespaces: [kube-system], reason: node agents${rest} }`];

it("reads stages and exemptions, with the date in quotes or without", async () => {
  for (const date of ["2027-03-31", '"2027-03-31"']) {
    const result = await read(["stage: audit", "stages:", "  - { stage: enforce, profiles: [pss-baseline], controls: [broken] }", '  - { stage: warn, controls: [allowed-registries], namespaces: ["team-*"] }', ...exemption(`, owner: platform@example.com, ticket: PLAT-123, expires: ${date}`)]);
    expect(result).toMatchObject({
      notes: [],
      target: {
        spec: {
          stages: [
            { stage: "enforce", profiles: ["pss-baseline"], controls: ["broken"] },
            { stage: "warn", controls: ["allowed-registries"], namespaces: ["team-*"] },
          ],
          exemptions: [{ controls: ["host-namespaces"], namespaces: ["kube-system"], reason: "node agents", owner: "platform@example.com", ticket: "PLAT-123", expires: "2027-03-31" }],
        },
      },
    });
  }
});

it("says what is wrong with the form of stages and exemptions, and what to write", async () => {
  expect(await faultsOf(["stages:", "  - { stage: deny, profiles: [all] }", "  - { stage: warn, namespaces: [shop] }", "  - { controls: [broken] }", "  - { stage: warn, controls: [broken], namespaces: [Shop] }"])).toEqual([
    '7:16 "deny" is none of audit, warn, enforce.',
    '8:7 spec.stages[1] lacks the field "profiles" or "controls".',
    '9:7 spec.stages[2] lacks the field "stage".',
    '10:55 "Shop" is no namespace that every engine can name: write a name, a start as in team-*, an end as in *-system, or * for all.',
  ]);
  expect(await faultsOf(["exemptions:", "  - { controls: [], namespace: [a], reason: x }", "  - { controls: [broken], namespaces: a*b, reason: ' ' }", "  - { controls: [broken], namespaces: [a*b], reason: x, expires: soon }"])).toEqual([
    '7:7 spec.exemptions[0] lacks the field "namespaces".',
    '7:23 spec.exemptions[0] has no field "namespace". Did you mean "namespaces"?',
    "7:19 This list is empty, and would say nothing: fill it or remove it.",
    "8:41 This must be of type array. Write a list: [a*b].",
    '8:54 " " must not be blank.',
    '9:42 "a*b" is no namespace that every engine can name: write a name, a start as in team-*, an end as in *-system, or * for all.',
    '9:68 "soon" is no date: write year, month and day, as in 2027-03-31.',
  ]);
  // A bare y is true to kubectl.
  expect(await faultsOf(["exemptions:", "  - { controls: [broken], namespaces: [a], reason: y }"])).toEqual(["7:54 This must be of type string. Put it in quotes."]);
  expect(await faultsOf(["stages: []"])).toEqual(["6:11 This list is empty, and would say nothing: fill it or remove it."]);
});

it("names the control or profile that was probably meant", async () => {
  expect(await faultsOf(["stages:", "  - { stage: enforce, profiles: [pss-baselin], controls: [brokn] }", "exemptions:", "  - { controls: [broken, host-namespace], namespaces: [a], reason: x }"])).toEqual([
    '7:36 There is no profile "pss-baselin". Did you mean "pss-baseline"?',
    '7:61 There is no control "brokn". Did you mean "broken"?',
    '9:28 There is no control "host-namespace". Did you mean "host-namespaces"?',
  ]);
});

it("refuses what touches no control that the target selects", async () => {
  expect(await faultsOf(["select: { controls: [broken] }", "stages:", "  - { stage: enforce, profiles: [pss-baseline] }", ...exemption("")])).toEqual([
    "8:7 This stage does nothing: the target selects none of its controls. Select one of its controls, or remove it.",
    "10:19 This exemption does nothing: the target selects none of its controls. Select one of its controls, or remove it.",
  ]);
  expect(await faultsOf(["select: { profiles: [pss-restricted] }", "exemptions:", "  - { controls: [host-path-volumes], namespaces: [kube-system], reason: node agents }"])).toEqual([
    "8:19 This exemption does nothing: the target selects none of its controls. restricted-volumes runs in place of host-path-volumes: name that.",
  ]);
});

it("refuses to speak of namespaces where a control judges nothing that can be in one", async () => {
  const [first] = engine.catalogue.controls;
  if (first === undefined) throw new Error("no control");
  const kinds = [{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" }];
  const catalogue = { ...engine.catalogue, controls: [...engine.catalogue.controls, { ...first, id: "cluster-roles", match: { ...first.match, kinds } }] };
  expect(await faultsOf(["stages:", "  - { stage: warn, controls: [cluster-roles] }", "  - { stage: enforce, controls: [cluster-roles], namespaces: [shop] }", "exemptions:", "  - { controls: [cluster-roles], namespaces: [shop], reason: old }"], undefined, catalogue)).toEqual([
    "8:7 This stage does nothing: cluster-roles judges only objects outside namespaces. Remove it.",
    "10:19 This exemption does nothing: cluster-roles judges only objects outside namespaces. Remove it.",
  ]);
});

it("refuses a stage that another one makes idle, since whoever wrote it takes it to hold", async () => {
  expect(await faultsOf(["stage: enforce", "stages:", "  - { stage: audit, controls: [broken] }"])).toEqual([
    "8:7 This does nothing: its controls are at enforce everywhere. Where several stages hold, the strictest decides: set spec.stage to the mildest, and raise the others here.",
  ]);
  expect(await faultsOf(["stages:", "  - { stage: warn, profiles: [all], namespaces: [team-*] }", "  - { stage: warn, controls: [broken], namespaces: [team-a] }"])).toEqual([
    "8:7 This does nothing: its controls are at warn or stricter there already. Where several stages hold, the strictest decides: remove this one, or the other.",
  ]);
  expect(await faultsOf(["stages:", "  - { stage: warn, profiles: [all] }", "  - { stage: warn, profiles: [all] }"])).toEqual([
    "8:7 This does nothing: its controls are at warn or stricter everywhere already. Where several stages hold, the strictest decides: remove this one, or the other.",
  ]);
});

it("refuses an exemption that another one says already, and a day that is not in the calendar", async () => {
  expect(await faultsOf(["exemptions:", "  - { controls: [broken, host-probes], namespaces: [a, b], reason: x }", "  - { controls: [host-probes, broken], namespaces: [b, a], reason: theirs, expires: 2027-02-29 }"])).toEqual([
    "8:87 The calendar has no 2027-02-29.",
    "8:7 This exempts what spec.exemptions[0] exempts already: keep one of the two.",
  ]);
});

it("holds an exemption until its last day in UTC, mentions it a month before, and then is at fault", async () => {
  const dated = exemption(", owner: platform@example.com, ticket: PLAT-123, expires: 2027-03-31");
  expect(await faultsOf(dated, "2027-03-31")).toEqual([]);
  const notes = async (today: string): Promise<unknown> => {
    const result = await read(dated, today);
    return "notes" in result ? result.notes.map(({ line, message }) => `${line} ${message}`) : result;
  };
  expect(await notes("2027-03-01")).toEqual([]);
  expect(await notes("2027-03-02")).toEqual(["7 The exemption of host-namespaces in kube-system (PLAT-123, platform@example.com) expires soon: 2027-03-31 is its last day."]);
  expect(await faultsOf(dated, "2027-04-01")).toEqual(["7:142 The exemption of host-namespaces in kube-system (PLAT-123, platform@example.com) expired: 2027-03-31 was its last day, yesterday. Renew it with a later date, or remove it."]);
  expect((await faultsOf(dated, "2027-05-01"))[0]).toContain("was its last day, 31 days ago.");
});

it("finds nothing wrong with the targets of the user guide", async () => {
  const guide = readFileSync(new URL("../../docs/guide.md", import.meta.url), "utf8");
  const targets = [...guide.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = ""]) => text).filter((text) => text.includes("kind: Target"));
  expect(targets.length).toBeGreaterThan(1);
  const standard = await loadOpaEngine(fileURLToPath(new URL("../../golden/opa", import.meta.url)));
  for (const text of targets) {
    const file = join(folder, "guide.yaml");
    writeFileSync(file, text);
    expect(await readTarget(file, standard.catalogue, "2026-11-25")).toMatchObject({ notes: [] });
  }
});

it("gives editors the globs that every engine can say", () => {
  const schema = JSON.parse(readFileSync(new URL("../../src/bundle/target.schema.json", import.meta.url), "utf8")) as { definitions: { namespaces: { items: { pattern: string } } } };
  expect(schema.definitions.namespaces.items.pattern).toBe(namespaceGlob.source);
});
