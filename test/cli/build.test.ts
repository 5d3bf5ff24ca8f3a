import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/program.ts";
import { pod, portcullis, Sink } from "./fake-io.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
// Each compiles TypeScript, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });
let team = "";
beforeEach(() => void (team = mkdtempSync(join(tmpdir(), "portcullis-"))));
afterEach(() => rmSync(team, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(team, path)), { recursive: true });
  writeFileSync(join(team, path), text);
}

/** Runs a command in the folder of a platform team. */
async function inTeam(args: readonly string[], stdin = "", env: Io["env"] = {}): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const io: Io = { stdin: Readable.from([stdin]), stdout, stderr, env, cwd: team, bundle: join(root, "golden/opa"), root, now: () => 0, date: () => new Date("2026-11-25T12:00:00Z"), exitCode: 0 };
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

const exempting = `${target.replace("spec: { backend: opa }", "spec:\n  backend: kubernetes\n  exemptions:")}    - { controls: [host-pids], namespaces: [kube-system], reason: node agents, expires: 2026-12-01 }\n`;

it("fails for an exemption that has expired, on the day that SOURCE_DATE_EPOCH names where it is set", async () => {
  await inTeam(["new", "host-pids"]);
  write("targets/opa.yaml", exempting);
  expect(await inTeam(["build"])).toMatchObject({ code: 0, err: expect.stringContaining("note targets/opa.yaml:7:89: The exemption of host-pids in kube-system expires soon: 2026-12-01 is its last day.\n") as string });
  const december = String(Date.parse("2026-12-02") / 1000);
  expect(await inTeam(["build"], "", { SOURCE_DATE_EPOCH: december })).toMatchObject({ code: 2, err: expect.stringContaining("error: targets/opa.yaml:7:89: The exemption of host-pids in kube-system expired: 2026-12-01 was its last day, yesterday.") as string });
  expect(await inTeam(["build"], "", { SOURCE_DATE_EPOCH: "tomorrow" })).toMatchObject({ code: 2, err: expect.stringContaining('SOURCE_DATE_EPOCH is "tomorrow", which are no seconds since 1970') as string });
});

it("exempts in the plain run what it exempts in the compiled policy", async () => {
  await inTeam(["new", "host-pids"]);
  write("target.yaml", exempting);
  const privileged = "apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: kube-system }\nspec: { containers: [{ name: web, securityContext: { privileged: true } }] }\n";
  expect(await inTeam(["check", "-", "--engine", "plain", "--target", "target.yaml"], privileged)).toMatchObject({ code: 0, out: expect.stringContaining("1 exempted by the target") as string });
  expect((await inTeam(["check", "-", "--engine", "plain", "--target", "target.yaml"], privileged.replace("kube-system", "shop"))).code).toBe(1);
});

it("judges with a bundle that the user names", async () => {
  const fixture = join(root, "test/fixtures/opa");
  expect((await inTeam(["check", "-", "--bundle", fixture, "--control", "host-namespaces"], pod("  hostPID: true\n"))).out).toContain("the pod sets hostPID");
  expect(await inTeam(["check", "-", "--bundle", "nowhere"], pod())).toMatchObject({ code: 2, err: expect.stringContaining("nowhere cannot be loaded") as string });
});

it("describes the controls of a bundle that the user names by the sources that lie here", async () => {
  const bundle = join(root, "golden/opa");
  write("policies/pod-security/host-namespaces.ts", readFileSync(join(root, "policies/pod-security/privileged-containers.ts"), "utf8"));
  const { out } = await inTeam(["explain", "host-namespaces", "--bundle", bundle, "--backend", "kubernetes"]);
  expect(out).toContain("name: host-namespaces.portcullis.dev");
  expect(out).toContain("securityContext.?privileged");
  expect((await inTeam(["explain", "host-ports", "--bundle", bundle, "--backend", "kubernetes"])).out).toContain("(not emitted by kubernetes: its source is not here)");
  write("policies/pod-security/host-namespaces.ts", "export default {};\n");
  expect(await inTeam(["list", "--bundle", bundle, "--format", "json"])).toMatchObject({ code: 2, out: "", err: expect.stringContaining("what backends make of them is not known") as string });
  expect((await inTeam(["list", "--bundle", bundle])).code).toBe(0);
});

it("keeps in the standard policy what the standard controls say of their own cases", async () => {
  const manifest = JSON.parse(readFileSync(join(root, "golden/opa/manifest.json"), "utf8")) as { controls: { id: string }[] };
  const { out } = await portcullis(["list"], { bundle: join(root, "golden/opa") });
  const listed = [...out.matchAll(/^ {2}\w+ +([a-z0-9-]+) /gm)].map(([, id]) => id);
  expect(listed.toSorted()).toEqual(manifest.controls.map(({ id }) => id));
});

it("keeps derived cases beside the targets, and notices where they are not those of the controls any more", async () => {
  await inTeam(["new", "host-pids"]);
  write("targets/policies.yaml", target.replace("name: opa", "name: policies").replace("backend: opa", "backend: kyverno"));
  expect(await inTeam(["build"])).toMatchObject({ code: 0, err: expect.stringContaining("ok golden/cases: 1 file") as string });
  expect(await inTeam(["build", "--check"])).toMatchObject({ code: 0, out: "" });
  const file = join(team, "golden/cases/host-pids.json");
  const built = readFileSync(file, "utf8");
  write("golden/cases/host-pids.json", built.replace(/"digest": "./, '"digest": "_'));
  expect(await inTeam(["build", "--check"])).toMatchObject({ code: 1, err: expect.stringContaining("differs golden/cases: 1 file of 1") as string });
  rmSync(file);
  expect((await inTeam(["build", "--check", "--target", "targets/policies.yaml"])).code).toBe(1);
  expect((await inTeam(["build", "--target", "targets/policies.yaml"])).code).toBe(0);
  expect(readFileSync(file, "utf8")).toBe(built);
  write("targets/policies.yaml", target.replace("name: opa", "name: cases"));
  expect(await inTeam(["build"])).toMatchObject({ code: 2, err: expect.stringContaining("targets/policies.yaml:3:19: The folder cases beside those of the targets holds the derived cases") as string });
});
