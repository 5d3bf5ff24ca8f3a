import { type apiserverv1, boolean, component, defineControl, lowerAscii } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "../api-server/fixtures.ts";

export default defineControl({
  title: "People must log in through an identity provider that is reached safely",
  description:
    "Certificates and tokens that people carry about cannot be taken back, and no second factor guards them. A provider mends that, unless it is asked in plain text, its tokens for other services are taken too, or its names stand unmarked beside the cluster's own: then whoever may name a group there names it system:masters.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["auth/users", "cp/auth"] }, owasp: { "2022": ["K06"], "2025": ["K09"] }, seed: ["H04"] },
  match: component("kube-apiserver", "apiserver.config.k8s.io/v1/AuthenticationConfiguration", "apiserver.config.k8s.io/v1beta1/AuthenticationConfiguration"),
  parameters: { requireIssuer: boolean({ default: true, description: "Whether there must be a provider; a managed control plane has it elsewhere." }) },
  findings: {
    a: "No identity provider is named",
    b: "The provider is not reached over TLS",
    c: "Tokens for any service are taken",
    d: "Names of the provider stand unmarked beside the cluster's own",
  },

  check({ object, component: server, parameters, deny }) {
    // With a file the file decides, and the server refuses both.
    const url = server?.flags["oidc-issuer-url"];
    const prefix = server?.flags["oidc-username-prefix"];
    const groups = server?.flags["oidc-groups-claim"];
    if (server && parameters.requireIssuer && url === undefined && server.flags["authentication-config"] === undefined) deny(server, "", "neither --oidc-issuer-url nor --authentication-config is set", "a");
    if (url && !isHttps(url.value)) deny(url, "", `--oidc-issuer-url is ${url.value}`, "b");
    if (prefix && prefix.value === "-") deny(prefix, "", "--oidc-username-prefix is -, which leaves names as they are", "d");
    if (groups && server?.flags["oidc-groups-prefix"] === undefined) deny(groups, "", "--oidc-groups-prefix is not set, which leaves groups as they are", "d");

    if (object.kind === "AuthenticationConfiguration") {
      const issuers = object.jwt ?? [];
      if (issuers.length === 0 && parameters.requireIssuer) deny(object, "jwt", "no identity provider is named", "a");
      for (const jwt of issuers) {
        const address = jwt.issuer?.url ?? "";
        if (!isHttps(address)) deny(jwt, "issuer.url", `the provider is reached at "${address}"`, "b");
        if ((jwt.issuer?.audiences ?? []).length === 0) deny(jwt, "issuer.audiences", "tokens for any service are taken", "c");
        if (isUnmarked(jwt.claimMappings?.username)) deny(jwt, "claimMappings.username.prefix", "names are left as they are", "d");
        if (isUnmarked(jwt.claimMappings?.groups)) deny(jwt, "claimMappings.groups.prefix", "groups are left as they are", "d");
      }
    }
  },

  remediation: "Name an OpenID Connect provider with an https URL and the cluster's own audience in the file that --authentication-config names, and set a prefix such as oidc: for names and groups.",
  pass: [
    {
      name: "a provider by flags",
      object: apiServer("--oidc-issuer-url=https://login.example.com/realms/staff", "--oidc-client-id=cluster", "--oidc-username-prefix=oidc:", "--oidc-groups-claim=groups", "--oidc-groups-prefix=oidc:"),
    },
    { name: "a server that leaves it to a file", object: kubeadmApiServer({ name: "authentication-config", value: "/etc/kubernetes/authentication.yaml" }) },
    { name: "no provider, where the control plane is managed", parameters: { requireIssuer: false }, object: apiServerProcess("--secure-port=6443") },
    { name: "no provider in the file, where the control plane is managed", parameters: { requireIssuer: false }, object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AuthenticationConfiguration", anonymous: { enabled: false } } },
    {
      name: "the file",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AuthenticationConfiguration",
        jwt: [
          {
            issuer: { url: "https://login.example.com/realms/staff", audiences: ["cluster"] },
            claimMappings: { username: { claim: "sub", prefix: "oidc:" }, groups: { claim: "groups", prefix: "oidc:" } },
          },
        ],
      },
    },
    {
      name: "names that an expression makes",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1beta1",
        kind: "AuthenticationConfiguration",
        jwt: [{ issuer: { url: "HTTPS://login.example.com", audiences: ["cluster"] }, claimMappings: { username: { expression: '"oidc:" + claims.sub' } } }],
      },
    },
    { name: "another component", object: otherComponent("--oidc-issuer-url=http://login.example.com") },
  ],
  fail: [
    { name: "kubeadm by itself, which names no provider", object: kubeadmApiServer({ name: "profiling", value: "false" }), at: [{ finding: "a", path: "apiServer.extraArgs" }] },
    {
      name: "a provider in plain text, and names and groups as it makes them",
      object: apiServer("--oidc-issuer-url=http://login.example.com", "--oidc-client-id=cluster", "--oidc-username-prefix=-", "--oidc-groups-claim=groups"),
      at: [
        { finding: "b", path: "spec.containers[0].command[1]" },
        { finding: "d", path: "spec.containers[0].command[3]" },
        { finding: "d", path: "spec.containers[0].command[4]" },
      ],
    },
    { name: "a file without a provider", object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "AuthenticationConfiguration", anonymous: { enabled: false } }, at: [{ finding: "a", path: "jwt" }] },
    {
      name: "a file with a second provider that is weak in every way",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AuthenticationConfiguration",
        jwt: [
          { issuer: { url: "https://login.example.com", audiences: ["cluster"] }, claimMappings: { username: { claim: "sub", prefix: "oidc:" } } },
          { issuer: { url: "http://old.example.com", audiences: [] }, claimMappings: { username: { claim: "email", prefix: "" }, groups: { claim: "groups" } } },
        ],
      },
      at: [
        { finding: "b", path: "jwt[1].issuer.url" },
        { finding: "c", path: "jwt[1].issuer.audiences" },
        { finding: "d", path: "jwt[1].claimMappings.username.prefix" },
        { finding: "d", path: "jwt[1].claimMappings.groups.prefix" },
      ],
    },
    {
      name: "a provider that is not described",
      object: { apiVersion: "apiserver.config.k8s.io/v1beta1", kind: "AuthenticationConfiguration", jwt: [{}] },
      at: [
        { finding: "b", path: "jwt[0].issuer.url" },
        { finding: "c", path: "jwt[0].issuer.audiences" },
      ],
    },
  ],
});

function isHttps(url: string): boolean {
  return lowerAscii(url).startsWith("https://");
}

/** Whether names come from a claim without anything before them. An expression says for itself what stands before. */
function isUnmarked(mapping: apiserverv1.PrefixedClaimOrExpression | undefined): boolean {
  return (mapping?.claim ?? "") !== "" && (mapping?.prefix ?? "") === "";
}
