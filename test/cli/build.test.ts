import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/program.ts";
import { pod, portcullis, Sink } from "./fake-io.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
let team = "";
beforeEach(() => void (team = mkdtempSync(join(tmpdir(), "portcullis-"))));
afterEach(() => rmSync(team, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(team, path)), { recursive: true });
  writeFileSync(join(team, path), text);
}

/** Runs a command in the folder of a platform team. */
async function inTeam(args: readonly string[], stdin = ""): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const io: Io = { stdin: Readable.from([stdin]), stdout, stderr, env: {}, cwd: team, bundle: join(root, "golden/opa"), root, now: () => 0, exitCode: 0 };
  return { code: await run(args, io), out: stdout.text, err: stderr.text };
}

const target = "apiVersion: portcullis.dev/v1\nkind: Target\nmetadata: { name: opa }\nspec: { backend: opa }\n";

it("scaffolds a control that compiles and judges as its cases say", async () => {
  expect(await inTeam(["new", "host-pids", "--domain", "workloads"])).toMatchObject({ code: 0, out: "policies/workloads/host-pids.ts\n" });
  const privileged = "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, securityContext: { privileged: true } }] }\n";
  expect(await inTeam(["check", "-", "--engine", "plain", "--format", "json"], privileged)).toMatchObject({ code: 1, out: expect.stringContaining('"path":"spec.containers[0].securityContext.privileged"') as string });
  expect((await inTeam(["check", "-", "--engine", "plain"], pod())).code).toBe(0);
});

it("refuses to write over a control, and an id that is none", async () => {
  await inTeam(["new", "host-pids"]);
  expect(await inTeam(["new", "host-pids"])).toMatchObject({ code: 2, err: expect.stringContaining("is there already") as string });
  expect(await inTeam(["new", "HostPids"])).toMatchObject({ code: 2, err: expect.stringContaining("lower-case words joined by dashes") as string });
  expect(await inTeam(["new", "x", "--domain", "../up"])).toMatchObject({ code: 2, err: expect.stringContaining("is no domain") as string });
});

it("tells every fault of a control and builds nothing", async () => {
  write("targets/opa.yaml", target);
  write("policies/workloads/broken.ts", 'import { defineControl, podBearing } from "portcullis";\nexport default defineControl({ title: "x", description: "x", severity: "low", frameworks: {}, match: podBearing(), remediation: "x", pass: [], fail: [],\n  check({ pod, deny }) {\n    while (pod.spec.hostPID) deny(pod, "spec.hostPID", "x");\n  },\n});\n');
  const { code, err } = await inTeam(["build"]);
  expect(code).toBe(2);
  expect(err).toContain("policies/workloads/broken.ts:4:5 error lowering/unbounded-loop");
  expect(err).toContain("policies/workloads/broken.ts:4:12 error typescript/TS18048");
  expect(err).toContain("2 errors");
});

it("places the faults of a target file, and says what is missing where nothing can be built", async () => {
  expect(await inTeam(["build"])).toMatchObject({ code: 2, err: expect.stringContaining("There is no folder policies/") as string });
  await inTeam(["new", "host-pids"]);
  expect(await inTeam(["build"])).toMatchObject({ code: 2, err: expect.stringContaining("There is no target in targets/") as string });
  write("targets/opa.yaml", target.replace("backend: opa", "backend: opaque"));
  expect(await inTeam(["build"])).toMatchObject({ code: 2, err: expect.stringMatching(/targets\/opa\.yaml:4:18: .*opaque/) as string });
});

it("judges with a bundle that the user names", async () => {
  const fixture = join(root, "test/fixtures/opa");
  expect((await inTeam(["check", "-", "--bundle", fixture, "--control", "host-namespaces"], pod("  hostPID: true\n"))).out).toContain("the pod sets hostPID");
  expect(await inTeam(["check", "-", "--bundle", "nowhere"], pod())).toMatchObject({ code: 2, err: expect.stringContaining("nowhere cannot be loaded") as string });
});

it("keeps in the standard policy what the standard controls say of their own cases", async () => {
  const manifest = JSON.parse(readFileSync(join(root, "golden/opa/manifest.json"), "utf8")) as { controls: { id: string }[] };
  const { out } = await portcullis(["list", "--format", "json"], { bundle: join(root, "golden/opa") });
  expect((JSON.parse(out) as { id: string }[]).map(({ id }) => id)).toEqual(manifest.controls.map(({ id }) => id));
});
