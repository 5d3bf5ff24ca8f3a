import { boolean, type corev1, defineControl, globs, kinds, matchesAnyGlob } from "portcullis";

export default defineControl({
  title: "Service accounts must not give out their token unasked",
  description:
    "What an account says of its token holds for every pod that runs as it and says nothing itself, which is most of them. The default account's token reaches even pods whose authors never heard of service accounts.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["5.1.5(a)", "5.1.6(b)"] },
    nsa: { "1.2": ["pod/sa-token"] },
    owasp: { "2022": ["K06"], "2025": ["K09"] },
    seed: ["L07", "T07"],
  },
  match: kinds("v1/ServiceAccount"),
  parameters: {
    allowedAccounts: globs({ default: [], description: "Service accounts, as namespace/name, that may give out their token: those of programs that call the API server." }),
    judgeDefault: boolean({
      default: true,
      description: "Whether default accounts are judged. The controller manager creates one in every namespace, without the field: set it to false where this control is enforced and nothing sets the field on creation.",
    }),
  },
  findings: {
    a: "A default account gives out its token",
    b: "Another account gives out its token",
  },

  check({ object, parameters, deny }) {
    if (object.automountServiceAccountToken === false) return;
    const name = object.metadata?.name ?? "";
    const account = `${object.metadata?.namespace ?? "default"}/${name}`;
    if (name === "default" && parameters.judgeDefault) {
      deny(object, "automountServiceAccountToken", `${account} gives its token to every pod that names no account; set automountServiceAccountToken to false`, "a");
    }
    if (name !== "default" && !matchesAnyGlob(account, parameters.allowedAccounts)) {
      deny(object, "automountServiceAccountToken", `${account} gives its token to every pod that runs as it; set automountServiceAccountToken to false`, "b");
    }
  },

  remediation: "Set automountServiceAccountToken to false on the account, and to true on the pods of programs that call the API server.",
  pass: [
    { name: "turned off", object: account("web", { automountServiceAccountToken: false }) },
    { name: "turned off on the default account", object: account("default", { automountServiceAccountToken: false }) },
    { name: "an operator that calls the API server", parameters: { allowedAccounts: ["shop/*-operator"] }, object: account("cache-operator", {}) },
    { name: "default accounts, which something else sees to", parameters: { judgeDefault: false }, object: account("default", {}) },
  ],
  fail: [
    { name: "the default account, as the controller manager creates it", object: account("default", {}), at: [{ finding: "a", path: "automountServiceAccountToken" }] },
    {
      name: "the default account, which the list of others does not cover",
      parameters: { allowedAccounts: ["shop/*"] },
      object: account("default", { automountServiceAccountToken: true }),
      at: [{ finding: "a", path: "automountServiceAccountToken" }],
    },
    { name: "nothing said", object: account("web", { imagePullSecrets: [{ name: "registry" }] }), at: [{ finding: "b", path: "automountServiceAccountToken" }] },
    {
      name: "turned on, by an account that is allowed in another namespace only",
      parameters: { allowedAccounts: ["platform/web"], judgeDefault: false },
      object: account("web", { automountServiceAccountToken: true }),
      at: [{ finding: "b", path: "automountServiceAccountToken" }],
    },
  ],
});

function account(name: string, fields: Partial<corev1.ServiceAccount>): corev1.ServiceAccount & { readonly apiVersion: "v1"; readonly kind: "ServiceAccount" } {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: "shop" }, ...fields };
}
