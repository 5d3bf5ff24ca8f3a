import { allContainers, defineControl, podBearing, type PodTemplate } from "portcullis";

function count(pod: PodTemplate): number {
  for (const container of allContainers(pod)) {
    if (container.name === "x") continue;
  }
  return 0;
}

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    if (count(pod) > 1) deny(pod, "spec.containers", "the pod has several containers");
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
