import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod }) {
    const shared = pod.spec?.hostPID === true;
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
