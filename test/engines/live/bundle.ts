import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import type { CompiledControl } from "../../../src/backends/backend.ts";
import { describeControls } from "../../../src/backends/opa/describe-controls.ts";
import { buildTarget } from "../../../src/bundle/build-target.ts";
import type { Target } from "../../../src/bundle/target.ts";
import { readTarget } from "../../../src/bundle/target-file.ts";
import { type Compilation, compile } from "../../../src/compile.ts";
import type { Request } from "../../../src/plain/judge.ts";
import { expectedTexts } from "../admission/comparison.ts";
import type { ApiObject } from "./client.ts";

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

let library: Compilation | undefined;

/** The controls of this repository, compiled once for a test file. */
export function libraryControls(): Compilation {
  library ??= compile(root, join(root, "policies"));
  return library;
}

/** Builds a target of this repository, with parts of what it says replaced. */
export async function bundleOf(name: string, replaced: Partial<Target["spec"]> = {}): Promise<Bundle> {
  const { controls, sourceOf } = libraryControls();
  const result = await readTarget(join(root, "targets", `${name}.yaml`), describeControls(controls));
  if ("errors" in result) throw new Error(result.errors.map(({ message }) => message).join(" "));
  const target: Target = { ...result.target, spec: { ...result.target.spec, ...replaced } };
  const { faults, files } = await buildTarget(target, controls, "auto", sourceOf);
  if (faults.length > 0) throw new Error(faults.join(" "));
  const contentOf = (path: string): readonly unknown[] => parseAllDocuments(String(files.find((file) => file.path === path)?.content)).map((document) => document.toJS() as unknown);
  const { resources } = contentOf("kustomization.yaml")[0] as { readonly resources: readonly string[] };
  const objects = resources.flatMap(contentOf) as readonly ApiObject[];
  const ids = new Set(objects.map(controlOf));
  return {
    controls: controls.filter(({ id }) => ids.has(id)),
    objects,
    expected: (control, request) => expectedTexts(control, { ...request, parameters: target.spec.parameters?.[control.id] ?? {} }),
  };
}
