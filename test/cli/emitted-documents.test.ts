import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { kubernetes } from "../../src/backends/kubernetes/index.ts";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/program.ts";
import { Sink } from "./fake-io.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
vi.setConfig({ testTimeout: 30_000 });
let team = "";
beforeEach(() => void (team = mkdtempSync(join(tmpdir(), "portcullis-"))));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(team, { recursive: true });
});

async function inTeam(...args: readonly string[]): Promise<{ readonly code: number; readonly err: string }> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const io: Io = { stdin: Readable.from([""]), stdout, stderr, env: {}, cwd: team, bundle: join(root, "golden/opa"), root, now: () => 0, date: () => new Date("2026-11-25T12:00:00Z"), exitCode: 0 };
  return { code: await run(args, io), err: stderr.text };
}

it("writes nothing where a document does not fit the engine's schema, and says which, where, and whose fault it is", async () => {
  await inTeam("new", "host-pids");
  mkdirSync(join(team, "targets"));
  writeFileSync(join(team, "targets/a.yaml"), "apiVersion: portcullis.dev/v1\nkind: Target\nmetadata: { name: a }\nspec: { backend: kubernetes, engineVersion: '1.34' }\n");
  const emit = kubernetes.emit.bind(kubernetes);
  vi.spyOn(kubernetes, "emit").mockImplementation(async (request) => {
    const emission = await emit(request);
    return { ...emission, files: emission.files.map(({ path, content }) => ({ path, content: String(content).replace("failurePolicy:", "failurePolicies:") })) };
  });
  const { code, err } = await inTeam("build");
  expect(code).toBe(2);
  expect(err).toContain('Emitted custom/host-pids.yaml: /spec must NOT have additional properties: "failurePolicies" (ValidatingAdmissionPolicy of kubernetes 1.34). This is a fault of Portcullis, not of the target; nothing was written.');
  expect(existsSync(join(team, "golden"))).toBe(false);

  vi.restoreAllMocks();
  expect(await inTeam("build")).toMatchObject({ code: 0 });
  expect(existsSync(join(team, "golden/a/custom/host-pids.yaml"))).toBe(true);
});
