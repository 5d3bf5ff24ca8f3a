import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/program.ts";
import { Sink } from "./fake-io.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
// Each compiles TypeScript, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });
let team = "";
beforeEach(async () => {
  team = mkdtempSync(join(tmpdir(), "portcullis-"));
  await inTeam(["new", "host-pids", "--domain", "workloads"]);
  write("targets/legacy.yaml", "apiVersion: portcullis.dev/v1\nkind: Target\nmetadata: { name: legacy }\nspec: { backend: kyverno-legacy }\n");
});
afterEach(() => rmSync(team, { recursive: true }));

function write(path: string, text: string): string {
  mkdirSync(dirname(join(team, path)), { recursive: true });
  writeFileSync(join(team, path), text);
  return join(team, path);
}

async function inTeam(args: readonly string[], env: Io["env"] = {}): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const io: Io = { stdin: Readable.from([]), stdout, stderr, env: { PORTCULLIS_ENGINE_KYVERNO: join(team, "no-kyverno"), ...env }, cwd: team, bundle: join(root, "golden/opa"), root, now: () => 0, date: () => new Date("2026-11-25T12:00:00Z"), exitCode: 0 };
  return { code: await run(args, io), out: stdout.text, err: stderr.text };
}

/** A Kyverno that finds each resource of the tests as it is expected, but for those that it is told to get wrong. */
function kyvernoThatFails(...resources: readonly string[]): Io["env"] {
  const path = write("kyverno", `#!${process.execPath}
const { readFileSync, readdirSync } = require("node:fs");
const [, , verb, folder] = process.argv;
if (verb === "version") { console.log("Version: 1.19.1"); process.exit(0); }
for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith("kyverno-test.yaml"))) {
  const [, ...results] = readFileSync(folder + "/" + file, "utf8").split("- policy: ");
  const rows = results.flatMap((text) => [...text.matchAll(/^ +- (.*)$/gm)].map(([, resource]) => ({ POLICY: text.split("\\n")[0], RESOURCE: resource, RESULT: ${JSON.stringify(resources)}.includes(resource) ? "Fail" : "Pass", REASON: "Ok" })));
  console.log("Checking results ...\\n\\n" + JSON.stringify(rows, null, 2) + "\\n");
}
`);
  chmodSync(path, 0o755);
  return { PORTCULLIS_ENGINE_KYVERNO: path };
}

it("prints how many cases of each control every engine judges as the plain run does", async () => {
  const { code, out, err } = await inTeam(["verify"], kyvernoThatFails());
  expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining("error") as string });
  expect(out).toMatch(/^control +legacy: kyverno\nhost-pids +\d agree\n\n\d cases in 1 engine: no disagreement\.\n$/);
  expect((await inTeam(["verify", "--format", "markdown"], kyvernoThatFails())).out).toMatch(/^\| control \| legacy: kyverno \|\n\| --- \| --- \|\n\| host-pids \| \d agree \|\n/);
});

it("exits with 1 and names the case where an engine disagrees", async () => {
  const { code, out } = await inTeam(["verify"], kyvernoThatFails("fail-1"));
  expect(code).toBe(1);
  expect(out).toContain("1 WRONG of");
  expect(out).toContain("legacy: kyverno: host-pids: fail-1: Fail (Ok)\n");
  const json = JSON.parse((await inTeam(["verify", "--format", "json"], kyvernoThatFails("fail-1"))).out) as { columns: readonly unknown[] };
  expect(json.columns).toMatchObject([{ target: "legacy", engine: "kyverno", version: "Version: 1.19.1", faults: [], outcomes: [{ control: "host-pids", disagreements: ["fail-1: Fail (Ok)"] }] }]);
});

it("never takes an engine that is not there for one that agrees", async () => {
  const { code, out, err } = await inTeam(["verify"]);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("error: No engine ran, so nothing is proven.\n") as string });
  expect(out).toContain(`legacy: kyverno did not run: there is no command ${join(team, "no-kyverno")}\n`);
  expect(out).toContain("1 of 1 columns were not run, and prove nothing.");
});

it("says what is wrong with the engines that are asked for", async () => {
  expect(await inTeam(["verify", "--engine", "kyvrno"])).toMatchObject({ code: 2, err: expect.stringContaining('error: There is no engine "kyvrno". Did you mean "kyverno"?') as string });
  expect(await inTeam(["verify", "--engine", "gator"])).toMatchObject({ code: 2, err: expect.stringContaining("error: None of these targets is for the engine gator.") as string });
});
