import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    let found = false;
    for (const container of allContainers(pod)) {
      if (container.securityContext?.privileged === true) found = true;
    }
    if (found) deny(pod, "spec.containers", "a container is privileged");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
