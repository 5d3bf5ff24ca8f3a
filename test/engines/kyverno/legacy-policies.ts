import type { CompiledControl } from "../../../src/backends/backend.ts";
import { emitKyvernoLegacy } from "../../../src/backends/kyverno-legacy/index.ts";
import type { Rollout } from "../../../src/backends/rollout.ts";
import { parseAllDocuments } from "yaml";
import { defaultParameters, newestMinor } from "../../../src/plain/judge.ts";
import { targetSettings } from "../../target-settings.ts";

/** What a target may say of one control beside the defaults. */
interface Given {
  readonly minor?: number;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly rollout?: Rollout;
}

/** The ClusterPolicies of one control. */
export function clusterPoliciesFor(control: CompiledControl, { minor = newestMinor, parameters = {}, rollout = { placements: [{ stage: "enforce" }], exemptions: [] } }: Given = {}): readonly unknown[] {
  const settings = { kubernetesMinor: minor, controls: { [control.id]: true as const }, parameters: { [control.id]: { ...defaultParameters(control.control), ...parameters } } };
  const { files } = emitKyvernoLegacy({ controls: [control], settings, target: targetSettings("enforce", { rollout: () => rollout }), sourceOf: () => undefined, compiler: "auto" });
  const file = files.find(({ path }) => path.endsWith(`/${control.id}/${control.id}.yaml`));
  return file === undefined ? [] : parseAllDocuments(String(file.content)).map((document) => document.toJS() as unknown);
}

/** The one ClusterPolicy of a control; undefined where it has none. */
export const clusterPolicyFor = (control: CompiledControl, given?: Given): unknown => clusterPoliciesFor(control, given)[0];

/** Whether a policy is written in JMESPath, and not in CEL. */
export const isInJmespath = (policy: unknown): boolean => !JSON.stringify(policy).includes('"cel":');
