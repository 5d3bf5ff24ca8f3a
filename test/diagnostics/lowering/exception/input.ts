import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    try {
      if (pod.spec?.hostPID === true) throw new Error("hostPID");
    } catch {
      deny(pod, "spec.hostPID", "the pod shares the process namespace of the node");
    }
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
