import { allContainers, defineControl, podBearing } from "portcullis";

function isRoot(name: string): boolean | undefined {
  if (name === "root") return true;
}

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    for (const container of allContainers(pod)) {
      if (isRoot(container.name) === true) deny(container, "securityContext.privileged", "the container is privileged");
    }
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
