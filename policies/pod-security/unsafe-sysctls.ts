import { containerWith, defineControl, podBearing, workload } from "portcullis";

/** Kernel settings that are a pod's own and cannot harm the node, with the Kubernetes minor from which on they count as safe. */
const safeSysctls: readonly { readonly name: string; readonly sinceMinor: number }[] = [
  { name: "kernel.shm_rmid_forced", sinceMinor: 0 },
  { name: "net.ipv4.ip_local_port_range", sinceMinor: 0 },
  { name: "net.ipv4.tcp_syncookies", sinceMinor: 0 },
  { name: "net.ipv4.ping_group_range", sinceMinor: 0 },
  { name: "net.ipv4.ip_unprivileged_port_start", sinceMinor: 0 },
  { name: "net.ipv4.ip_local_reserved_ports", sinceMinor: 27 },
  { name: "net.ipv4.tcp_keepalive_time", sinceMinor: 29 },
  { name: "net.ipv4.tcp_fin_timeout", sinceMinor: 29 },
  { name: "net.ipv4.tcp_keepalive_intvl", sinceMinor: 29 },
  { name: "net.ipv4.tcp_keepalive_probes", sinceMinor: 29 },
  { name: "net.ipv4.tcp_rmem", sinceMinor: 32 },
  { name: "net.ipv4.tcp_wmem", sinceMinor: 32 },
  { name: "net.ipv4.tcp_slow_start_after_idle", sinceMinor: 37 },
  { name: "net.ipv4.tcp_notsent_lowat", sinceMinor: 37 },
];

export default defineControl({
  title: "Pods must only set safe sysctls",
  description:
    "A kernel setting outside the safe list may belong to the whole node: an attacker weakens its defences with it, or starves every workload beside the pod.",
  severity: "medium",
  frameworks: {
    pss: ["sysctls"],
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  match: podBearing(),

  check({ pod, kubernetesMinor, deny }) {
    for (const sysctl of pod.spec?.securityContext?.sysctls ?? []) {
      if (!safeSysctls.some(({ name, sinceMinor }) => name === sysctl.name && kubernetesMinor >= sinceMinor)) {
        deny(sysctl, "name", `the pod sets the sysctl ${sysctl.name}, which is not safe`);
      }
    }
  },

  remediation: "Remove the sysctl from securityContext.sysctls.",
  pass: [
    { name: "no sysctls", object: workload("Deployment", { containers: [containerWith({})] }) },
    {
      name: "those that were always safe",
      kubernetesMinor: 25,
      object: workload("Pod", {
        securityContext: {
          sysctls: [
            { name: "kernel.shm_rmid_forced", value: "0" },
            { name: "net.ipv4.ip_local_port_range", value: "1024 65535" },
            { name: "net.ipv4.tcp_syncookies", value: "1" },
            { name: "net.ipv4.ping_group_range", value: "1 0" },
            { name: "net.ipv4.ip_unprivileged_port_start", value: "0" },
          ],
        },
        containers: [containerWith({})],
      }),
    },
    { name: "one that is safe from 1.27 on", kubernetesMinor: 27, object: podWithSysctl("net.ipv4.ip_local_reserved_ports") },
    { name: "one that is safe from 1.29 on", kubernetesMinor: 29, object: podWithSysctl("net.ipv4.tcp_fin_timeout") },
    { name: "one that is safe from 1.32 on", kubernetesMinor: 32, object: podWithSysctl("net.ipv4.tcp_wmem") },
    { name: "one that is safe from 1.37 on", kubernetesMinor: 37, object: podWithSysctl("net.ipv4.tcp_notsent_lowat") },
    {
      name: "a server that keeps many connections, on 1.37",
      kubernetesMinor: 37,
      object: workload("Deployment", {
        securityContext: {
          sysctls: [
            { name: "net.ipv4.tcp_keepalive_time", value: "600" },
            { name: "net.ipv4.tcp_keepalive_intvl", value: "30" },
            { name: "net.ipv4.tcp_keepalive_probes", value: "5" },
            { name: "net.ipv4.tcp_rmem", value: "4096 131072 6291456" },
            { name: "net.ipv4.tcp_slow_start_after_idle", value: "0" },
          ],
        },
        containers: [containerWith({})],
      }),
    },
  ],
  fail: [
    {
      name: "a setting of the node among safe ones",
      object: workload("DaemonSet", {
        securityContext: { sysctls: [{ name: "net.ipv4.tcp_syncookies", value: "1" }, { name: "kernel.msgmax", value: "65536" }] },
        containers: [containerWith({})],
      }),
      at: ["spec.template.spec.securityContext.sysctls[1].name"],
    },
    { name: "the spelling with slashes is not in the list", object: podWithSysctl("net/ipv4/tcp_syncookies"), at: ["spec.securityContext.sysctls[0].name"] },
    { name: "before 1.27", kubernetesMinor: 26, object: podWithSysctl("net.ipv4.ip_local_reserved_ports"), at: ["spec.securityContext.sysctls[0].name"] },
    { name: "before 1.29", kubernetesMinor: 28, object: podWithSysctl("net.ipv4.tcp_fin_timeout"), at: ["spec.securityContext.sysctls[0].name"] },
    { name: "before 1.32", kubernetesMinor: 31, object: podWithSysctl("net.ipv4.tcp_wmem"), at: ["spec.securityContext.sysctls[0].name"] },
    { name: "before 1.37", kubernetesMinor: 36, object: podWithSysctl("net.ipv4.tcp_notsent_lowat"), at: ["spec.securityContext.sysctls[0].name"] },
  ],
});

function podWithSysctl(name: string) {
  return workload("Pod", { securityContext: { sysctls: [{ name, value: "1" }] }, containers: [containerWith({})] });
}
