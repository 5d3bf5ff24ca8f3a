import { choice, defineControl, kinds, string } from "portcullis";
import { file, missing, nodeFacts } from "./fixtures.ts";
import { modeOf, modes, ownerOf, staysWithin } from "./files.ts";

export default defineControl({
  title: "Credentials of the control plane must be root's alone",
  description:
    "Each of these files is a login. admin.conf rules the cluster, super-admin.conf does so past every role, and those of the scheduler and the controller manager reach every Pod and Secret. Who reads one of them needs nothing more.",
  severity: "critical",
  frameworks: {
    cis: { "1.12": ["1.1.13(a)", "1.1.14(b)", "1.1.15(c)", "1.1.16(d)", "1.1.17(e)", "1.1.18(f)"] },
    nsa: { "1.2": ["cp/kubeconfig"] },
    owasp: { "2022": ["K09"], "2025": ["K07"] },
  },
  match: kinds("portcullis.dev/v1/NodeFacts"),
  parameters: {
    maxMode: choice(modes, { default: "0600", description: "The most that anybody may do with such a file." }),
    owner: string({ default: "root:root", description: "User and group that own such a file." }),
  },
  findings: {
    a: "Others have access to an administrator's credentials",
    b: "An administrator's credentials are not root's",
    c: "Others have access to the scheduler's credentials",
    d: "The scheduler's credentials are not root's",
    e: "Others have access to the controller manager's credentials",
    f: "The controller manager's credentials are not root's",
  },

  check({ object, parameters, deny }) {
    for (const facts of object.files) {
      if (facts.exists === false) continue;
      const isOpen = !staysWithin(facts.mode, parameters.maxMode);
      const mode = `mode of ${facts.path} is ${modeOf(facts)}`;
      const isForeign = ownerOf(facts) !== parameters.owner;
      const owner = `owner of ${facts.path} is ${ownerOf(facts)}`;
      if (facts.role === "admin-kubeconfig" && isOpen) deny(facts, "mode", mode, "a");
      if (facts.role === "admin-kubeconfig" && isForeign) deny(facts, "owner", owner, "b");
      if (facts.role === "scheduler-kubeconfig" && isOpen) deny(facts, "mode", mode, "c");
      if (facts.role === "scheduler-kubeconfig" && isForeign) deny(facts, "owner", owner, "d");
      if (facts.role === "controller-manager-kubeconfig" && isOpen) deny(facts, "mode", mode, "e");
      if (facts.role === "controller-manager-kubeconfig" && isForeign) deny(facts, "owner", owner, "f");
    }
  },

  remediation: "Use chmod 600 and chown root:root on the files, and take super-admin.conf off the node.",
  pass: [
    {
      name: "files of root alone",
      object: nodeFacts(
        file("admin-kubeconfig", "/etc/kubernetes/admin.conf", "0600"),
        file("admin-kubeconfig", "/etc/kubernetes/super-admin.conf", "0400"),
        file("scheduler-kubeconfig", "/etc/kubernetes/scheduler.conf", "0600"),
        file("controller-manager-kubeconfig", "/etc/kubernetes/controller-manager.conf", "600"),
      ),
    },
    { name: "a file that was taken off the node", object: nodeFacts(missing("admin-kubeconfig", "/etc/kubernetes/super-admin.conf")) },
    { name: "a file of another role", object: nodeFacts(file("kubelet-kubeconfig", "/etc/kubernetes/kubelet.conf", "0644", "kube", "kube")) },
    { name: "other bounds", parameters: { maxMode: "0640", owner: "root:admin" }, object: nodeFacts(file("admin-kubeconfig", "/etc/kubernetes/admin.conf", "0640", "root", "admin")) },
  ],
  fail: [
    {
      name: "files that a group or everybody reads",
      object: nodeFacts(
        file("admin-kubeconfig", "/etc/kubernetes/admin.conf", "0600"),
        file("admin-kubeconfig", "/etc/kubernetes/super-admin.conf", "0640"),
        file("scheduler-kubeconfig", "/etc/kubernetes/scheduler.conf", "0644"),
        file("controller-manager-kubeconfig", "/etc/kubernetes/controller-manager.conf", "0604"),
      ),
      at: [
        { finding: "a", path: "files[1].mode" },
        { finding: "c", path: "files[2].mode" },
        { finding: "e", path: "files[3].mode" },
      ],
    },
    {
      name: "files of somebody else",
      object: nodeFacts(
        file("admin-kubeconfig", "/etc/kubernetes/admin.conf", "0600", "alice", "alice"),
        file("scheduler-kubeconfig", "/etc/kubernetes/scheduler.conf", "0600", "root", "wheel"),
        file("controller-manager-kubeconfig", "/etc/kubernetes/controller-manager.conf", "0600", "1000"),
      ),
      at: [
        { finding: "b", path: "files[0].owner" },
        { finding: "d", path: "files[1].owner" },
        { finding: "f", path: "files[2].owner" },
      ],
    },
  ],
});
