import { boolean, choice, component, defineControl } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "../api-server/fixtures.ts";

const plugin = "ImagePolicyWebhook";

export default defineControl({
  title: "The webhook that judges images must be asked, and its silence must not be a yes",
  description:
    "Where ImagePolicyWebhook lets images in whenever its webhook does not answer, whoever can make that webhook slow or keep it from being reached starts any image. Without a kubeconfig there is nobody to ask at all.",
  severity: "medium",
  frameworks: { cis: { "1.12": ["5.5.1"] }, owasp: { "2022": ["K02"] } },
  match: component("kube-apiserver", "apiserver.config.k8s.io/v1/AdmissionConfiguration"),
  parameters: {
    required: boolean({ default: false, description: "Whether the plug-in must be on. Policies over registries and signatures reach the same end." }),
    settingsFile: choice(["fail", "pass"], { default: "fail", description: "What settings in a file of their own do: such a file names no kind, so that nothing can judge it here." }),
  },
  findings: {
    a: "Images run without anybody having judged them",
    b: "ImagePolicyWebhook is not on",
  },

  check({ object, component: server, parameters, deny }) {
    const named = server?.flags["admission-control"]?.items ?? server?.flags["enable-admission-plugins"]?.items ?? [];
    const off = server?.flags["disable-admission-plugins"]?.items ?? [];
    const isOn = named.some(({ value }) => value === plugin) && !off.some(({ value }) => value === plugin);
    if (server && isOn && server.flags["admission-control-config-file"] === undefined) deny(server, "", "ImagePolicyWebhook is enabled without a file that says whom it asks", "a");
    if (server && !isOn && parameters.required) deny(server, "", "ImagePolicyWebhook is not enabled", "b");

    if (object.kind === "AdmissionConfiguration") {
      const plugins = object.plugins ?? [];
      if (parameters.required && !plugins.some(({ name }) => name === plugin)) deny(object, "plugins", "ImagePolicyWebhook has no settings", "b");
      for (const entry of plugins) {
        if (entry.name !== plugin) continue;
        const path = entry.path ?? "";
        // Settings that stand here overrule those of the file.
        if (entry.configuration === undefined && path !== "") {
          if (parameters.settingsFile === "fail") deny(entry, "path", `the settings stand in ${path}, which is not judged`, "a");
          continue;
        }
        const policy = entry.configuration?.imagePolicy;
        if (policy?.defaultAllow === true) deny(entry, "configuration.imagePolicy.defaultAllow", "images run when the webhook does not answer", "a");
        if ((policy?.kubeConfigFile ?? "") === "") deny(entry, "configuration.imagePolicy.kubeConfigFile", "no kubeconfig says whom to ask", "a");
      }
    }
  },

  remediation:
    "In the file that --admission-control-config-file names, give ImagePolicyWebhook its settings in place: imagePolicy with kubeConfigFile and defaultAllow: false. Where policies over registries and signatures stand in, leave the plug-in off.",
  pass: [
    { name: "the plug-in is on, and a file says whom it asks", parameters: { required: true }, object: apiServer("--enable-admission-plugins=NodeRestriction,ImagePolicyWebhook", "--admission-control-config-file=/etc/kubernetes/admission.yaml") },
    { name: "the older flag", parameters: { required: true }, object: apiServerProcess("--admission-control=NodeRestriction,ImagePolicyWebhook", "--admission-control-config-file=/etc/kubernetes/admission.yaml") },
    { name: "no plug-in, where none is asked for", object: kubeadmApiServer({ name: "enable-admission-plugins", value: "NodeRestriction" }) },
    { name: "enabled and disabled, which is off", object: apiServer("--enable-admission-plugins=ImagePolicyWebhook", "--disable-admission-plugins=ImagePolicyWebhook") },
    {
      name: "settings in place, for which a file no longer counts",
      parameters: { required: true },
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AdmissionConfiguration",
        plugins: [{ name: "ImagePolicyWebhook", path: "imagepolicy.yaml", configuration: { imagePolicy: { kubeConfigFile: "/etc/kubernetes/image-policy.kubeconfig", allowTTL: 50, denyTTL: 50, retryBackoff: 500, defaultAllow: false } } }],
      },
    },
    {
      name: "a yes by default that is not said, beside another plug-in",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AdmissionConfiguration",
        plugins: [
          { name: "EventRateLimit", path: "events.yaml" },
          { name: "ImagePolicyWebhook", configuration: { imagePolicy: { kubeConfigFile: "/etc/kubernetes/image-policy.kubeconfig" } } },
        ],
      },
    },
    {
      name: "a file that somebody else looks at",
      parameters: { settingsFile: "pass" },
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [{ name: "ImagePolicyWebhook", path: "imagepolicy.yaml" }] },
    },
    { name: "a file for other plug-ins", object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [{ name: "PodSecurity", path: "podsecurity.yaml" }] } },
    { name: "another component", object: otherComponent("--enable-admission-plugins=ImagePolicyWebhook") },
  ],
  fail: [
    { name: "on, without a file", object: apiServer("--enable-admission-plugins=ImagePolicyWebhook"), at: [{ finding: "a", path: "spec.containers[0].command" }] },
    { name: "off, where it is asked for", parameters: { required: true }, object: apiServerProcess("--enable-admission-plugins=NodeRestriction"), at: [{ finding: "b", path: "flags" }] },
    {
      name: "disabled in the end, where it is asked for",
      parameters: { required: true },
      object: apiServer("--enable-admission-plugins=ImagePolicyWebhook", "--disable-admission-plugins=ImagePolicyWebhook", "--admission-control-config-file=/etc/kubernetes/admission.yaml"),
      at: [{ finding: "b", path: "spec.containers[0].command" }],
    },
    { name: "kubeadm by itself, where it is asked for", parameters: { required: true }, object: kubeadmApiServer({ name: "profiling", value: "false" }), at: [{ finding: "b", path: "apiServer.extraArgs" }] },
    {
      name: "a yes by default, as most examples have it",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AdmissionConfiguration",
        plugins: [{ name: "ImagePolicyWebhook", configuration: { imagePolicy: { kubeConfigFile: "/etc/kubernetes/image-policy.kubeconfig", allowTTL: 50, denyTTL: 50, retryBackoff: 500, defaultAllow: true } } }],
      },
      at: [{ finding: "a", path: "plugins[0].configuration.imagePolicy.defaultAllow" }],
    },
    {
      name: "nobody to ask, and a yes by default",
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [{ name: "ImagePolicyWebhook", configuration: { imagePolicy: { kubeConfigFile: "", defaultAllow: true } } }] },
      at: [
        { finding: "a", path: "plugins[0].configuration.imagePolicy.defaultAllow" },
        { finding: "a", path: "plugins[0].configuration.imagePolicy.kubeConfigFile" },
      ],
    },
    {
      name: "no settings at all",
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [{ name: "ImagePolicyWebhook", path: "" }] },
      at: [{ finding: "a", path: "plugins[0].configuration.imagePolicy.kubeConfigFile" }],
    },
    {
      name: "settings in a file of their own",
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [{ name: "ImagePolicyWebhook", path: "imagepolicy.yaml" }] },
      at: [{ finding: "a", path: "plugins[0].path" }],
    },
    {
      name: "settings of other plug-ins alone, where it is asked for",
      parameters: { required: true },
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [{ name: "PodSecurity", path: "podsecurity.yaml" }] },
      at: [{ finding: "b", path: "plugins" }],
    },
  ],
});
