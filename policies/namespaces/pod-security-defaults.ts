import { choice, component, defineControl, strings } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "../api-server/fixtures.ts";

const plugin = "PodSecurity";

export default defineControl({
  title: "Namespaces without labels must have a Pod Security level all the same",
  description:
    "Whoever may make a namespace makes one without labels, and nothing is forbidden there: the level that the cluster falls back on is privileged unless the API server is told otherwise. A user who is exempt is exempt in every namespace, and if it is a controller, so is every pod that it makes for others.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["5.2.1"] },
    nsa: { "1.2": ["pod/pss"] },
    owasp: { "2022": ["K04"], "2025": ["K04"] },
    seed: ["H13", "L01"],
  },
  match: component("kube-apiserver", "apiserver.config.k8s.io/v1/AdmissionConfiguration", "pod-security.admission.config.k8s.io/v1/PodSecurityConfiguration"),
  parameters: {
    minEnforce: choice(["baseline", "restricted"], { default: "baseline", description: "The lowest level that pods are held to where a namespace says nothing." }),
    exemptNamespaces: strings({ default: ["kube-system"], description: "Namespaces that may be exempt, by name." }),
  },
  findings: {
    a: "Pods are held to no level, or a lower one than asked for, where a namespace says nothing",
    b: "What restricted forbids is neither written to the audit log nor warned of",
    c: "Somebody or something is exempt who may not be",
    d: "Pod Security is switched off",
  },

  check({ object, component: server, parameters, deny }) {
    const asked = parameters.minEnforce;
    if (server && server.flags["admission-control-config-file"] === undefined) {
      deny(server, "", `no file sets Pod Security's defaults, so that a namespace without labels takes every pod; name one in --admission-control-config-file, with enforce: ${asked}`, "a");
    }
    for (const off of server?.flags["disable-admission-plugins"]?.items ?? []) {
      if (off.value === plugin) deny(off, "", "--disable-admission-plugins names PodSecurity, so that labels of namespaces mean nothing; take it out", "d");
    }

    if (object.kind === "AdmissionConfiguration") {
      const entries = (object.plugins ?? []).filter(({ name }) => name === plugin);
      if (entries.length === 0) deny(object, "plugins", `no entry sets Pod Security's defaults; add one with enforce: ${asked}`, "a");
      for (const entry of entries) {
        const settings = entry.configuration;
        // Settings that stand here overrule those of the file, which is a document of its own.
        if (settings === undefined && (entry.path ?? "") !== "") continue;
        const enforce = levelOf(settings?.defaults?.enforce);
        if (!reaches(enforce, asked)) deny(entry, "configuration.defaults.enforce", `pods are held to ${enforce} where a namespace says nothing; set enforce to ${asked}`, "a");
        if (levelOf(settings?.defaults?.audit) !== "restricted") deny(entry, "configuration.defaults.audit", `the audit log tells of pods that break ${levelOf(settings?.defaults?.audit)}; set audit to restricted`, "b");
        if (levelOf(settings?.defaults?.warn) !== "restricted") deny(entry, "configuration.defaults.warn", `whoever applies a pod is warned of what breaks ${levelOf(settings?.defaults?.warn)}; set warn to restricted`, "b");
        const namespaces = (settings?.exemptions?.namespaces ?? []).filter((name) => !parameters.exemptNamespaces.includes(name));
        if (namespaces.length > 0) deny(entry, "configuration.exemptions.namespaces", `pods of ${namespaces.join(", ")} are never judged; take what need not be exempt out`, "c");
        if ((settings?.exemptions?.usernames ?? []).length > 0) deny(entry, "configuration.exemptions.usernames", "pods that these users make are never judged; exempt namespaces instead", "c");
        if ((settings?.exemptions?.runtimeClasses ?? []).length > 0) deny(entry, "configuration.exemptions.runtimeClasses", "pods with these RuntimeClasses are never judged; exempt namespaces instead", "c");
      }
    }

    if (object.kind === "PodSecurityConfiguration") {
      const enforce = levelOf(object.defaults?.enforce);
      if (!reaches(enforce, asked)) deny(object, "defaults.enforce", `pods are held to ${enforce} where a namespace says nothing; set enforce to ${asked}`, "a");
      if (levelOf(object.defaults?.audit) !== "restricted") deny(object, "defaults.audit", `the audit log tells of pods that break ${levelOf(object.defaults?.audit)}; set audit to restricted`, "b");
      if (levelOf(object.defaults?.warn) !== "restricted") deny(object, "defaults.warn", `whoever applies a pod is warned of what breaks ${levelOf(object.defaults?.warn)}; set warn to restricted`, "b");
      const namespaces = (object.exemptions?.namespaces ?? []).filter((name) => !parameters.exemptNamespaces.includes(name));
      if (namespaces.length > 0) deny(object, "exemptions.namespaces", `pods of ${namespaces.join(", ")} are never judged; take what need not be exempt out`, "c");
      if ((object.exemptions?.usernames ?? []).length > 0) deny(object, "exemptions.usernames", "pods that these users make are never judged; exempt namespaces instead", "c");
      if ((object.exemptions?.runtimeClasses ?? []).length > 0) deny(object, "exemptions.runtimeClasses", "pods with these RuntimeClasses are never judged; exempt namespaces instead", "c");
    }
  },

  remediation: "In the file that --admission-control-config-file names, give PodSecurity the defaults enforce: baseline, audit: restricted and warn: restricted, and no exemptions but namespaces that need them.",
  pass: [
    { name: "an API server with a file, which says the rest", object: apiServer("--enable-admission-plugins=NodeRestriction", "--disable-admission-plugins=DefaultTolerationSeconds", "--admission-control-config-file=/etc/kubernetes/admission.yaml") },
    {
      name: "settings in place",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AdmissionConfiguration",
        plugins: [
          { name: "EventRateLimit", path: "events.yaml" },
          {
            name: "PodSecurity",
            configuration: {
              apiVersion: "pod-security.admission.config.k8s.io/v1",
              kind: "PodSecurityConfiguration",
              defaults: { enforce: "baseline", "enforce-version": "latest", audit: "restricted", "audit-version": "latest", warn: "restricted", "warn-version": "latest" },
              exemptions: { usernames: [], runtimeClasses: [], namespaces: ["kube-system"] },
            },
          },
        ],
      },
    },
    { name: "settings in a file of their own", object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [{ name: "PodSecurity", path: "podsecurity.yaml" }] } },
    {
      name: "that file, stricter than asked for",
      object: {
        apiVersion: "pod-security.admission.config.k8s.io/v1",
        kind: "PodSecurityConfiguration",
        defaults: { enforce: "restricted", audit: "restricted", warn: "restricted" },
      },
    },
    {
      name: "namespaces that are known to need more",
      parameters: { minEnforce: "restricted", exemptNamespaces: ["kube-system", "storage"] },
      object: {
        apiVersion: "pod-security.admission.config.k8s.io/v1",
        kind: "PodSecurityConfiguration",
        defaults: { enforce: "restricted", audit: "restricted", warn: "restricted" },
        exemptions: { namespaces: ["storage", "kube-system"] },
      },
    },
    { name: "another component", object: otherComponent("--disable-admission-plugins=PodSecurity") },
  ],
  fail: [
    { name: "kubeadm by itself, which names no file", object: kubeadmApiServer({ name: "profiling", value: "false" }), at: [{ finding: "a", path: "apiServer.extraArgs" }] },
    {
      name: "switched off, beside another plug-in",
      object: apiServerProcess("--admission-control-config-file=/etc/kubernetes/admission.yaml", "--disable-admission-plugins=DefaultStorageClass,PodSecurity"),
      at: [{ finding: "d", path: "flags[1]" }],
    },
    {
      name: "a file for other plug-ins",
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [{ name: "ImagePolicyWebhook", path: "imagepolicy.yaml" }] },
      at: [{ finding: "a", path: "plugins" }],
    },
    {
      name: "an entry that says nothing, which is privileged",
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [{ name: "PodSecurity", path: "" }] },
      at: [
        { finding: "a", path: "plugins[0].configuration.defaults.enforce" },
        { finding: "b", path: "plugins[0].configuration.defaults.audit" },
        { finding: "b", path: "plugins[0].configuration.defaults.warn" },
      ],
    },
    {
      name: "the defaults of the documentation's example, with exemptions in place of a file",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AdmissionConfiguration",
        plugins: [
          {
            name: "PodSecurity",
            path: "podsecurity.yaml",
            configuration: {
              apiVersion: "pod-security.admission.config.k8s.io/v1",
              kind: "PodSecurityConfiguration",
              defaults: { enforce: "privileged", audit: "baseline", warn: "restricted" },
              exemptions: { usernames: ["system:serviceaccount:kube-system:replicaset-controller"], namespaces: ["kube-system", "shop"], runtimeClasses: ["kata"] },
            },
          },
        ],
      },
      at: [
        { finding: "a", path: "plugins[0].configuration.defaults.enforce" },
        { finding: "b", path: "plugins[0].configuration.defaults.audit" },
        { finding: "c", path: "plugins[0].configuration.exemptions.namespaces" },
        { finding: "c", path: "plugins[0].configuration.exemptions.usernames" },
        { finding: "c", path: "plugins[0].configuration.exemptions.runtimeClasses" },
      ],
    },
    {
      name: "a file of its own with less than is asked for, and levels that are misspelt",
      parameters: { minEnforce: "restricted" },
      object: {
        apiVersion: "pod-security.admission.config.k8s.io/v1",
        kind: "PodSecurityConfiguration",
        defaults: { enforce: "baseline", audit: "Restricted", warn: "" },
        exemptions: { usernames: ["admin"], namespaces: ["shop"], runtimeClasses: ["kata"] },
      },
      at: [
        { finding: "a", path: "defaults.enforce" },
        { finding: "b", path: "defaults.audit" },
        { finding: "b", path: "defaults.warn" },
        { finding: "c", path: "exemptions.namespaces" },
        { finding: "c", path: "exemptions.usernames" },
        { finding: "c", path: "exemptions.runtimeClasses" },
      ],
    },
    {
      name: "a file of its own that says nothing",
      object: { apiVersion: "pod-security.admission.config.k8s.io/v1", kind: "PodSecurityConfiguration" },
      at: [
        { finding: "a", path: "defaults.enforce" },
        { finding: "b", path: "defaults.audit" },
        { finding: "b", path: "defaults.warn" },
      ],
    },
  ],
});

/** What a level that is not said is. */
const levelOf = (level: string | undefined): string => (level === undefined || level === "" ? "privileged" : level);

/** Whether a level forbids as much as the one that is asked for. */
const reaches = (level: string, asked: "baseline" | "restricted"): boolean => level === "restricted" || level === asked;
