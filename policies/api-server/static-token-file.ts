import { component, defineControl } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "The API server must not take tokens from a file",
  description:
    "The file holds tokens in plain text that never expire, and only a restart takes one away. Whoever has read the file once, on a node or in a backup, logs in as any of its users for good.",
  severity: "high",
  frameworks: { cis: { "1.12": ["1.2.2"] }, nsa: { "1.2": ["auth/users"] }, owasp: { "2022": ["K06"], "2025": ["K09"] }, seed: ["H04"] },
  match: component("kube-apiserver"),

  check({ component: server, deny }) {
    const file = server.flags["token-auth-file"];
    if (file !== undefined) deny(file, "", `--token-auth-file is ${file.value}`);
  },

  remediation: "Remove --token-auth-file, and let users log in through OpenID Connect or with short-lived tokens.",
  pass: [
    { name: "no token file", object: apiServer("--secure-port=6443", "--enable-bootstrap-token-auth=true") },
    { name: "an empty value, which is as good as none", object: kubeadmApiServer({ name: "token-auth-file", value: "" }) },
    { name: "the flag of another component", object: otherComponent("--token-auth-file=/etc/kubernetes/tokens.csv") },
  ],
  fail: [
    { name: "a token file", object: apiServer("--secure-port=6443", "--token-auth-file=/etc/kubernetes/tokens.csv"), at: ["spec.containers[0].command[2]"] },
    { name: "the file as an argument of its own, with underscores in the name", object: apiServerProcess("--token_auth_file", "/etc/tokens.csv"), at: ["flags[1]"] },
    { name: "kubeadm, told to take one", object: kubeadmApiServer({ name: "token-auth-file", value: "/etc/kubernetes/tokens.csv" }), at: ["apiServer.extraArgs[0].value"] },
  ],
});
