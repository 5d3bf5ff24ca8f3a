import { targetSettings } from "./target-settings.ts";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { CompiledControl, CompiledDetection, EmitRequest } from "../src/backends/backend.ts";
import { falco } from "../src/backends/falco/diagnostics.ts";
import { emitFalco } from "../src/backends/falco/index.ts";
import { gatekeeper } from "../src/backends/gatekeeper/diagnostics.ts";
import { emitGatekeeper } from "../src/backends/gatekeeper/index.ts";
import { kubernetes } from "../src/backends/kubernetes/diagnostics.ts";
import { emitKubernetes } from "../src/backends/kubernetes/index.ts";
import { kyverno } from "../src/backends/kyverno/diagnostics.ts";
import { emitKyverno } from "../src/backends/kyverno/index.ts";
import { kyvernoLegacy } from "../src/backends/kyverno-legacy/diagnostics.ts";
import { emitKyvernoLegacy } from "../src/backends/kyverno-legacy/index.ts";
import { tetragon } from "../src/backends/tetragon/diagnostics.ts";
import { emitTetragon } from "../src/backends/tetragon/index.ts";
import { admission } from "../src/backends/admission/diagnostics.ts";
import { compileFiles } from "../src/compile.ts";
import type { Diagnostic } from "../src/diagnostics/diagnostic.ts";
import { renderDiagnostic } from "../src/diagnostics/render.ts";
import { frontend } from "../src/frontend/diagnostics.ts";
import { openProject, typescriptFiles } from "../src/frontend/project.ts";
import { newestMinor } from "../src/kubernetes/minors.ts";
import { lowering } from "../src/lowering/diagnostics.ts";
import { defaultParameters } from "../src/plain/judge.ts";

const folder = fileURLToPath(new URL("./diagnostics", import.meta.url));
const scenarios = readdirSync(folder).flatMap((stage) => readdirSync(join(folder, stage)).map((name) => `${stage}/${name}`));
// One program for all scenarios: the Kubernetes types are read once.
const project = openProject(typescriptFiles(folder));

const requestFor = (controls: readonly CompiledControl[]): EmitRequest => ({
  controls,
  settings: { kubernetesMinor: newestMinor, controls: Object.fromEntries(controls.map(({ id }) => [id, true as const])), parameters: {} },
  target: targetSettings("audit"),
  sourceOf: () => undefined,
  compiler: "auto",
});

const detectionRequest = (detections: readonly CompiledDetection[]): EmitRequest => ({
  ...requestFor([]),
  detections,
  settings: { kubernetesMinor: newestMinor, controls: Object.fromEntries(detections.map(({ id }) => [id, true as const])), parameters: Object.fromEntries(detections.map(({ detection, id }) => [id, defaultParameters(detection)])) },
});

/** What a backend says of controls that compile. Scenarios of other stages go through the backend that says the most. */
const emitters: Readonly<Record<string, (controls: readonly CompiledControl[], detections: readonly CompiledDetection[]) => readonly Diagnostic[]>> = {
  falco: (_, detections) => emitFalco(detectionRequest(detections)).diagnostics,
  admission: (controls) => emitKubernetes(requestFor(controls)).diagnostics,
  gatekeeper: (controls) => emitGatekeeper({ ...requestFor(controls), target: targetSettings("audit", { gatekeeper: { language: "cel", generateVAP: false } }) }).diagnostics,
  kubernetes: (controls) => emitKubernetes(requestFor(controls)).diagnostics,
  kyverno: (controls) => emitKyverno(requestFor(controls)).diagnostics,
  tetragon: (_, detections) => emitTetragon(detectionRequest(detections)).diagnostics,
  "kyverno-legacy": (controls) => emitKyvernoLegacy(requestFor(controls)).diagnostics,
};

for (const scenario of scenarios) {
  it(`explains ${scenario}, with everything else that is wrong in the same run`, async () => {
    const root = join(folder, scenario);
    const { controls, detections, diagnostics: found, sourceOf } = compileFiles(project, typescriptFiles(root), root);
    const diagnostics = found.length > 0 ? found : (emitters[scenario.split("/")[0] ?? ""] ?? emitters["kubernetes"])?.(controls, detections) ?? [];
    const rendered = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, sourceOf(diagnostic.span.file))).join("\n\n");
    await expect(`${rendered}\n`).toMatchFileSnapshot(join(root, "expected.txt"));
    const stage = scenario.split("/")[0] ?? "";
    const code = stage === "typescript" ? "typescript/TS" : scenario;
    expect(diagnostics.some((diagnostic) => diagnostic.code.startsWith(code))).toBe(true);
  });
}

it("has a scenario for every code that a control can meet", () => {
  const codes = [...Object.values(frontend), ...Object.values(lowering), ...Object.values(admission), ...Object.values(falco), ...Object.values(gatekeeper), ...Object.values(kubernetes), ...Object.values(kyverno), ...Object.values(kyvernoLegacy), ...Object.values(tetragon)].map(({ code }) => code);
  expect(codes.filter((code) => !existsSync(join(folder, code)))).toEqual([]);
});
