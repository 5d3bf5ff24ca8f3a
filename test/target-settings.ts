import type { TargetSettings } from "../src/backends/backend.ts";
import type { Stage } from "../src/backends/rollout.ts";

/** What a target says that puts every control in force everywhere at one stage. */
export const targetSettings = (stage: Stage = "enforce", settings: Partial<TargetSettings> = {}): TargetSettings => ({
  name: "test",
  rollout: () => ({ placements: [{ stage }], exemptions: [] }),
  gatekeeper: { language: "rego", generateVAP: false },
  ...settings,
});
