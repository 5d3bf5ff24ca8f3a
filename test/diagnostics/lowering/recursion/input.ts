import { allContainers, defineControl, podBearing } from "portcullis";

function depth(level: number): number {
  return level === 0 ? 0 : deeper(level - 1);
}

function deeper(level: number): number {
  return depth(level);
}

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    if (depth(3) === 0) deny(pod, "spec.hostPID", "the pod is too deep");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
