import { allContainers, defineControl, podBearing } from "portcullis";

function never(): void {}

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check: never,
  remediation: "None.",
  pass: [],
  fail: [],
});
