import { choice, component, defineControl } from "portcullis";
import { isLoopback } from "../components/loopback.ts";
import { controllerManager, controllerManagerProcess, kubeadmControllerManager, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "The controller manager must answer on loopback only, and serve no profiles",
  description:
    "Its port gives away metrics and, with profiling on, the paths of its code to whoever reaches the node. Nobody beyond the node needs it: the port is another door to a process that holds the rights of every controller.",
  severity: "low",
  frameworks: { cis: { "1.12": ["1.3.2(a)", "1.3.7(b)"] }, owasp: { "2022": ["K09"], "2025": ["K06", "K07"] } },
  match: component("kube-controller-manager"),
  parameters: {
    absentBindAddress: choice(["fail", "pass"], { default: "fail", description: "What a command line without --bind-address does, which means every address of the node." }),
  },
  findings: {
    a: "Profiles are served",
    b: "The port is open beyond the node",
  },

  check({ component: manager, parameters, deny }) {
    const profiling = manager.flags["profiling"];
    if (profiling === undefined) deny(manager, "", "--profiling is not set, which turns it on", "a");
    else if (profiling.value !== "false") deny(profiling, "", `--profiling is ${profiling.value}`, "a");

    const address = manager.flags["bind-address"];
    if (address === undefined) {
      if (parameters.absentBindAddress === "fail") deny(manager, "", "--bind-address is not set, which means every address", "b");
    } else if (!isLoopback(address.value)) deny(address, "", `--bind-address is ${address.value}`, "b");
  },

  remediation: "Set --profiling=false and --bind-address=127.0.0.1.",
  pass: [
    { name: "loopback and no profiles", object: controllerManager("--bind-address=127.0.0.1", "--profiling=false") },
    { name: "kubeadm, which binds to loopback", object: kubeadmControllerManager({ name: "profiling", value: "false" }) },
    { name: "loopback of IPv6", object: controllerManagerProcess("--bind-address", "::1", "--profiling=f") },
    { name: "no address where the node's firewall is trusted", parameters: { absentBindAddress: "pass" }, object: controllerManager("--profiling=false") },
    { name: "another component", object: otherComponent("--bind-address=0.0.0.0") },
  ],
  fail: [
    { name: "kubeadm by itself, which leaves profiling on", object: kubeadmControllerManager({ name: "terminated-pod-gc-threshold", value: "1000" }), at: [{ finding: "a", path: "controllerManager.extraArgs" }] },
    {
      name: "all addresses, for a collector of metrics, and profiles",
      object: controllerManager("--bind-address=0.0.0.0", "--profiling=true"),
      at: [
        { finding: "a", path: "spec.containers[0].command[2]" },
        { finding: "b", path: "spec.containers[0].command[1]" },
      ],
    },
    { name: "no address, which means all of them", object: controllerManagerProcess("--profiling=false"), at: [{ finding: "b", path: "flags" }] },
    { name: "the node's own address", object: kubeadmControllerManager({ name: "profiling", value: "false" }, { name: "bind-address", value: "10.0.0.11" }), at: [{ finding: "b", path: "controllerManager.extraArgs[1].value" }] },
    { name: "all addresses of both families", object: controllerManagerProcess("--profiling=false", "--bind-address=::"), at: [{ finding: "b", path: "flags[1]" }] },
  ],
});
