import { component, defineControl } from "portcullis";
import { controllerManager, controllerManagerProcess, kubeadmControllerManager, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "Each controller must have an account of its own",
  description:
    "Without accounts of their own all controllers share one identity with the rights of all, so a fault in any of them is a fault in everything, and the audit log cannot tell them apart. Without the key and the CA, Pods get no token, or none that lets them verify the API server.",
  severity: "medium",
  frameworks: { cis: { "1.12": ["1.3.3(a)", "1.3.4(b)", "1.3.5(c)"] }, nsa: { "1.2": ["cp/auth"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kube-controller-manager"),
  findings: {
    a: "All controllers share one identity",
    b: "No key signs the tokens of service accounts",
    c: "Pods are given no CA to verify the API server with",
  },

  check({ component: manager, deny }) {
    const own = manager.flags["use-service-account-credentials"];
    if (own === undefined) deny(manager, "", "--use-service-account-credentials is not set, which turns it off", "a");
    else if (own.value !== "true") deny(own, "", `--use-service-account-credentials is ${own.value}`, "a");
    if (manager.flags["service-account-private-key-file"] === undefined) deny(manager, "", "--service-account-private-key-file is not set", "b");
    if (manager.flags["root-ca-file"] === undefined) deny(manager, "", "--root-ca-file is not set", "c");
  },

  remediation: "Set --use-service-account-credentials=true, --service-account-private-key-file and --root-ca-file.",
  pass: [
    {
      name: "accounts, the key and the CA",
      object: controllerManager("--use-service-account-credentials", "--service-account-private-key-file=/etc/kubernetes/pki/sa.key", "--root-ca-file=/etc/kubernetes/pki/ca.crt"),
    },
    { name: "kubeadm, which sets all three", object: kubeadmControllerManager({ name: "profiling", value: "false" }) },
    { name: "another component", object: otherComponent("--use-service-account-credentials=false") },
  ],
  fail: [
    {
      name: "a process with nothing set",
      object: controllerManagerProcess("--kubeconfig=/etc/controller-manager.conf"),
      at: [
        { finding: "a", path: "flags" },
        { finding: "b", path: "flags" },
        { finding: "c", path: "flags" },
      ],
    },
    { name: "kubeadm, told to share one identity", object: kubeadmControllerManager({ name: "use-service-account-credentials", value: "false" }), at: [{ finding: "a", path: "controllerManager.extraArgs[0].value" }] },
    {
      name: "an empty key",
      object: controllerManager("--use-service-account-credentials=true", "--service-account-private-key-file=", "--root-ca-file=/etc/kubernetes/pki/ca.crt"),
      at: [{ finding: "b", path: "spec.containers[0].command" }],
    },
    {
      name: "no CA",
      object: controllerManager("--use-service-account-credentials=1", "--service-account-private-key-file=/etc/kubernetes/pki/sa.key"),
      at: [{ finding: "c", path: "spec.containers[0].command" }],
    },
  ],
});
