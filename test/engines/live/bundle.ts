import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import type { CompiledControl, EmittedFile } from "../../../src/backends/backend.ts";
import { backends } from "../../../src/backends/index.ts";
import { describeControls } from "../../../src/backends/opa/describe-controls.ts";
import type { Rollout } from "../../../src/backends/rollout.ts";
import { buildTarget } from "../../../src/bundle/build-target.ts";
import type { Target } from "../../../src/bundle/target.ts";
import { readTarget } from "../../../src/bundle/target-file.ts";
import { type Compilation, compile } from "../../../src/compile.ts";
import { newestMinor, type Request } from "../../../src/plain/judge.ts";
import { keptCases } from "../../kept-cases.ts";
import { targetSettings } from "../../target-settings.ts";
import { expectedTexts } from "../../../src/verify/comparison.ts";
import type { Sight } from "../../../src/verify/sight.ts";
import type { ApiObject } from "../../../src/verify/live/client.ts";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** What a target delivers to a cluster, and what the plain run says under the target's settings. */
export interface Bundle {
  /** The controls that are in the bundle. */
  readonly controls: readonly CompiledControl[];
  /** Everything that its Kustomization applies, in that order. */
  readonly objects: readonly ApiObject[];
  /** The texts of a control's violations in a request. */
  readonly expected: (control: CompiledControl, request: Request) => string[];
}

/** The control that an emitted object is made from. */
export const controlOf = ({ metadata }: ApiObject): string => metadata.annotations?.["portcullis.dev/control"] ?? "";

/** What the Kustomization of a folder applies, in its order. */
function applied(files: readonly EmittedFile[], folder: string): readonly ApiObject[] {
  const contentOf = (path: string): readonly unknown[] => parseAllDocuments(String(files.find((file) => file.path === path)?.content)).map((document) => document.toJS() as unknown);
  const [kustomization] = contentOf(`${folder}kustomization.yaml`) as readonly { readonly resources: readonly string[] }[];
  return (kustomization?.resources ?? []).flatMap((path) => (path.endsWith(".yaml") ? (contentOf(`${folder}${path}`) as readonly ApiObject[]) : applied(files, `${folder}${path}/`)));
}

/** What a target's backend emits for controls that are no part of this repository's library, under one rollout. */
export async function emittedObjects(name: string, controls: readonly CompiledControl[], rollout: Rollout): Promise<readonly ApiObject[]> {
  const { engineVersion, backend: wanted, gatekeeper } = (await targetOf(name)).spec;
  const backend = backends.find((each) => each.name === wanted);
  if (backend === undefined) throw new Error(`there is no backend ${wanted}`);
  const { diagnostics, faults, files } = await backend.emit({
    controls,
    settings: { kubernetesMinor: newestMinor, controls: Object.fromEntries(controls.map(({ id }) => [id, true as const])), parameters: {} },
    target: targetSettings("enforce", { rollout: () => rollout, ...(engineVersion === undefined ? {} : { engineVersion }), gatekeeper: { language: "rego", generateVAP: false, ...gatekeeper } }),
    sourceOf: () => undefined,
    compiler: "auto",
  });
  if (faults.length + diagnostics.length > 0) throw new Error([...faults, ...diagnostics.map(({ message }) => message)].join(" "));
  return applied(files, "");
}

async function targetOf(name: string): Promise<Target> {
  const result = await readTarget(join(root, "targets", `${name}.yaml`), describeControls(libraryControls().controls));
  if ("errors" in result) throw new Error(result.errors.map(({ message }) => message).join(" "));
  return result.target;
}

/** What the engine of a target sees of other objects. */
const sightOf = ({ spec: { backend, gatekeeper } }: Target): Sight => (backend === "kyverno" || (backend === "gatekeeper" && gatekeeper?.language !== "cel") ? "but-for-new-namespaces" : "never");

let library: Compilation | undefined;

/** The controls of this repository, compiled once for a test file. */
export function libraryControls(): Compilation {
  library ??= compile(root, join(root, "policies"));
  return library;
}

/** Builds a target of this repository, with parts of what it says replaced. */
export async function bundleOf(name: string, replaced: Partial<Target["spec"]> = {}): Promise<Bundle> {
  const { controls, sourceOf } = libraryControls();
  const given = await targetOf(name);
  const target: Target = { ...given, spec: { ...given.spec, ...replaced } };
  const { faults, files } = await buildTarget(target, controls, "auto", sourceOf, keptCases);
  if (faults.length > 0) throw new Error(faults.join(" "));
  const objects = applied(files, "");
  const ids = new Set(objects.map(controlOf));
  return {
    controls: controls.filter(({ id }) => ids.has(id)),
    objects,
    expected: (control, request) => expectedTexts(control, { ...request, parameters: target.spec.parameters?.[control.id] ?? {} }, sightOf(target)),
  };
}
