import { allContainers, defineControl, podBearing } from "portcullis";
import { hostname } from "node:os";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    if (pod.spec?.hostname === hostname()) deny(pod, "spec.hostname", "a message");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
