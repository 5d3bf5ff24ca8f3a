import { choice, defineControl, kinds, string } from "portcullis";
import { file, missing, nodeFacts } from "./fixtures.ts";
import { modeOf, modes, ownerOf, staysWithin } from "./files.ts";

export default defineControl({
  title: "Manifests of the control plane must be root's alone",
  description:
    "The kubelet runs what stands in these files, with the node's own network and any path of its disk. Who may write one of them starts a privileged Pod past every admission policy; who may read them learns where keys and configuration lie.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["1.1.1(a)", "1.1.2(b)", "1.1.3(c)", "1.1.4(d)", "1.1.5(e)", "1.1.6(f)", "1.1.7(g)", "1.1.8(h)"] },
    owasp: { "2022": ["K09"], "2025": ["K07"] },
  },
  match: kinds("portcullis.dev/v1/NodeFacts"),
  parameters: {
    maxMode: choice(modes, { default: "0600", description: "The most that anybody may do with a manifest." }),
    owner: string({ default: "root:root", description: "User and group that own a manifest." }),
  },
  findings: {
    a: "Others have access to the API server's manifest",
    b: "The API server's manifest is not root's",
    c: "Others have access to the controller manager's manifest",
    d: "The controller manager's manifest is not root's",
    e: "Others have access to the scheduler's manifest",
    f: "The scheduler's manifest is not root's",
    g: "Others have access to etcd's manifest",
    h: "etcd's manifest is not root's",
  },

  check({ object, parameters, deny }) {
    for (const facts of object.files) {
      if (facts.exists === false) continue;
      const isOpen = !staysWithin(facts.mode, parameters.maxMode);
      const mode = `mode of ${facts.path} is ${modeOf(facts)}`;
      const isForeign = ownerOf(facts) !== parameters.owner;
      const owner = `owner of ${facts.path} is ${ownerOf(facts)}`;
      if (facts.role === "kube-apiserver-manifest" && isOpen) deny(facts, "mode", mode, "a");
      if (facts.role === "kube-apiserver-manifest" && isForeign) deny(facts, "owner", owner, "b");
      if (facts.role === "kube-controller-manager-manifest" && isOpen) deny(facts, "mode", mode, "c");
      if (facts.role === "kube-controller-manager-manifest" && isForeign) deny(facts, "owner", owner, "d");
      if (facts.role === "kube-scheduler-manifest" && isOpen) deny(facts, "mode", mode, "e");
      if (facts.role === "kube-scheduler-manifest" && isForeign) deny(facts, "owner", owner, "f");
      if (facts.role === "etcd-manifest" && isOpen) deny(facts, "mode", mode, "g");
      if (facts.role === "etcd-manifest" && isForeign) deny(facts, "owner", owner, "h");
    }
  },

  remediation: "Use chmod 600 and chown root:root on the files in the kubelet's folder of static Pods.",
  pass: [
    {
      name: "files of root alone, one of them read-only",
      object: nodeFacts(
        file("kube-apiserver-manifest", "/etc/kubernetes/manifests/kube-apiserver.yaml", "0600"),
        file("kube-controller-manager-manifest", "/etc/kubernetes/manifests/kube-controller-manager.yaml", "0400"),
        file("kube-scheduler-manifest", "/etc/kubernetes/manifests/kube-scheduler.yaml", "600"),
        file("etcd-manifest", "/etc/kubernetes/manifests/etcd.yaml", "0000"),
      ),
    },
    { name: "a node of the control plane without its own etcd", object: nodeFacts(missing("etcd-manifest", "/etc/kubernetes/manifests/etcd.yaml")) },
    { name: "files of other roles", object: nodeFacts(file("pki-certificate", "/etc/kubernetes/pki/ca.crt", "0644", "kube", "kube")) },
    { name: "other bounds", parameters: { maxMode: "0640", owner: "root:kube" }, object: nodeFacts(file("kube-apiserver-manifest", "/etc/kubernetes/manifests/kube-apiserver.yaml", "0640", "root", "kube")) },
  ],
  fail: [
    {
      name: "files that everybody reads, as some installers write them",
      object: nodeFacts(
        file("kube-apiserver-manifest", "/etc/kubernetes/manifests/kube-apiserver.yaml", "0644"),
        file("kube-controller-manager-manifest", "/etc/kubernetes/manifests/kube-controller-manager.yaml", "0640"),
        file("kube-scheduler-manifest", "/etc/kubernetes/manifests/kube-scheduler.yaml", "0604"),
        file("etcd-manifest", "/etc/kubernetes/manifests/etcd.yaml", "0700"),
      ),
      at: [
        { finding: "a", path: "files[0].mode" },
        { finding: "c", path: "files[1].mode" },
        { finding: "e", path: "files[2].mode" },
        { finding: "g", path: "files[3].mode" },
      ],
    },
    {
      name: "files of somebody else",
      object: nodeFacts(
        file("kube-apiserver-manifest", "/etc/kubernetes/manifests/kube-apiserver.yaml", "0600", "kube"),
        file("kube-controller-manager-manifest", "/etc/kubernetes/manifests/kube-controller-manager.yaml", "0600", "root", "wheel"),
        file("kube-scheduler-manifest", "/etc/kubernetes/manifests/kube-scheduler.yaml", "0600", "1000", "1000"),
        file("etcd-manifest", "/etc/kubernetes/manifests/etcd.yaml", "0600", "etcd", "etcd"),
      ),
      at: [
        { finding: "b", path: "files[0].owner" },
        { finding: "d", path: "files[1].owner" },
        { finding: "f", path: "files[2].owner" },
        { finding: "h", path: "files[3].owner" },
      ],
    },
    {
      name: "a file of which nothing is known but that it is there",
      object: nodeFacts({ role: "etcd-manifest", path: "/etc/kubernetes/manifests/etcd.yaml" }),
      at: [
        { finding: "g", path: "files[0].mode" },
        { finding: "h", path: "files[0].owner" },
      ],
    },
  ],
});
