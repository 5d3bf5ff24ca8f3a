import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    for (const container of allContainers(pod)) {
      if (/x/g.test(container.name)) deny(container, "securityContext.privileged", "the container is privileged");
    }
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
