import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  findings: { a: "shares processes", b: "shares IPC" },
  check({ pod, deny }) {
    if (pod.spec?.hostPID === true) deny(pod, "spec.hostPID", "a message", "a");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
