import { createHash } from "node:crypto";
import { type Backend, type Emission, type EmittedControl, type EmitRequest, type EmittedFile, jsonText, type TargetSettings } from "../backend.ts";
import { describeControls } from "./describe-controls.ts";
import { emitRego } from "./emit-rego.ts";
import { entrypoint, type OpaSettings } from "./manifest.ts";
import { conftestAdapter, nativeTests } from "./native-tests.ts";
import { findRegoCompiler, opaVersion, type RegoFile } from "./rego-compiler.ts";

/**
 * Emits one Rego package per control, the policy that gathers them, its WASM, the manifest that tells a runner what is
 * inside, and the target's settings as data. All controls are in the module: selection, parameters and the Kubernetes minor
 * are given at evaluation, so one module serves every target.
 */
export const opa: Backend = { name: "opa", judges: "objects", emit: emitOpa, preview: async (request) => previewOpa(request) };

async function emitOpa(request: EmitRequest): Promise<Emission> {
  const { controls, settings, target, compiler: choice } = request;
  const { files } = emitRego(controls);
  const compiler = await findRegoCompiler(choice);
  if ("missing" in compiler) return { files: [], diagnostics: [], faults: [compiler.missing] };
  const { formatted, errors, wasm } = await compiler.compile({ files, entrypoints: [entrypoint] });
  // The author cannot have caused this: what lowering lets through, the printer must be able to say.
  if (wasm === undefined) throw new Error(`OPA refuses the emitted Rego: ${errors.map(({ path, line, column, message }) => `${path}:${line}:${column} ${message}`).join("; ")}`);
  const tests = await compiler.format([...nativeTests(controls, request), conftestAdapter(controls)]);
  if (tests.errors.length > 0) throw new Error(`OPA refuses the emitted tests: ${tests.errors.map(({ path, line, column, message }) => `${path}:${line}:${column} ${message}`).join("; ")}`);
  const emitted: EmittedFile[] = [
    ...[...formatted, ...tests.formatted].map(({ path, text }) => ({ path, content: text })),
    { path: "policy.wasm", content: wasm },
    { path: "manifest.json", content: jsonText({ ...describeControls(controls), opaVersion, rego: regoDigest(formatted) }) },
    { path: "data.json", content: jsonText({ settings: { ...settings, ...exemptionsOf(settings, target) } }) },
  ];
  return { files: emitted.sort((left, right) => (left.path < right.path ? -1 : 1)), controls: outcomesOf(request), diagnostics: [], faults: [] };
}

/** The Rego as the printer leaves it, which is as OPA's formatter would. */
function previewOpa(request: EmitRequest): Emission {
  const { files } = emitRego(request.controls);
  return { files: files.map(({ path, text }) => ({ path, content: text })), controls: outcomesOf(request), diagnostics: [], faults: [] };
}

const outcomesOf = ({ controls, settings }: EmitRequest): readonly EmittedControl[] =>
  controls
    .filter(({ id }) => settings.controls[id] === true)
    .map(({ domain, id }): EmittedControl => ({ control: id, emitted: true, files: [`rego/${domain}/${id}.rego`] }))
    .sort((left, right) => (left.control < right.control ? -1 : 1));

/** What the policy is told of exemptions: nothing where there are none, so that a usual target pays for none. */
function exemptionsOf({ controls }: OpaSettings, { rollout }: TargetSettings): Pick<OpaSettings, "exemptions"> {
  const exempted = Object.keys(controls).map((id) => [id, rollout(id).exemptions] as const).filter(([, exemptions]) => exemptions.length > 0);
  return exempted.length === 0 ? {} : { exemptions: Object.fromEntries(exempted) };
}

/** The SHA-256 of all Rego files with their paths: ties a module to the sources beside it. */
export function regoDigest(files: readonly RegoFile[]): string {
  const hash = createHash("sha256");
  for (const { path, text } of files.toSorted((left, right) => (left.path < right.path ? -1 : 1))) hash.update(`${path}\0${text}\0`);
  return `sha256:${hash.digest("hex")}`;
}
