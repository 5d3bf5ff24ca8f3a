import { parseAllDocuments } from "yaml";
import type { CompiledControl, EmittedFile } from "../../../src/backends/backend.ts";
import { emitKyverno } from "../../../src/backends/kyverno/index.ts";
import type { Rollout } from "../../../src/backends/rollout.ts";
import { defaultParameters, newestMinor } from "../../../src/plain/judge.ts";
import { targetSettings } from "../../target-settings.ts";

/** What a target may say of one control beside the defaults. */
export interface Given {
  readonly minor?: number;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly rollout?: Rollout;
}

const everywhere: Rollout = { placements: [{ stage: "enforce" }], exemptions: [] };

/** The files of a target with one control, without those about the whole target. */
export function kyvernoFiles(control: CompiledControl, { minor = newestMinor, parameters = {}, rollout = everywhere }: Given = {}): readonly EmittedFile[] {
  const settings = { kubernetesMinor: minor, controls: { [control.id]: true as const }, parameters: { [control.id]: { ...defaultParameters(control.control), ...parameters } } };
  const target = targetSettings("enforce", { rollout: () => rollout, engineVersion: "1.19" });
  return emitKyverno({ controls: [control], settings, target, sourceOf: () => undefined, compiler: "auto" }).files.filter(({ path }) => path.startsWith(`${control.domain}/${control.id}/`));
}

/** The ValidatingPolicies of one control, and its PolicyExceptions after them. */
export function kyvernoDocuments(control: CompiledControl, given: Given = {}): readonly unknown[] {
  const files = kyvernoFiles(control, given);
  return [control.id, "exception"].flatMap((name) => {
    const file = files.find(({ path }) => path === `${control.domain}/${control.id}/${name}.yaml`);
    return file === undefined ? [] : parseAllDocuments(String(file.content)).map((document) => document.toJS() as unknown);
  });
}
