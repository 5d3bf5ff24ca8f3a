import type { CompiledControl } from "../../../src/backends/backend.ts";
import { emitKyvernoLegacy } from "../../../src/backends/kyverno-legacy/index.ts";
import type { Stage } from "../../../src/backends/rollout.ts";
import { parseAllDocuments } from "yaml";
import { defaultParameters, newestMinor } from "../../../src/plain/judge.ts";
import { targetSettings } from "../../target-settings.ts";

/** What a target may say of one control beside the defaults. */
interface Given {
  readonly minor?: number;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly stage?: Stage;
}

/** The ClusterPolicy of one control; undefined where it has none. */
export function clusterPolicyFor(control: CompiledControl, { minor = newestMinor, parameters = {}, stage = "enforce" }: Given = {}): unknown {
  const settings = { kubernetesMinor: minor, controls: { [control.id]: true as const }, parameters: { [control.id]: { ...defaultParameters(control.control), ...parameters } } };
  const { files } = emitKyvernoLegacy({ controls: [control], settings, target: targetSettings(stage), sourceOf: () => undefined, compiler: "auto" });
  const file = files.find(({ path }) => path.endsWith(`/${control.id}/${control.id}.yaml`));
  return file === undefined ? undefined : parseAllDocuments(String(file.content))[0]?.toJS();
}

/** Whether a policy is written in JMESPath, and not in CEL. */
export const isInJmespath = (policy: unknown): boolean => !JSON.stringify(policy).includes('"cel":');
