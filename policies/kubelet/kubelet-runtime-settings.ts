import { boolean, component, decimal, defineControl, integer } from "portcullis";
import { kubeletFile, kubeletProcess, kubeletWithFile, otherComponent } from "./fixtures.ts";
import { fileOf } from "./settings.ts";

export default defineControl({
  title: "The kubelet must end idle sessions, keep its packet filter, its name and its events",
  description:
    "A shell that was forgotten stays open for whoever finds the terminal. Packet filters that nobody sets up let traffic through; a name that the node gave itself may be another node's; and events that are dropped are traces of an attack that nobody sees.",
  severity: "low",
  frameworks: { cis: { "1.12": ["4.2.5(a)", "4.2.6(b)", "4.2.7(c)", "4.2.8(d)"] }, nsa: { "1.2": ["cp/kubelet"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kubelet", "kubelet.config.k8s.io/v1beta1/KubeletConfiguration"),
  parameters: {
    minEventQps: integer({ default: 5, minimum: 0, description: "Events that must be let through in a second; a kubelet without a limit passes." }),
    allowHostnameOverride: boolean({ default: false, description: "Whether a node may be named by a flag, as some clouds do." }),
  },
  findings: {
    a: "Idle sessions never end",
    b: "The kubelet leaves the packet filter alone",
    c: "The node is named by a flag",
    d: "Few events are let through",
  },

  check({ object, component: kubelet, parameters, deny }) {
    const file = fileOf(object);

    // In a file zero counts as not set, which is four hours.
    const timeout = kubelet?.flags["streaming-connection-idle-timeout"];
    if (timeout && /^(0|([0.]+[a-zµ]+)+)$/.test(timeout.value)) deny(timeout, "", `--streaming-connection-idle-timeout is ${timeout.value}`, "a");

    const chains = kubelet?.flags["make-iptables-util-chains"];
    if (chains && chains.value !== "true") deny(chains, "", `--make-iptables-util-chains is ${chains.value}`, "b");
    if (file && chains === undefined && file.makeIPTablesUtilChains === false) deny(file, "makeIPTablesUtilChains", "the kubelet sets up no chains of its own", "b");

    const name = kubelet?.flags["hostname-override"];
    if (name && !parameters.allowHostnameOverride) deny(name, "", `--hostname-override is ${name.value}`, "c");

    const rate = kubelet?.flags["event-qps"];
    const fileRate = file?.eventRecordQPS ?? 0;
    if (rate && /^[0-9]{1,9}$/.test(rate.value) && decimal(rate.value) > 0 && decimal(rate.value) < parameters.minEventQps) deny(rate, "", `--event-qps is ${rate.value}`, "d");
    if (file && rate === undefined && fileRate > 0 && fileRate < parameters.minEventQps) deny(file, "eventRecordQPS", `${fileRate} events a second are let through`, "d");
  },

  remediation: "Remove the named settings: the defaults end idle sessions after four hours, set up the chains and let 50 events a second through.",
  pass: [
    { name: "a file of defaults", object: kubeletFile() },
    { name: "a file that spells them out, and a zero that counts as not set", object: kubeletFile({ streamingConnectionIdleTimeout: "0s", makeIPTablesUtilChains: true, eventRecordQPS: 5 }) },
    { name: "no limit of events", object: kubeletWithFile({ eventRecordQPS: 0 }) },
    { name: "flags that overrule the file", object: kubeletWithFile({ makeIPTablesUtilChains: false, eventRecordQPS: 1 }, "--make-iptables-util-chains", "--event-qps=0", "--streaming-connection-idle-timeout=5m") },
    { name: "a rate that is just enough", object: kubeletProcess("--event-qps", "5") },
    { name: "no whole number, which the kubelet refuses", object: kubeletProcess("--event-qps=1e0", "--streaming-connection-idle-timeout=10m") },
    { name: "a name that the cloud gives", parameters: { allowHostnameOverride: true }, object: kubeletProcess("--hostname-override=ip-10-0-0-21.example.internal") },
    { name: "another component", object: otherComponent("--hostname-override=node-1") },
  ],
  fail: [
    {
      name: "all of it by flags",
      object: kubeletWithFile({ makeIPTablesUtilChains: true, eventRecordQPS: 50 }, "--streaming-connection-idle-timeout=0", "--make-iptables-util-chains=false", "--hostname-override=node-1", "--event-qps=4"),
      at: [
        { finding: "a", path: "flags[1]" },
        { finding: "b", path: "flags[2]" },
        { finding: "c", path: "flags[3]" },
        { finding: "d", path: "flags[4]" },
      ],
    },
    {
      name: "a file",
      object: kubeletFile({ makeIPTablesUtilChains: false, eventRecordQPS: 1 }),
      at: [
        { finding: "b", path: "makeIPTablesUtilChains" },
        { finding: "d", path: "eventRecordQPS" },
      ],
    },
    {
      name: "the file beside the command line, and a zero with units",
      object: kubeletWithFile({ makeIPTablesUtilChains: false, eventRecordQPS: 4 }, "--streaming-connection-idle-timeout", "0m0.0s"),
      at: [
        { finding: "a", path: "flags[2]" },
        { finding: "b", path: "config.makeIPTablesUtilChains" },
        { finding: "d", path: "config.eventRecordQPS" },
      ],
    },
    { name: "one event a second", object: kubeletProcess("--event-qps=1"), at: [{ finding: "d", path: "flags[0]" }] },
  ],
});
