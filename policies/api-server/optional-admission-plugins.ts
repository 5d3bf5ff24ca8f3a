import { choices, component, defineControl } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "./fixtures.ts";

const plugins = ["DenyServiceExternalIPs", "EventRateLimit", "AlwaysPullImages"] as const;

export default defineControl({
  title: "Admission plug-ins that are off by default must be on where they are asked for",
  description:
    "A Service with external addresses takes traffic that is meant for others; a flood of events fills etcd and hides what matters; and an image that a node holds already starts for whoever knows its name, without the registry being asked whether they may have it. Each of these plug-ins closes one of the three.",
  severity: "low",
  frameworks: { cis: { "1.12": ["1.2.3(a)", "1.2.9(b)", "1.2.11(c)"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kube-apiserver", "apiserver.config.k8s.io/v1/AdmissionConfiguration", "eventratelimit.admission.k8s.io/v1alpha1/Configuration"),
  parameters: {
    required: choices(plugins, { default: [...plugins], description: "Plug-ins that must be on. Policies can stand in for DenyServiceExternalIPs and AlwaysPullImages." }),
  },
  findings: {
    a: "DenyServiceExternalIPs is not on",
    b: "EventRateLimit is not on, or has no limit",
    c: "AlwaysPullImages is not on",
  },

  check({ object, component: server, parameters, deny }) {
    const named = server?.flags["admission-control"]?.items ?? server?.flags["enable-admission-plugins"]?.items ?? [];
    const off = server?.flags["disable-admission-plugins"]?.items ?? [];
    const on = named.map(({ value }) => value).filter((name) => !off.some(({ value }) => value === name));
    const isWanted = parameters.required.some((name) => name === "EventRateLimit");
    if (server && parameters.required.some((name) => name === "DenyServiceExternalIPs") && !on.includes("DenyServiceExternalIPs")) deny(server, "", "DenyServiceExternalIPs is not enabled", "a");
    if (server && isWanted && !on.includes("EventRateLimit")) deny(server, "", "EventRateLimit is not enabled", "b");
    if (server && isWanted && on.includes("EventRateLimit") && server.flags["admission-control-config-file"] === undefined) deny(server, "", "EventRateLimit is enabled without a file that sets its limits", "b");
    if (server && parameters.required.some((name) => name === "AlwaysPullImages") && !on.includes("AlwaysPullImages")) deny(server, "", "AlwaysPullImages is not enabled", "c");

    // A plug-in's settings stand in the file, or in another one that it names, which is judged where it stands.
    if (object.kind === "AdmissionConfiguration" && isWanted) {
      for (const plugin of object.plugins ?? []) {
        if (plugin.name === "EventRateLimit" && plugin.configuration && (plugin.configuration.limits ?? []).length === 0) deny(plugin, "configuration.limits", "EventRateLimit has no limit", "b");
      }
    }
    if (object.kind === "Configuration" && isWanted && (object.limits ?? []).length === 0) deny(object, "limits", "EventRateLimit has no limit", "b");
  },

  remediation: "Add the plug-ins to --enable-admission-plugins, and limits of EventRateLimit to the file that --admission-control-config-file names.",
  pass: [
    { name: "all three, and a file", object: apiServer("--enable-admission-plugins=NodeRestriction,DenyServiceExternalIPs,EventRateLimit,AlwaysPullImages", "--admission-control-config-file=/etc/kubernetes/admission.yaml") },
    { name: "the older flag, which names all that are on", parameters: { required: ["AlwaysPullImages"] }, object: apiServerProcess("--admission-control=NamespaceLifecycle,AlwaysPullImages") },
    { name: "only what is asked for", parameters: { required: ["DenyServiceExternalIPs"] }, object: kubeadmApiServer({ name: "enable-admission-plugins", value: "NodeRestriction,DenyServiceExternalIPs" }) },
    { name: "none of them, where policies stand in", parameters: { required: [] }, object: kubeadmApiServer({ name: "profiling", value: "false" }) },
    {
      name: "limits in the file, and settings of another plug-in",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AdmissionConfiguration",
        plugins: [
          { name: "EventRateLimit", configuration: { apiVersion: "eventratelimit.admission.k8s.io/v1alpha1", kind: "Configuration", limits: [{ type: "Namespace", qps: 50, burst: 100, cacheSize: 2000 }] } },
          { name: "PodSecurity", configuration: { apiVersion: "pod-security.admission.config.k8s.io/v1", kind: "PodSecurityConfiguration", defaults: { enforce: "baseline" } } },
        ],
      },
    },
    { name: "limits in another file", object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [{ name: "EventRateLimit", path: "eventconfig.yaml" }] } },
    { name: "that file", object: { apiVersion: "eventratelimit.admission.k8s.io/v1alpha1", kind: "Configuration", limits: [{ type: "Server", qps: 5000, burst: 20_000 }] } },
    { name: "a file without limits, where none are asked for", parameters: { required: ["AlwaysPullImages"] }, object: { apiVersion: "eventratelimit.admission.k8s.io/v1alpha1", kind: "Configuration" } },
    {
      name: "a plug-in without limits, where none are asked for",
      parameters: { required: ["AlwaysPullImages"] },
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [{ name: "EventRateLimit", configuration: { apiVersion: "eventratelimit.admission.k8s.io/v1alpha1", kind: "Configuration" } }] },
    },
    { name: "another component", object: otherComponent("--enable-admission-plugins=NodeRestriction") },
  ],
  fail: [
    {
      name: "kubeadm by itself, which enables none of them",
      object: kubeadmApiServer({ name: "profiling", value: "false" }),
      at: [
        { finding: "a", path: "apiServer.extraArgs" },
        { finding: "b", path: "apiServer.extraArgs" },
        { finding: "c", path: "apiServer.extraArgs" },
      ],
    },
    {
      name: "plug-ins in both lists, which are off",
      object: apiServer("--enable-admission-plugins=DenyServiceExternalIPs,AlwaysPullImages,EventRateLimit", "--disable-admission-plugins=DenyServiceExternalIPs", "--disable-admission-plugins=AlwaysPullImages,EventRateLimit", "--admission-control-config-file=/etc/kubernetes/admission.yaml"),
      at: [
        { finding: "a", path: "spec.containers[0].command" },
        { finding: "b", path: "spec.containers[0].command" },
        { finding: "c", path: "spec.containers[0].command" },
      ],
    },
    { name: "a limit that nothing sets", parameters: { required: ["EventRateLimit"] }, object: apiServerProcess("--enable-admission-plugins=EventRateLimit"), at: [{ finding: "b", path: "flags" }] },
    {
      name: "a plug-in without limits",
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AdmissionConfiguration", plugins: [{ name: "EventRateLimit", configuration: { apiVersion: "eventratelimit.admission.k8s.io/v1alpha1", kind: "Configuration", limits: [] } }] },
      at: [{ finding: "b", path: "plugins[0].configuration.limits" }],
    },
    { name: "a file without limits", object: { apiVersion: "eventratelimit.admission.k8s.io/v1alpha1", kind: "Configuration" }, at: [{ finding: "b", path: "limits" }] },
  ],
});
