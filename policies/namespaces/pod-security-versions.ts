import { choice, type corev1, decimal, defineControl, integer, kinds } from "portcullis";

const namespace = (labels: { readonly [mode: string]: string }): corev1.Namespace => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "shop", labels: Object.fromEntries(Object.entries(labels).map(([mode, value]) => [`pod-security.kubernetes.io/${mode}`, value])) },
});

export default defineControl({
  title: "Namespaces must say which version of Pod Security they mean",
  description:
    "Each minor of Kubernetes may add rules to a level. Without a version a namespace takes the cluster's, and an upgrade rejects pods that ran the day before: under that pressure the label is lowered or taken off. A version that stays behind for years leaves out every rule that came since.",
  severity: "low",
  frameworks: {
    nsa: { "1.2": ["pod/pss"] },
    owasp: { "2022": ["K04"], "2025": ["K04"] },
    seed: ["H15"],
  },
  match: kinds("v1/Namespace"),
  parameters: {
    style: choice(["pinned", "latest", "any"], { default: "pinned", description: "Whether versions name a minor, say latest, or may do either." }),
    maxLag: integer({ default: 3, minimum: 0, maximum: 50, description: "How many minors a version may stay behind the cluster." }),
  },
  findings: {
    a: "A mode has no version",
    b: "A version is written in another style than the one that was chosen",
    c: "A version is none, or not near the cluster's",
  },

  check({ object, parameters, kubernetesMinor, deny }) {
    const modes = [
      { level: "pod-security.kubernetes.io/enforce", label: "pod-security.kubernetes.io/enforce-version" },
      { level: "pod-security.kubernetes.io/audit", label: "pod-security.kubernetes.io/audit-version" },
      { level: "pod-security.kubernetes.io/warn", label: "pod-security.kubernetes.io/warn-version" },
    ];
    for (const { level, label } of modes) {
      if (object.metadata?.labels?.[level] === undefined) continue;
      const version = object.metadata?.labels?.[label];
      if (version === undefined) {
        deny(object, ["metadata", "labels", label], `${label} is absent, so the cluster's version holds`, "a");
        continue;
      }
      if (version === "latest") {
        if (parameters.style === "pinned") deny(object, ["metadata", "labels", label], `${label} is latest, which changes with each upgrade; name a minor`, "b");
        continue;
      }
      if (!/^v1\.(0|[1-9][0-9]{0,3})$/.test(version)) {
        deny(object, ["metadata", "labels", label], `${label} is ${version}, which is no version such as v1.37`, "c");
        continue;
      }
      const minor = decimal(version.split(".")[1] ?? "0");
      if (parameters.style === "latest") deny(object, ["metadata", "labels", label], `${label} is ${version}; say latest`, "b");
      if (minor > kubernetesMinor || minor + parameters.maxLag < kubernetesMinor) {
        deny(object, ["metadata", "labels", label], `${label} is ${version}, and the cluster's version is v1.${kubernetesMinor}`, "c");
      }
    }
  },

  remediation: "Set enforce-version, audit-version and warn-version to the cluster's minor, such as v1.37, and raise them after each upgrade.",
  pass: [
    { name: "the cluster's minor for each mode", object: namespace({ enforce: "restricted", "enforce-version": "v1.37", audit: "restricted", "audit-version": "v1.37", warn: "restricted", "warn-version": "v1.34" }) },
    { name: "no levels: another control asks for those", object: namespace({ "audit-version": "latest" }) },
    { name: "no labels", object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } } },
    { name: "latest, where that was chosen", parameters: { style: "latest" }, object: namespace({ enforce: "baseline", "enforce-version": "latest" }) },
    { name: "either, where both may be", parameters: { style: "any" }, object: namespace({ enforce: "baseline", "enforce-version": "latest", warn: "restricted", "warn-version": "v1.36" }) },
    { name: "the newest minor of an older cluster", kubernetesMinor: 33, object: namespace({ enforce: "baseline", "enforce-version": "v1.33", warn: "baseline", "warn-version": "v1.30" }) },
  ],
  fail: [
    {
      name: "levels without versions",
      object: namespace({ enforce: "restricted", audit: "restricted", warn: "restricted", "warn-version": "v1.37" }),
      at: [
        { finding: "a", path: 'metadata.labels["pod-security.kubernetes.io/enforce-version"]' },
        { finding: "a", path: 'metadata.labels["pod-security.kubernetes.io/audit-version"]' },
      ],
    },
    { name: "latest", object: namespace({ enforce: "restricted", "enforce-version": "latest" }), at: [{ finding: "b", path: 'metadata.labels["pod-security.kubernetes.io/enforce-version"]' }] },
    {
      name: "a minor and latest, where latest was chosen",
      parameters: { style: "latest" },
      object: namespace({ audit: "restricted", "audit-version": "v1.37", warn: "restricted", "warn-version": "latest" }),
      at: [{ finding: "b", path: 'metadata.labels["pod-security.kubernetes.io/audit-version"]' }],
    },
    {
      name: "ahead of the cluster, too far behind it, and no version at all",
      kubernetesMinor: 36,
      object: namespace({ enforce: "restricted", "enforce-version": "v1.37", audit: "restricted", "audit-version": "v1.32", warn: "restricted", "warn-version": "1.36" }),
      at: [
        { finding: "c", path: 'metadata.labels["pod-security.kubernetes.io/enforce-version"]' },
        { finding: "c", path: 'metadata.labels["pod-security.kubernetes.io/audit-version"]' },
        { finding: "c", path: 'metadata.labels["pod-security.kubernetes.io/warn-version"]' },
      ],
    },
    {
      name: "any version but the cluster's, in any style, where none may lag",
      parameters: { maxLag: 0, style: "any" },
      object: namespace({ enforce: "baseline", "enforce-version": "v1.36" }),
      at: [{ finding: "c", path: 'metadata.labels["pod-security.kubernetes.io/enforce-version"]' }],
    },
  ],
});
