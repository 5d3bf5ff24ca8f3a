import { allContainers, defineControl, podBearing } from "portcullis";

function anything(value: any): number {
  return value === true ? 1 : 0;
}

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    if (anything(pod.spec?.hostPID) === 1) deny(pod, "spec.hostPID", "the pod shares the process namespace of the node");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
