import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario\nof two lines",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    if (pod.spec?.hostPID === true) deny(pod, "spec.hostPID", "a message");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
