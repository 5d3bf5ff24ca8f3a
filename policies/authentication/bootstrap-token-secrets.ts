import { defineControl, kinds } from "portcullis";

export default defineControl({
  title: "Bootstrap tokens must expire",
  description:
    "A bootstrap token lets whoever holds it join a node to the cluster, and a node reads the Secrets of the pods that are put on it. One without an expiration is left in user data, images and shell histories, and still works years later. Whether there is an expiration is judged, not how far off it lies: that stands in base64, and there is no clock.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["3.1.3"] },
    nsa: { "1.2": ["auth/users"] },
    owasp: { "2022": ["K06"], "2025": ["K09"] },
    seed: ["H04"],
  },
  match: kinds("v1/Secret"),
  findings: {
    a: "The token never expires",
  },

  check({ object, deny }) {
    // What stands in stringData wins. How long the token lives is in base64 in data, which policies of the API server cannot read.
    const expiration = object.stringData?.["expiration"] ?? object.data?.["expiration"] ?? "";
    if (object.type === "bootstrap.kubernetes.io/token" && expiration === "") {
      deny(object, ["data", "expiration"], `the bootstrap token ${object.metadata?.name ?? ""} has no expiration`, "a");
    }
  },

  remediation: "Set expiration to a time within the next day, or let kubeadm token create --ttl do so, and delete tokens once the nodes have joined.",
  pass: [
    {
      name: "a token of a day, in text",
      object: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "bootstrap-token-07401b", namespace: "kube-system" },
        type: "bootstrap.kubernetes.io/token",
        stringData: { "token-id": "07401b", "token-secret": "f395accd246ae52d", expiration: "2026-11-30T12:00:00Z", "usage-bootstrap-authentication": "true" },
      },
    },
    {
      name: "as the API server keeps it",
      object: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "bootstrap-token-07401b", namespace: "kube-system" },
        type: "bootstrap.kubernetes.io/token",
        data: { "token-id": "MDc0MDFi", "token-secret": "ZjM5NWFjY2QyNDZhZTUyZA==", expiration: "MjAyNi0xMS0zMFQxMjowMDowMFo=" },
      },
    },
    { name: "Secrets of other types, and of none", object: { apiVersion: "v1", kind: "Secret", metadata: { name: "bootstrap-token-07401b", namespace: "kube-system" }, data: { "token-id": "MDc0MDFi" } } },
  ],
  fail: [
    {
      name: "a token for every node that will ever come",
      object: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "bootstrap-token-07401b", namespace: "kube-system" },
        type: "bootstrap.kubernetes.io/token",
        stringData: { "token-id": "07401b", "token-secret": "f395accd246ae52d", "usage-bootstrap-authentication": "true" },
      },
      at: [{ finding: "a", path: "data.expiration" }],
    },
    {
      name: "an empty expiration, and a namespace that whoever applies it gives",
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "bootstrap-token-5emitj" }, type: "bootstrap.kubernetes.io/token", data: { "token-id": "NWVtaXRq", expiration: "" } },
      at: [{ finding: "a", path: "data.expiration" }],
    },
    {
      name: "an empty text that replaces what is in data",
      object: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "bootstrap-token-07401b", namespace: "kube-system" },
        type: "bootstrap.kubernetes.io/token",
        data: { expiration: "MjAyNi0xMS0zMFQxMjowMDowMFo=" },
        stringData: { expiration: "" },
      },
      at: [{ finding: "a", path: "data.expiration" }],
    },
  ],
});
