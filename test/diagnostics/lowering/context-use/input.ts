import { allContainers, defineControl, podBearing } from "portcullis";

function isOpen(context: unknown): boolean {
  return context !== undefined;
}

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check(context) {
    if (isOpen(context)) context.deny(context.pod, "spec.hostPID", "the pod shares the process namespace of the node");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
