import { component, type Component, defineControl, type FlagItem, strings } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "Admission plug-ins that protect the cluster must be on",
  description:
    "Plug-ins are what stands between a request that is authorized and etcd. Without NodeRestriction a stolen kubelet credential changes other nodes and their Pods; without ServiceAccount or NamespaceLifecycle Pods run as nobody or in namespaces that are being deleted; and a list that switches off PodSecurity or the webhooks removes every policy at once.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["1.2.10(a)", "1.2.12(b)", "1.2.13(c)", "1.2.14(d)"] },
    nsa: { "1.2": ["cp/auth"] },
    owasp: { "2022": ["K09"], "2025": ["K07"] },
  },
  match: component("kube-apiserver"),
  parameters: {
    keep: strings({
      default: ["PodSecurity", "ValidatingAdmissionPolicy", "ValidatingAdmissionWebhook", "MutatingAdmissionWebhook", "LimitRanger", "ResourceQuota"],
      description: "Other plug-ins that are on by default and must stay so.",
    }),
  },
  findings: {
    a: "AlwaysAdmit is on",
    b: "ServiceAccount is off",
    c: "NamespaceLifecycle is off",
    d: "NodeRestriction is not on",
    e: "Another plug-in that must stay on is off",
  },

  check({ component: server, parameters, deny }) {
    const old = server.flags["admission-control"];
    const on = enabled(server);
    const off = server.flags["disable-admission-plugins"]?.items ?? [];

    for (const plugin of on) if (plugin.value === "AlwaysAdmit") deny(plugin, "", "AlwaysAdmit is enabled", "a");
    for (const plugin of off) {
      if (plugin.value === "ServiceAccount") deny(plugin, "", "ServiceAccount is disabled", "b");
      if (plugin.value === "NamespaceLifecycle") deny(plugin, "", "NamespaceLifecycle is disabled", "c");
      if (plugin.value === "NodeRestriction") deny(plugin, "", "NodeRestriction is disabled", "d");
      if (parameters.keep.includes(plugin.value)) deny(plugin, "", `${plugin.value} is disabled`, "e");
    }
    if (!has(on, "NodeRestriction")) deny(server, "", "NodeRestriction is not enabled", "d");

    // The older flag names all plug-ins that are on: the others are off, those of the defaults too.
    if (old !== undefined) {
      if (!has(old.items, "ServiceAccount")) deny(old, "", "--admission-control leaves ServiceAccount out", "b");
      if (!has(old.items, "NamespaceLifecycle")) deny(old, "", "--admission-control leaves NamespaceLifecycle out", "c");
      for (const name of parameters.keep) if (!has(old.items, name)) deny(old, "", `--admission-control leaves ${name} out`, "e");
    }
  },

  remediation: "Set --enable-admission-plugins=NodeRestriction, and take the named plug-ins out of --disable-admission-plugins.",
  pass: [
    { name: "NodeRestriction beside the defaults", object: apiServer("--enable-admission-plugins=NodeRestriction") },
    { name: "the flag given twice, and a plug-in switched off that protects nothing", object: apiServerProcess("--enable-admission-plugins=AlwaysPullImages", "--enable-admission-plugins", "EventRateLimit,NodeRestriction", "--disable-admission-plugins=DefaultStorageClass") },
    { name: "kubeadm, which enables NodeRestriction", object: kubeadmApiServer({ name: "profiling", value: "false" }) },
    { name: "PodSecurity off, where another engine does its work", parameters: { keep: ["ValidatingAdmissionWebhook"] }, object: apiServer("--enable-admission-plugins=NodeRestriction", "--disable-admission-plugins=PodSecurity") },
    {
      name: "the older flag with all that is needed",
      parameters: { keep: ["ResourceQuota"] },
      object: apiServer("--admission-control=NamespaceLifecycle,LimitRanger,ServiceAccount,NodeRestriction,ResourceQuota"),
    },
    { name: "another component", object: otherComponent("--disable-admission-plugins=ServiceAccount") },
  ],
  fail: [
    { name: "nothing enabled: NodeRestriction is off by default", object: apiServer("--secure-port=6443"), at: [{ finding: "d", path: "spec.containers[0].command" }] },
    {
      name: "kubeadm, told of other plug-ins, which takes its own away",
      object: kubeadmApiServer({ name: "enable-admission-plugins", value: "AlwaysAdmit,AlwaysPullImages" }),
      at: [
        { finding: "a", path: "apiServer.extraArgs[0].value" },
        { finding: "d", path: "apiServer.extraArgs" },
      ],
    },
    {
      name: "defaults switched off, in two flags",
      object: apiServer("--enable-admission-plugins=NodeRestriction", "--disable-admission-plugins=ServiceAccount,NamespaceLifecycle", "--disable-admission-plugins=PodSecurity"),
      at: [
        { finding: "b", path: "spec.containers[0].command[2]" },
        { finding: "c", path: "spec.containers[0].command[2]" },
        { finding: "e", path: "spec.containers[0].command[3]" },
      ],
    },
    { name: "NodeRestriction in both lists", object: apiServerProcess("--enable-admission-plugins=NodeRestriction", "--disable-admission-plugins=NodeRestriction"), at: [{ finding: "d", path: "flags[1]" }] },
    {
      name: "the older flag, which leaves the defaults out",
      parameters: { keep: ["LimitRanger", "ResourceQuota"] },
      object: apiServerProcess("--admission-control=AlwaysAdmit,LimitRanger", "--enable-admission-plugins=NodeRestriction"),
      at: [
        { finding: "a", path: "flags[0]" },
        { finding: "b", path: "flags[0]" },
        { finding: "c", path: "flags[0]" },
        { finding: "d", path: "flags" },
        { finding: "e", path: "flags[0]" },
      ],
    },
  ],
});

/** The plug-ins that the command line enables. The server refuses the older flag beside the newer one; the older then counts here. */
function enabled(server: Component): readonly FlagItem[] {
  return server.flags["admission-control"]?.items ?? server.flags["enable-admission-plugins"]?.items ?? [];
}

function has(plugins: readonly FlagItem[], name: string): boolean {
  return plugins.some(({ value }) => value === name);
}
