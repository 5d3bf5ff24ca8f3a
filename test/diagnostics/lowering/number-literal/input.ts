import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    if ((pod.spec?.terminationGracePeriodSeconds ?? 0) > 0.5) deny(pod, "spec.terminationGracePeriodSeconds", "too long");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
