import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  findings: { a: "shares processes", b: "shares IPC" },
  check({ pod, deny }) {
    const letter = pod.spec?.hostPID === true ? "a" : "b";
    deny(pod, "spec.hostPID", "a message", letter);
    deny(pod, "spec.hostPID", "a message", "a");
    deny(pod, "spec.hostIPC", "a message", "b");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
