import { choice, defineControl, kinds, strings } from "portcullis";

/** The levels of the Pod Security Standards, from none to strictest. */
const levels = ["privileged", "baseline", "restricted"] as const;

export default defineControl({
  title: "Namespaces must ask for Pod Security",
  description:
    "A namespace without the labels takes the cluster's default, which is to let every pod in: whoever may create pods there mounts the node's disk or runs privileged. An unknown level in audit or warn counts as privileged, so a typing error turns the warning off.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["5.2.1"] },
    nsa: { "1.2": ["pod/pss"] },
    owasp: { "2022": ["K04"], "2025": ["K04"] },
    seed: ["H01", "H13", "H14", "H16", "L01", "L02", "T06"],
  },
  match: kinds("v1/Namespace"),
  parameters: {
    enforce: choice(levels, { default: "restricted", description: "The lowest level for the label that rejects pods; baseline while a cluster migrates." }),
    audit: choice(levels, { default: "restricted", description: "The lowest level for the label that writes to the audit log." }),
    warn: choice(levels, { default: "restricted", description: "The lowest level for the label that warns whoever applies a pod." }),
    exemptNamespaces: strings({ default: ["kube-system", "kube-public", "kube-node-lease"], description: "Namespaces that need no labels, by name." }),
  },
  findings: {
    a: "A label is absent",
    b: "A label is no level, or a lower one than asked for",
  },

  check({ object, parameters, deny }) {
    const name = object.metadata?.name ?? "";
    if (parameters.exemptNamespaces.includes(name)) return;

    const modes = [
      { label: "pod-security.kubernetes.io/enforce", asked: parameters.enforce },
      { label: "pod-security.kubernetes.io/audit", asked: parameters.audit },
      { label: "pod-security.kubernetes.io/warn", asked: parameters.warn },
    ];
    for (const { label, asked } of modes) {
      const level = object.metadata?.labels?.[label];
      if (level === undefined) {
        deny(object, ["metadata", "labels", label], `namespace ${name} lacks the label ${label}; set it to ${asked}`, "a");
        continue;
      }
      if (!reaches(level, asked)) {
        deny(object, ["metadata", "labels", label], `namespace ${name} has ${label}: ${level}; set it to ${asked}`, "b");
      }
    }
  },

  remediation: "Set the labels pod-security.kubernetes.io/enforce, audit and warn to restricted.",
  pass: [
    {
      object: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name: "shop",
          labels: { "pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/audit": "restricted", "pod-security.kubernetes.io/warn": "restricted" },
        },
      },
    },
    {
      name: "a level above the one asked for, while a cluster migrates",
      parameters: { enforce: "baseline", audit: "privileged" },
      object: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name: "shop",
          labels: { "pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/audit": "baseline", "pod-security.kubernetes.io/warn": "restricted" },
        },
      },
    },
    { name: "a system namespace", object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } } },
    {
      name: "a system namespace that says what it needs",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system", labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
    },
  ],
  fail: [
    {
      name: "no labels at all",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      at: [
        { finding: "a", path: 'metadata.labels["pod-security.kubernetes.io/enforce"]' },
        { finding: "a", path: 'metadata.labels["pod-security.kubernetes.io/audit"]' },
        { finding: "a", path: 'metadata.labels["pod-security.kubernetes.io/warn"]' },
      ],
    },
    {
      name: "a level below, a typing error, and a version that is no level",
      object: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name: "shop",
          labels: {
            "pod-security.kubernetes.io/enforce": "baseline",
            "pod-security.kubernetes.io/audit": "Restricted",
            "pod-security.kubernetes.io/warn-version": "v1.37",
          },
        },
      },
      at: [
        { finding: "b", path: 'metadata.labels["pod-security.kubernetes.io/enforce"]' },
        { finding: "b", path: 'metadata.labels["pod-security.kubernetes.io/audit"]' },
        { finding: "a", path: 'metadata.labels["pod-security.kubernetes.io/warn"]' },
      ],
    },
    {
      name: "an unknown level is wrong even where privileged is enough",
      parameters: { enforce: "privileged", audit: "privileged", warn: "privileged" },
      object: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name: "kube-system-tools",
          labels: { "pod-security.kubernetes.io/enforce": "none", "pod-security.kubernetes.io/audit": "privileged", "pod-security.kubernetes.io/warn": "" },
        },
      },
      at: [
        { finding: "b", path: 'metadata.labels["pod-security.kubernetes.io/enforce"]' },
        { finding: "b", path: 'metadata.labels["pod-security.kubernetes.io/warn"]' },
      ],
    },
  ],
});

/** Whether a label's text is a level that is at least as strict as the one asked for. */
function reaches(level: string, asked: string): boolean {
  if (level === "restricted") return true;
  if (level === "baseline") return asked !== "restricted";
  return level === "privileged" && asked === "privileged";
}
