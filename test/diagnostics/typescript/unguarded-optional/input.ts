import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    if (pod.spec.hostPID === true) deny(pod, "spec.hostPID", "the pod shares the process namespace of the node");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
