import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    for (const container of allContainers(pod)) {
      const field = container.name === "x" ? "image" : "command";
      deny(container, field, "a message");
    }
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
