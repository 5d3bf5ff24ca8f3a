import { allContainers, defineControl, podBearing } from "portcullis";

function inspect(name: string, report: (message: string) => void): boolean {
  report(name);
  return true;
}

function report(deny: unknown): boolean {
  return deny === undefined;
}

export default defineControl({
  title: "Scenario",
  description: "A control that shows one refusal.",
  severity: "low",
  frameworks: {},
  match: podBearing(),
  check({ pod, deny }) {
    for (const container of allContainers(pod)) {
      inspect(container.name, (message) => deny(container, "name", message));
    }
    report(deny);
  },
  remediation: "None.",
  pass: [],
  fail: [],
});
