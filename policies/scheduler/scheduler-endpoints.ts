import { choice, component, defineControl } from "portcullis";
import { clusterConfiguration, commandLine, staticPod } from "../components/command-lines.ts";
import { isLoopback } from "../components/loopback.ts";

export default defineControl({
  title: "The scheduler must answer on loopback only, and serve no profiles",
  description:
    "Its port gives away metrics and, with profiling on, the paths of its code to whoever reaches the node. Nobody beyond the node needs it.",
  severity: "low",
  frameworks: { cis: { "1.12": ["1.4.1(a)", "1.4.2(b)"] }, owasp: { "2022": ["K09"], "2025": ["K06", "K07"] } },
  match: component("kube-scheduler", "kubescheduler.config.k8s.io/v1/KubeSchedulerConfiguration"),
  parameters: {
    absentBindAddress: choice(["fail", "pass"], { default: "fail", description: "What a command line without --bind-address does, which means every address of the node." }),
  },
  findings: {
    a: "Profiles are served",
    b: "The port is open beyond the node",
  },

  check({ object, component: scheduler, parameters, deny }) {
    // With a file the file decides, and the flag does not count.
    const file = scheduler?.flags["config"];
    const profiling = scheduler?.flags["profiling"];
    if (scheduler && profiling === undefined && file === undefined) deny(scheduler, "", "--profiling is not set, which turns it on", "a");
    if (profiling && profiling.value !== "false" && file === undefined) deny(profiling, "", `--profiling is ${profiling.value}`, "a");
    if (object.kind === "KubeSchedulerConfiguration" && (object.enableProfiling ?? true)) deny(object, "enableProfiling", "enableProfiling is not false", "a");

    const address = scheduler?.flags["bind-address"];
    if (scheduler && address === undefined && parameters.absentBindAddress === "fail") deny(scheduler, "", "--bind-address is not set, which means every address", "b");
    if (address && !isLoopback(address.value)) deny(address, "", `--bind-address is ${address.value}`, "b");
  },

  remediation: "Set --bind-address=127.0.0.1 and --profiling=false, or enableProfiling: false in the file that --config names.",
  pass: [
    { name: "loopback and no profiles", object: staticPod("kube-scheduler", ["--bind-address=127.0.0.1", "--profiling=false"]) },
    { name: "kubeadm, which binds to loopback", object: clusterConfiguration({ scheduler: { extraArgs: [{ name: "profiling", value: "false" }] } }) },
    { name: "a file decides, and the flag does not count", object: commandLine("kube-scheduler", ["--config=/etc/kubernetes/scheduler.yaml", "--bind-address=::1", "--profiling=true"]) },
    {
      name: "the file",
      object: { apiVersion: "kubescheduler.config.k8s.io/v1", kind: "KubeSchedulerConfiguration", clientConnection: { kubeconfig: "/etc/kubernetes/scheduler.conf" }, enableProfiling: false },
    },
    { name: "no address where the node's firewall is trusted", parameters: { absentBindAddress: "pass" }, object: staticPod("kube-scheduler", ["--profiling=false"]) },
    { name: "another component", object: staticPod("kube-apiserver", ["--bind-address=0.0.0.0"]) },
  ],
  fail: [
    {
      name: "nothing said: all addresses, and profiles",
      object: commandLine("kube-scheduler", ["--kubeconfig=/etc/kubernetes/scheduler.conf"]),
      at: [
        { finding: "a", path: "flags" },
        { finding: "b", path: "flags" },
      ],
    },
    {
      name: "all addresses for a collector of metrics, and profiles spelt out",
      object: staticPod("kube-scheduler", ["--bind-address=0.0.0.0", "--profiling"]),
      at: [
        { finding: "a", path: "spec.containers[0].command[2]" },
        { finding: "b", path: "spec.containers[0].command[1]" },
      ],
    },
    { name: "a file that says nothing of profiles", object: { apiVersion: "kubescheduler.config.k8s.io/v1", kind: "KubeSchedulerConfiguration", leaderElection: { leaderElect: true } }, at: [{ finding: "a", path: "enableProfiling" }] },
    { name: "a file that asks for them", object: { apiVersion: "kubescheduler.config.k8s.io/v1", kind: "KubeSchedulerConfiguration", enableProfiling: true }, at: [{ finding: "a", path: "enableProfiling" }] },
  ],
});
