import { choice, defineControl, kinds, strings } from "portcullis";
import { file, missing, nodeFacts } from "./fixtures.ts";
import { modeOf, modes, ownerOf, staysWithin } from "./files.ts";

export default defineControl({
  title: "Data of etcd must be etcd's alone",
  description:
    "The directory holds everything that the cluster knows. Who may read it copies every Secret without a trace in any log; who may write it changes the cluster behind the API server's back.",
  severity: "high",
  frameworks: { cis: { "1.12": ["1.1.11(a)", "1.1.12(b)"] }, nsa: { "1.2": ["cp/etcd"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: kinds("portcullis.dev/v1/NodeFacts"),
  parameters: {
    maxMode: choice(modes, { default: "0700", description: "The most that anybody may do with the directory." }),
    owners: strings({ default: ["etcd:etcd", "root:root"], description: "Users and groups that may own it: kubeadm runs etcd as root." }),
  },
  findings: {
    a: "Others have access to etcd's data",
    b: "etcd's data belongs to somebody else",
  },

  check({ object, parameters, deny }) {
    for (const facts of object.files) {
      if (facts.role !== "etcd-data" || facts.exists === false) continue;
      if (!staysWithin(facts.mode, parameters.maxMode)) deny(facts, "mode", `mode of ${facts.path} is ${modeOf(facts)}`, "a");
      if (!parameters.owners.includes(ownerOf(facts))) deny(facts, "owner", `owner of ${facts.path} is ${ownerOf(facts)}`, "b");
    }
  },

  remediation: "Use chmod 700 on the data directory, and chown it to the user that runs etcd.",
  pass: [
    { name: "kubeadm's, which is root's", object: nodeFacts(file("etcd-data", "/var/lib/etcd", "0700")) },
    { name: "a user of its own", parameters: { owners: ["etcd:etcd"] }, object: nodeFacts(file("etcd-data", "/var/lib/etcd", "700", "etcd", "etcd")) },
    { name: "a node without etcd", object: nodeFacts(missing("etcd-data", "/var/lib/etcd")) },
    { name: "a group that may look, where that is accepted", parameters: { maxMode: "0750" }, object: nodeFacts(file("etcd-data", "/var/lib/etcd", "0750", "etcd", "etcd")) },
    { name: "a file of another role", object: nodeFacts(file("pki-directory", "/etc/kubernetes/pki", "0755", "kube", "kube")) },
  ],
  fail: [
    { name: "a directory that a package made", object: nodeFacts(file("etcd-data", "/var/lib/etcd", "0755")), at: [{ finding: "a", path: "files[0].mode" }] },
    { name: "one bit too many", parameters: { maxMode: "0750" }, object: nodeFacts(file("etcd-data", "/var/lib/etcd", "0751", "etcd", "etcd")), at: [{ finding: "a", path: "files[0].mode" }] },
    { name: "the sticky bit, which the bound has not", object: nodeFacts(file("etcd-data", "/var/lib/etcd", "1700")), at: [{ finding: "a", path: "files[0].mode" }] },
    { name: "root where etcd is asked for", parameters: { owners: ["etcd:etcd"] }, object: nodeFacts(file("etcd-data", "/var/lib/etcd", "0700")), at: [{ finding: "b", path: "files[0].owner" }] },
    {
      name: "a directory of which nothing is known but that it is there",
      object: nodeFacts({ role: "etcd-data", path: "/var/lib/etcd" }),
      at: [
        { finding: "a", path: "files[0].mode" },
        { finding: "b", path: "files[0].owner" },
      ],
    },
  ],
});
