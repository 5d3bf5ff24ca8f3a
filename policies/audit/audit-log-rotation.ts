import { choice, component, decimal, defineControl, integer } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "../api-server/fixtures.ts";

export default defineControl({
  title: "The audit log must be kept long enough",
  description:
    "Break-ins are found weeks after they began. A log that is overwritten within days has nothing left to tell of the first of them, and an attacker who makes noise can see to that.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["1.2.17(a)", "1.2.18(b)", "1.2.19(c)"] },
    nsa: { "1.2": ["log/persist"] },
    owasp: { "2022": ["K05"], "2025": ["K10"] },
    seed: ["H06"],
  },
  match: component("kube-apiserver"),
  parameters: {
    minAge: integer({ default: 30, minimum: 0, description: "Days that a file must be kept." }),
    minBackup: integer({ default: 10, minimum: 0, description: "Files that must be kept." }),
    minSize: integer({ default: 100, minimum: 0, description: "Megabytes that a file must have before the next one begins." }),
    absent: choice(["fail", "by-version"], { default: "fail", description: "How a flag that is not set is read: as a fault, or as its default: 366, 100 and 100 from 1.36 on, none before." }),
  },
  findings: {
    a: "Files are kept for a short time",
    b: "Few files are kept",
    c: "Files are small",
  },

  check({ component: server, kubernetesMinor, parameters, deny }) {
    const hasDefaults = parameters.absent === "by-version" && kubernetesMinor >= 36;
    const age = server.flags["audit-log-maxage"];
    if (age && numberOf(age.value) < parameters.minAge) deny(age, "", `--audit-log-maxage is ${age.value}, less than ${parameters.minAge}`, "a");
    if (age === undefined && !(hasDefaults && parameters.minAge <= 366)) deny(server, "", "--audit-log-maxage is not set", "a");

    const backup = server.flags["audit-log-maxbackup"];
    if (backup && numberOf(backup.value) < parameters.minBackup) deny(backup, "", `--audit-log-maxbackup is ${backup.value}, less than ${parameters.minBackup}`, "b");
    if (backup === undefined && !(hasDefaults && parameters.minBackup <= 100)) deny(server, "", "--audit-log-maxbackup is not set", "b");

    const size = server.flags["audit-log-maxsize"];
    if (size && numberOf(size.value) < parameters.minSize) deny(size, "", `--audit-log-maxsize is ${size.value}, less than ${parameters.minSize}`, "c");
    if (size === undefined && !(hasDefaults && parameters.minSize <= 100)) deny(server, "", "--audit-log-maxsize is not set", "c");
  },

  remediation: "Set --audit-log-maxage=30, --audit-log-maxbackup=10 and --audit-log-maxsize=100, or more.",
  pass: [
    { name: "just enough", object: apiServer("--audit-log-maxage=30", "--audit-log-maxbackup=10", "--audit-log-maxsize=100") },
    { name: "more, as kubeadm is told", object: kubeadmApiServer({ name: "audit-log-maxage", value: "366" }, { name: "audit-log-maxbackup", value: "100" }, { name: "audit-log-maxsize", value: "200" }) },
    { name: "the defaults of 1.36", kubernetesMinor: 36, parameters: { absent: "by-version" }, object: apiServer("--audit-log-path=/var/log/kubernetes/audit.log") },
    { name: "as much as the defaults are", parameters: { absent: "by-version", minAge: 366, minBackup: 100, minSize: 100 }, object: kubeadmApiServer({ name: "profiling", value: "false" }) },
    { name: "another component", object: otherComponent("--audit-log-maxage=1") },
  ],
  fail: [
    {
      name: "nothing set, whatever the defaults are",
      object: apiServer("--audit-log-path=/var/log/kubernetes/audit.log"),
      at: [
        { finding: "a", path: "spec.containers[0].command" },
        { finding: "b", path: "spec.containers[0].command" },
        { finding: "c", path: "spec.containers[0].command" },
      ],
    },
    {
      name: "the defaults before 1.36",
      kubernetesMinor: 35,
      parameters: { absent: "by-version" },
      object: apiServerProcess("--audit-log-path=/var/log/audit.log"),
      at: [
        { finding: "a", path: "flags" },
        { finding: "b", path: "flags" },
        { finding: "c", path: "flags" },
      ],
    },
    {
      name: "more than the defaults are",
      parameters: { absent: "by-version", minAge: 367, minBackup: 101, minSize: 101 },
      object: kubeadmApiServer({ name: "profiling", value: "false" }),
      at: [
        { finding: "a", path: "apiServer.extraArgs" },
        { finding: "b", path: "apiServer.extraArgs" },
        { finding: "c", path: "apiServer.extraArgs" },
      ],
    },
    {
      name: "one less of each",
      object: apiServerProcess("--audit-log-maxage", "29", "--audit-log-maxbackup=9", "--audit-log-maxsize=99"),
      at: [
        { finding: "a", path: "flags[1]" },
        { finding: "b", path: "flags[2]" },
        { finding: "c", path: "flags[3]" },
      ],
    },
    {
      name: "zero, which keeps all, and no numbers",
      object: kubeadmApiServer({ name: "audit-log-maxage", value: "0" }, { name: "audit-log-maxbackup", value: "ten" }, { name: "audit-log-maxsize", value: "1e3" }),
      at: [
        { finding: "a", path: "apiServer.extraArgs[0].value" },
        { finding: "b", path: "apiServer.extraArgs[1].value" },
        { finding: "c", path: "apiServer.extraArgs[2].value" },
      ],
    },
    {
      name: "no numbers, where none is too small",
      parameters: { minAge: 0, minBackup: 0, minSize: 0 },
      object: apiServer("--audit-log-maxage=a", "--audit-log-maxbackup=b", "--audit-log-maxsize=c"),
      at: [
        { finding: "a", path: "spec.containers[0].command[1]" },
        { finding: "b", path: "spec.containers[0].command[2]" },
        { finding: "c", path: "spec.containers[0].command[3]" },
      ],
    },
  ],
});

/** A whole number that is not negative; what is none counts as less than any. */
function numberOf(text: string): number {
  return /^[0-9]{1,9}$/.test(text) ? decimal(text) : -1;
}
