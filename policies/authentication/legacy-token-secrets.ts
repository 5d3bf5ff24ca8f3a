import { defineControl, globs, kinds, matchesAnyGlob, namespacedName } from "portcullis";

export default defineControl({
  title: "Service accounts must not have tokens in Secrets",
  description:
    "The token in such a Secret never expires and is bound to no pod: whoever reads it once, from a backup, a CI variable or a laptop, is that account until somebody deletes the Secret. People use them as their own login, which then cannot be told from the workload's.",
  severity: "high",
  frameworks: {
    cis: { "1.12": ["3.1.2"] },
    nsa: { "1.2": ["auth/users"] },
    owasp: { "2022": ["K06"], "2025": ["K09"] },
    seed: ["H04"],
  },
  match: kinds("v1/Secret"),
  parameters: {
    allowed: globs({
      default: [],
      description: "Secrets that may hold such a token, as globs over NAMESPACE/NAME: ci/legacy-*. The token controller fills in the token of these too, so that it needs no exemption of its own.",
    }),
  },

  check({ object, parameters, deny }) {
    if (object.type === "kubernetes.io/service-account-token" && !matchesAnyGlob(namespacedName(object.metadata), parameters.allowed)) {
      deny(object, "type", `the Secret ${namespacedName(object.metadata)} holds a token of a service account that never expires`);
    }
  },

  remediation: "Ask for a token when one is needed (kubectl create token, the TokenRequest API, or a projected volume), and delete the Secret.",
  pass: [
    { name: "other types, and none", object: { apiVersion: "v1", kind: "Secret", metadata: { name: "registry", namespace: "shop" }, type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": "e30=" } } },
    { name: "no type, with the annotation of an account", object: { apiVersion: "v1", kind: "Secret", metadata: { name: "web", namespace: "shop", annotations: { "kubernetes.io/service-account.name": "web" } }, data: { password: "aHVudGVyMg==" } } },
    {
      name: "a Secret that is allowed, before and after its token is filled in",
      parameters: { allowed: ["ci/legacy-*"] },
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "legacy-scanner", namespace: "ci", annotations: { "kubernetes.io/service-account.name": "scanner" } }, type: "kubernetes.io/service-account-token", data: { token: "ZXhhbXBsZQ==", namespace: "Y2k=" } },
    },
  ],
  fail: [
    {
      name: "a token for CI that lives for ever, as older guides and models write it",
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "deployer-token", namespace: "shop", annotations: { "kubernetes.io/service-account.name": "deployer" } }, type: "kubernetes.io/service-account-token" },
      at: ["type"],
    },
    {
      name: "another namespace than the allowed one, and a namespace that is left out",
      parameters: { allowed: ["ci/*", "shop/web"] },
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "web", annotations: { "kubernetes.io/service-account.name": "web" } }, type: "kubernetes.io/service-account-token", data: { token: "ZXhhbXBsZQ==" } },
      at: ["type"],
    },
    {
      name: "a name that is yet to be made",
      parameters: { allowed: ["shop/web"] },
      object: { apiVersion: "v1", kind: "Secret", metadata: { generateName: "web-", namespace: "shop", annotations: { "kubernetes.io/service-account.name": "web" } }, type: "kubernetes.io/service-account-token" },
      at: ["type"],
    },
  ],
});
