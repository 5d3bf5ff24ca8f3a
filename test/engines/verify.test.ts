import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { beforeAll, expect, it } from "vitest";
import type { EmittedFile } from "../../src/backends/backend.ts";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/program.ts";
import { kubeApiserver } from "../../src/verify/runners/kube-apiserver.ts";
import { runners } from "../../src/verify/runners/index.ts";
import type { Column } from "../../src/verify/verify.ts";
import { Sink } from "../cli/fake-io.ts";
import { compiledControls } from "./admission/policies.ts";
import { type EngineName, engineBinary } from "./engine.ts";
import { root } from "./live/bundle.ts";

const commands: Readonly<Record<string, EngineName>> = { opa: "opa", gator: "gator", kyverno: "kyverno", "kube-apiserver": "kube-apiserver", etcd: "etcd" };
const env: Record<string, string> = {};

beforeAll(async () => {
  for (const [name, engine] of Object.entries(commands)) env[`PORTCULLIS_ENGINE_${name.replaceAll("-", "_").toUpperCase()}`] = await engineBinary(engine);
});

/** Falco is installed from packages of its own, and no module of Go builds it. */
const hasFalco = spawnSync("falco", ["--version"]).status === 0;

it(`has every engine judge every target as the plain run does, and leaves none out${hasFalco ? "" : " (but Falco: there is none on the PATH)"}`, async () => {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const io: Io = { stdin: Readable.from([]), stdout, stderr, env, cwd: root, bundle: join(root, "golden/opa"), root, now: () => 0, date: () => new Date("2026-11-25T12:00:00Z"), exitCode: 0 };
  const code = await run(["verify", "--format", "json"], io);
  expect({ code, err: stderr.text.match(/^error: .*/gm) }).toEqual({ code: 0, err: null });
  const { columns } = JSON.parse(stdout.text) as { columns: Column[] };
  const unproven = columns.filter(({ notRun }) => notRun !== undefined);
  expect(unproven.map(({ target, notRun }) => ({ target, notRun }))).toEqual([...(hasFalco ? [] : [{ target: "falco", notRun: "there is no command falco" }]), { target: "tetragon", notRun: "no runner judges this backend yet" }]);
  const ran = columns.filter(({ notRun }) => notRun === undefined);
  expect([...new Set(ran.map(({ engine }) => engine))].sort()).toEqual(runners.map(({ name }) => name).filter((name) => hasFalco || name !== "falco").sort());
  expect(columns.map(({ target }) => target).sort()).toEqual(expect.arrayContaining(readdirSync(join(root, "targets")).map((file) => file.replace(".yaml", ""))));
  for (const { outcomes, target } of ran) expect({ target, controls: outcomes.length > 15, cases: outcomes.every(({ cases }) => cases > 0) }).toEqual({ target, controls: true, cases: true });
});

it("tells of a policy in a real API server that lets everything pass", async () => {
  const path = "pod-security/privileged-containers.yaml";
  const text = readFileSync(join(root, "golden/kubernetes", path), "utf8");
  const broken = text.replace("- expression: variables.compliant\n", "- expression: variables.compliant || true\n");
  expect(broken).not.toBe(text);
  const files: EmittedFile[] = [{ path, content: broken }, { path: "kustomization.yaml", content: `resources: [${path}]\n` }];
  const controls = compiledControls("policies").filter(({ id }) => id === "privileged-containers");
  const settings = { kubernetesMinor: 37, controls: { "privileged-containers": true as const }, parameters: {} };
  const bundle = { target: "broken", backend: "kubernetes", folder: "", files, controls, settings, rollout: () => ({ placements: [{ stage: "audit" as const }], exemptions: [] }) };
  const { outcomes } = await kubeApiserver.run(bundle, env["PORTCULLIS_ENGINE_KUBE_APISERVER"] ?? "", env["PORTCULLIS_ENGINE_ETCD"]);
  expect(outcomes).toMatchObject([{ control: "privileged-containers", cases: 6 }]);
  expect(outcomes[0]?.disagreements).toEqual(["fail-1", "fail-2", "fail-3"].map((name) => expect.stringContaining(`privileged-containers ${name}: allowed where the plain run finds`) as string));
});
