import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { EmittedFile } from "../../src/backends/backend.ts";
import { CaseBook } from "../../src/bundle/case-book.ts";
import { writeFolder } from "../../src/bundle/golden.ts";
import { compiledControls } from "../engines/admission/policies.ts";

// Each searches, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const compiled = compiledControls("policies");
const named = (id: string) => {
  const control = compiled.find((each) => each.id === id);
  if (control === undefined) throw new Error(`there is no control ${id}`);
  return control;
};
const [ports, rules, minor] = [named("host-ports"), named("restricted-capabilities"), named("run-as-root-user")];
const settings = { kubernetesMinor: 37, controls: { "host-ports": true, "restricted-capabilities": true }, parameters: {} } as const;

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "portcullis-cases-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** What a book says of host-ports that reads the folder, and for how many searches it took. */
function asked(control = ports, given: typeof settings | { readonly kubernetesMinor: number } = settings) {
  let searches = 0;
  const book = new CaseBook([folder], (count) => (searches = count));
  return { cases: book.derivedFor(control, { ...settings, ...given }), files: (hasAll: boolean) => book.files(hasAll), searched: () => searches };
}

const textOf = (files: readonly EmittedFile[], path = "host-ports.json"): string => String(files.find((file) => file.path === path)?.content);

it("searches once, and takes what is kept from then on, with the same files", () => {
  const first = asked();
  expect({ cases: first.cases.length > 0, searched: first.searched() }).toEqual({ cases: true, searched: 1 });
  writeFolder(folder, first.files(true));
  const second = asked();
  expect({ cases: second.cases, searched: second.searched() }).toEqual({ cases: first.cases, searched: 0 });
  expect(second.files(true)).toEqual(first.files(true));
});

it("searches anew for another check, other own objects, and settings that the check reads, but not for others", () => {
  writeFolder(folder, asked().files(true));
  const { check, control } = ports;
  expect(asked({ ...ports, check: { ...check, clauses: check.clauses.map((clause) => ({ ...clause, message: clause.anchor })) } }).searched()).toBe(1);
  expect(asked({ ...ports, control: { ...control, fail: control.fail.slice(0, 1) } }).searched()).toBe(1);
  expect(asked(ports, { kubernetesMinor: 30 }).searched()).toBe(0);
  writeFolder(folder, asked(minor).files(true));
  expect([asked(minor), asked(minor, { kubernetesMinor: 30 })].map(({ searched }) => searched())).toEqual([0, 1]);
});

it.each([
  ["an object that was changed by hand", (text: string) => text.replace('"hostPort": 1', '"hostPort": 2')],
  ["a case that was taken out", (text: string) => JSON.stringify({ ...(JSON.parse(text) as { derived: object[] }), derived: (JSON.parse(text) as { derived: object[] }).derived.map((entry) => ({ ...entry, cases: [] })) })],
  ["a merge that went wrong", (text: string) => `<<<<<<< HEAD\n${text}`],
  ["nothing that a build wrote", () => '{"derived":[null,1,{"cases":7}]}'],
])("does not believe %s", (_what, change) => {
  const first = asked();
  const text = textOf(first.files(true));
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(join(folder, "host-ports.json"), changed);
  const second = asked();
  expect({ cases: second.cases, searched: second.searched(), text: textOf(second.files(true)) }).toEqual({ cases: first.cases, searched: 1, text });
});

it("keeps what other targets asked for where not all of them were built, and drops it where all were", () => {
  writeFolder(folder, asked(minor, { kubernetesMinor: 30 }).files(true));
  writeFileSync(join(folder, "other.json"), "{}\n");
  const one = asked(minor);
  const both = textOf(one.files(false), "run-as-root-user.json");
  expect([...both.matchAll(/"kubernetesMinor": (\d+)/g)].map(([, number]) => number)).toEqual(["30", "37"]);
  expect(one.files(false).map(({ path }) => path)).toEqual(["run-as-root-user.json", "other.json"]);
  expect(one.files(true).map(({ path }) => path)).toEqual(["run-as-root-user.json"]);
  expect(textOf(one.files(true), "run-as-root-user.json").match(/"kubernetesMinor"/g)).toHaveLength(1);
});

it("reads a control's file from the first folder that has one", () => {
  const second = join(folder, "second");
  mkdirSync(second);
  writeFolder(second, asked().files(true));
  let searches = 0;
  const book = new CaseBook([join(folder, "none"), second], (count) => (searches = count));
  expect(book.derivedFor(ports, settings)).toEqual(asked().cases);
  book.derivedFor(rules, settings);
  expect(searches).toBe(1);
});
