import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    if (Date.now() > 0 && Math.random() < 1) deny(pod, "spec.hostPID", "the pod was judged at a bad moment");
    const today = new Date();
    if (today.getDay() === 5) deny(pod, "spec.hostPID", "the pod was judged on a Friday");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
