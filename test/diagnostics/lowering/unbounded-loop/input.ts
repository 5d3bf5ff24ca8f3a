import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    while (pod.spec?.hostPID === true) {
      deny(pod, "spec.hostPID", "the pod shares the process namespace of the node");
    }
    for (let at = 0; at < 3; at += 1) {
      deny(pod, "spec.hostIPC", "the pod shares the IPC namespace of the node");
    }
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
