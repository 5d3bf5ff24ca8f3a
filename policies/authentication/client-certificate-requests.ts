import { defineControl, globs, integer, kinds, matchesAnyGlob } from "portcullis";

/** Signs certificates that the API server takes as a login. Kubelets have signers of their own. */
const clientSigner = "kubernetes.io/kube-apiserver-client";

/** A request for CN=ops, O=operators, in PEM and base64, by a key that nobody has. */
const request =
  "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIY01JR0VBZ0VBTUNJeEVqQVFCZ05WQkFvTUNXOXdaWEpoZEc5eWN6RU1NQW9HQTFVRUF3d0RiM0J6TUZrdwpFd1lIS29aSXpqMENBUVlJS29aSXpqMERBUWNEUWdBRW1PYUZJRWdVNmE5anJ3emcyTUNHZ3JXQVdYaEVGMUxyCk9CSTlpclpaajJ4UXZoUGVibmloYVNvMUZoOVdRdC9VdG9CVVFxd0Iyejdlc1AyU0FUWkU1cUFBTUFvR0NDcUcKU000OUJBTUNBMGNBTUVRQ0lEdzZjVXpUSG9aTG1pL3JmU0pmMkRlSXYzcHFBMUhIQjdGeDZBaElIb280QWlCRApMYnZ2YjNlUUVRZjRtRXlYZFZVWUFuTGtuNC9hNkxwYUVUL3FmRTlIS0E9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K";

export default defineControl({
  title: "People must not log in with client certificates",
  description:
    "No one can revoke a certificate: what is copied from a laptop logs in until it expires, a year later where nothing says otherwise, whatever becomes of the account. Someone who may ask and approve makes a login that outlives their own. That a request names the group system:masters is no finding here: it stands inside the encoded request, and the admission plug-in CertificateSubjectRestriction refuses it for this signer.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["3.1.1"] },
    nsa: { "1.2": ["auth/users"] },
    owasp: { "2022": ["K06"], "2025": ["K09"] },
    seed: ["H04"],
  },
  match: kinds("certificates.k8s.io/v1/CertificateSigningRequest"),
  parameters: {
    allowedUsers: globs({ default: [], description: "Who may ask for client certificates, as globs of user names." }),
    maxSeconds: integer({ default: 86_400, minimum: 600, description: "How long such a certificate may hold." }),
  },
  findings: {
    a: "The request comes from someone who may not ask for a login",
    b: "The certificate would hold for too long",
  },

  check({ object, operation, user, parameters, deny }) {
    if (operation === "UPDATE" || object.spec.signerName !== clientSigner) return;

    // The API server writes into every request who made it.
    const requester = user.username ?? object.spec.username ?? "";
    if (!matchesAnyGlob(requester, parameters.allowedUsers)) {
      deny(object, "spec.username", `${requester === "" ? "someone unknown" : requester} asks for a client certificate; log people in by OIDC, and workloads by the tokens of their service accounts`, "a");
    }
    const seconds = object.spec.expirationSeconds;
    if (seconds === undefined) {
      deny(object, "spec.expirationSeconds", `the certificate would hold as long as the signer allows; set expirationSeconds to ${parameters.maxSeconds} or less`, "b");
    } else if (seconds > parameters.maxSeconds) {
      deny(object, "spec.expirationSeconds", `the certificate would hold for ${seconds} seconds; set expirationSeconds to ${parameters.maxSeconds} or less`, "b");
    }
  },

  remediation: "Log people in through OIDC. Where a certificate is needed, let a listed account ask for it with spec.expirationSeconds.",
  pass: [
    {
      name: "an hour for an account that may ask",
      parameters: { allowedUsers: ["system:serviceaccount:platform:break-glass"] },
      object: {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "break-glass-7" },
        spec: { request, signerName: "kubernetes.io/kube-apiserver-client", expirationSeconds: 3600, usages: ["client auth"] },
      },
      user: { username: "system:serviceaccount:platform:break-glass", groups: ["system:serviceaccounts", "system:authenticated"] },
    },
    {
      name: "exactly as long as is allowed",
      parameters: { allowedUsers: ["ops-*"], maxSeconds: 7200 },
      object: {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "ops" },
        spec: { request, signerName: "kubernetes.io/kube-apiserver-client", expirationSeconds: 7200, usages: ["client auth"] },
      },
      user: { username: "ops-anna", groups: ["system:authenticated"] },
    },
    {
      name: "a kubelet's certificate, from its own signer",
      object: {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "csr-x7k2p" },
        spec: { request, signerName: "kubernetes.io/kube-apiserver-client-kubelet", usages: ["digital signature", "client auth"] },
      },
      user: { username: "system:bootstrap:abcdef", groups: ["system:bootstrappers", "system:authenticated"] },
    },
    {
      name: "a note on a request that is there",
      object: {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "alice", labels: { reviewed: "yes" } },
        spec: { request, signerName: "kubernetes.io/kube-apiserver-client", username: "alice", usages: ["client auth"] },
      },
      operation: "UPDATE",
      oldObject: {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "alice" },
        spec: { request, signerName: "kubernetes.io/kube-apiserver-client", username: "alice", usages: ["client auth"] },
      },
      user: { username: "bob", groups: ["system:authenticated"] },
    },
  ],
  fail: [
    {
      name: "a login for oneself, as guides have it, with no end",
      object: {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "alice" },
        spec: { request, signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
      },
      user: { username: "alice", groups: ["developers", "system:authenticated"] },
      at: [
        { finding: "a", path: "spec.username" },
        { finding: "b", path: "spec.expirationSeconds" },
      ],
    },
    {
      name: "an account that may ask, for a year",
      parameters: { allowedUsers: ["ops-*"] },
      object: {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "ops" },
        spec: { request, signerName: "kubernetes.io/kube-apiserver-client", expirationSeconds: 31536000, usages: ["client auth"] },
      },
      user: { username: "ops-anna", groups: ["system:authenticated"] },
      at: [{ finding: "b", path: "spec.expirationSeconds" }],
    },
    {
      name: "a request that says who made it, where nothing else does",
      parameters: { allowedUsers: ["ops-*"] },
      object: {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "mallory" },
        spec: { request, signerName: "kubernetes.io/kube-apiserver-client", username: "mallory", expirationSeconds: 3600, usages: ["client auth"] },
      },
      at: [{ finding: "a", path: "spec.username" }],
    },
    {
      name: "one second too long",
      parameters: { allowedUsers: ["ops-*"] },
      object: {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name: "ops" },
        spec: { request, signerName: "kubernetes.io/kube-apiserver-client", expirationSeconds: 86401, usages: ["client auth"] },
      },
      user: { username: "ops-anna", groups: ["system:authenticated"] },
      at: [{ finding: "b", path: "spec.expirationSeconds" }],
    },
  ],
});
