import { targetSettings } from "../../target-settings.ts";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import type { CompiledControl } from "../../../src/backends/backend.ts";
import { emitKubernetes } from "../../../src/backends/kubernetes/index.ts";
import { compile } from "../../../src/compile.ts";
import { defaultParameters, newestMinor } from "../../../src/plain/judge.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The controls of a folder of the repository, compiled. */
export const compiledControls = (folder: string): readonly CompiledControl[] => compile(root, `${root}${folder}`).controls;

/** The policy of one control for a Kubernetes minor, with parameters beside the defaults; undefined where it has none. */
export function policyFor(control: CompiledControl, minor = newestMinor, parameters: Readonly<Record<string, unknown>> = {}): unknown {
  const settings = { kubernetesMinor: minor, controls: { [control.id]: true as const }, parameters: { [control.id]: { ...defaultParameters(control.control), ...parameters } } };
  const { files } = emitKubernetes({ controls: [control], settings, target: targetSettings(), sourceOf: () => undefined, compiler: "auto" });
  const file = files.find(({ path }) => path === `${control.domain}/${control.id}.yaml`);
  return file === undefined ? undefined : parseAllDocuments(String(file.content))[0]?.toJS();
}
