import { allContainers, defineControl, podBearing } from "portcullis";

function isFlag(name: string): (argument: string) => boolean {
  return (argument) => argument === name;
}

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    for (const container of allContainers(pod)) {
      if ((container.args ?? []).some(isFlag(container.name))) deny(container, "securityContext.privileged", "the container is privileged");
    }
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
