import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, oldObject, deny }) {
    const settings = { limits: { memory: "1Gi" } };
    deny(settings, "limits.memory", "a message");
    if (oldObject !== undefined) deny(oldObject, "metadata", "a message");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
