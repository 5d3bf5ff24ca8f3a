import { allContainers, defineControl, podBearing } from "portcullis";

const FORBIDDEN = new Set(["root"]);

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    for (const container of allContainers(pod)) {
      if (FORBIDDEN.has(container.name)) deny(container, "securityContext.privileged", "the container is privileged");
    }
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
