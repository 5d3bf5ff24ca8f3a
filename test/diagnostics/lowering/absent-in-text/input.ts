import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    for (const container of allContainers(pod)) {
      deny(container, "image", `the image is ${container.image}`);
    }
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
