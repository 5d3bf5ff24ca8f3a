import { component, defineControl } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "Tokens of service accounts must be verified, and must end",
  description:
    "A token that is stolen out of a Pod is worth what its life is worth. Without a look-up it outlives the account that was deleted; with the extension, which is on by default, a token that is asked for an hour lasts a year.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["1.2.21(a)", "1.2.22(b)", "1.2.30(c)"] },
    nsa: { "1.2": ["cp/auth"] },
    owasp: { "2022": ["K06"], "2025": ["K09"] },
    seed: ["H04"],
  },
  match: component("kube-apiserver"),
  findings: {
    a: "Tokens are not looked up, so those of deleted accounts still count",
    b: "No key of its own verifies tokens",
    c: "Tokens of Pods are extended to a year",
  },

  check({ component: server, deny }) {
    const lookup = server.flags["service-account-lookup"];
    if (lookup !== undefined && lookup.value !== "true") deny(lookup, "", `--service-account-lookup is ${lookup.value}`, "a");

    if (server.flags["service-account-key-file"] === undefined && server.flags["service-account-signing-endpoint"] === undefined) {
      deny(server, "", "neither --service-account-key-file nor --service-account-signing-endpoint is set", "b");
    }

    const extension = server.flags["service-account-extend-token-expiration"];
    if (extension === undefined) deny(server, "", "--service-account-extend-token-expiration is not set, which turns it on", "c");
    else if (extension.value !== "false") deny(extension, "", `--service-account-extend-token-expiration is ${extension.value}`, "c");
  },

  remediation:
    "Set --service-account-extend-token-expiration=false once all clients read their token file again, name the public key with --service-account-key-file, and remove --service-account-lookup.",
  pass: [
    { name: "a key and tokens that end", object: apiServer("--service-account-key-file=/etc/kubernetes/pki/sa.pub", "--service-account-extend-token-expiration=false") },
    { name: "another process that signs", object: apiServerProcess("--service-account-signing-endpoint=/run/signer.sock", "--service-account-lookup", "--service-account-extend-token-expiration=0") },
    { name: "kubeadm, which brings the key", object: kubeadmApiServer({ name: "service-account-extend-token-expiration", value: "false" }) },
    { name: "another component", object: otherComponent("--service-account-lookup=false") },
  ],
  fail: [
    { name: "kubeadm by itself, which leaves the extension on", object: kubeadmApiServer({ name: "profiling", value: "false" }), at: [{ finding: "c", path: "apiServer.extraArgs" }] },
    {
      name: "no key, tokens of deleted accounts, and the extension spelt out",
      object: apiServer("--service-account-lookup=false", "--service-account-extend-token-expiration"),
      at: [
        { finding: "a", path: "spec.containers[0].command[1]" },
        { finding: "b", path: "spec.containers[0].command" },
        { finding: "c", path: "spec.containers[0].command[2]" },
      ],
    },
    { name: "the last of two values counts", object: apiServerProcess("--service-account-key-file=/etc/sa.pub", "--service-account-extend-token-expiration=false", "--service-account-extend-token-expiration=true"), at: [{ finding: "c", path: "flags[2]" }] },
  ],
});
