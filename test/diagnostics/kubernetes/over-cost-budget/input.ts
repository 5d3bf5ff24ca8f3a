import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),

  check({ pod, deny }) {
    for (const container of allContainers(pod)) {
      if (allContainers(pod).some((second) => second.image === container.image && allContainers(pod).some((third) => third.image === second.image && third.name !== second.name && third.name !== container.name))) {
        deny(container, "image", "three containers run one image");
      }
    }
  },

  remediation: "None.",
  pass: [],
  fail: [],
});
