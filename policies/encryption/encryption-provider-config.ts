import { component, defineControl } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "../api-server/fixtures.ts";

export default defineControl({
  title: "The API server must be told how to encrypt what it stores",
  description:
    "Without the file every Secret lies in etcd in plain text: on its disk, in each snapshot, in each backup of a backup. The flag alone encrypts nothing; what the file says is another control's.",
  severity: "high",
  frameworks: { cis: { "1.12": ["1.2.27"] }, nsa: { "1.2": ["cp/secrets"] }, owasp: { "2022": ["K08"], "2025": ["K03"] }, seed: ["H28"] },
  match: component("kube-apiserver"),

  check({ component: server, deny }) {
    if (server.flags["encryption-provider-config"] === undefined) deny(server, "", "--encryption-provider-config is not set, so Secrets are stored in plain text");
  },

  remediation: "Write an EncryptionConfiguration, mount it into the static Pod, name it with --encryption-provider-config, and then write every Secret again.",
  pass: [
    { name: "a file", object: apiServer("--encryption-provider-config=/etc/kubernetes/encryption.yaml", "--encryption-provider-config-automatic-reload=true") },
    { name: "a file, of which kubeadm is told", object: kubeadmApiServer({ name: "encryption-provider-config", value: "/etc/kubernetes/encryption.yaml" }) },
    { name: "another component", object: otherComponent("--bind-address=127.0.0.1") },
  ],
  fail: [
    { name: "kubeadm by itself, which encrypts nothing", object: kubeadmApiServer({ name: "profiling", value: "false" }), at: ["apiServer.extraArgs"] },
    { name: "an empty value", object: apiServer("--encryption-provider-config="), at: ["spec.containers[0].command"] },
    { name: "a reload of nothing", object: apiServerProcess("--encryption-provider-config-automatic-reload"), at: ["flags"] },
  ],
});
