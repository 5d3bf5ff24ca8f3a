import { choice, defineControl, isListed, kinds, names, namespacedName, strings } from "portcullis";

/** The types whose values people write by hand; absent and empty are Opaque. */
const handWritten = ["Opaque", "kubernetes.io/basic-auth", "kubernetes.io/ssh-auth", "kubernetes.io/tls"];

export default defineControl({
  title: "Secrets must come from a store of secrets, not from a manifest",
  description:
    "What is committed stays in the history of the repository, in every clone, in the cache of every build: whoever reads one of them has the password, and base64 hides nothing. A Secret that an operator fetches from a vault is in none of these, and changes in one place when it leaks.",
  severity: "medium",
  frameworks: {
    cis: { "1.12": ["5.4.2"] },
    owasp: { "2022": ["K08"], "2025": ["K03"] },
    seed: ["P08", "O09"],
  },
  match: kinds("v1/Secret"),
  parameters: {
    mode: choice(["repository", "cluster"], { default: "repository", description: "Whether manifests in a repository are judged, or what is in a cluster, where every Secret is in clear and only who made it tells." }),
    owners: strings({
      default: ["external-secrets.io/ExternalSecret", "bitnami.com/SealedSecret", "cert-manager.io/Certificate"],
      description: "Kinds of objects that make Secrets from a store, as GROUP/KIND: an owner of one of them makes a Secret a produced one.",
    }),
    marks: names({
      default: ["secrets-store.csi.k8s.io/managed", "reconcile.external-secrets.io/managed", "cert-manager.io/certificate-name"],
      description: "Labels and annotations of produced Secrets, by key or by how keys begin with a star behind it.",
    }),
  },
  findings: {
    a: "A manifest carries secret values in clear",
    b: "Nothing says that a store of secrets made the Secret",
  },

  check({ object, parameters, deny }) {
    const type = object.type ?? "";
    if (type !== "" && !handWritten.includes(type)) return;
    const isProduced =
      (object.metadata?.ownerReferences ?? []).some(({ apiVersion, kind }) => parameters.owners.includes(`${apiVersion.split("/")[0] ?? ""}/${kind}`)) ||
      isMarked(Object.keys(object.metadata?.labels ?? {}), parameters.marks) ||
      isMarked(Object.keys(object.metadata?.annotations ?? {}), parameters.marks);
    if (isProduced) return;

    const name = namespacedName(object.metadata);
    if (parameters.mode === "repository") {
      if (Object.values(object.data ?? {}).some(isClear)) deny(object, "data", `the Secret ${name} carries its values in base64, which anybody reads; keep them in a store, or encrypt the manifest`, "a");
      if (Object.values(object.stringData ?? {}).some(isClear)) deny(object, "stringData", `the Secret ${name} carries its values in clear; keep them in a store, or encrypt the manifest`, "a");
    }
    if (parameters.mode === "cluster" && (Object.values(object.data ?? {}).some(isClear) || Object.values(object.stringData ?? {}).some(isClear))) {
      deny(object, "metadata", `no operator that reads a store of secrets made the Secret ${name}; have one make it`, "b");
    }
  },

  remediation: "Commit an ExternalSecret, a SealedSecret or a file that SOPS encrypted in place of the Secret, and change the values that were committed: they are known.",
  pass: [
    {
      name: "a file that SOPS encrypted, whose values only look like the others",
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "database", namespace: "shop" }, type: "Opaque", stringData: { password: "ENC[AES256_GCM,data:Qk1Vw3s=,iv:tbc=,tag:aGk=,type:str]" } },
    },
    {
      name: "a Secret that is filled in later",
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "database", namespace: "shop" }, data: { password: "" }, stringData: {} },
    },
    {
      name: "made from an ExternalSecret, as a cluster shows it",
      parameters: { mode: "cluster" },
      object: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "database", namespace: "shop", ownerReferences: [{ apiVersion: "external-secrets.io/v1", kind: "ExternalSecret", name: "database", uid: "0f2d1c0b-4d3c-4a4f-8b8e-9a7c6d5e4f3a", controller: true }] },
        type: "Opaque",
        data: { password: "aHVudGVyMg==" },
      },
    },
    {
      name: "certificates that cert-manager asked for, and volumes of a store that are kept in step",
      object: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "web-tls", namespace: "shop", annotations: { "cert-manager.io/certificate-name": "web" } },
        type: "kubernetes.io/tls",
        data: { "tls.crt": "LS0tLS1CRUdJTg==", "tls.key": "LS0tLS1CRUdJTg==" },
      },
    },
    {
      name: "a producer of one's own, by the start of a label",
      parameters: { mode: "cluster", marks: ["vault.example.com/*"] },
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "database", namespace: "shop", labels: { "vault.example.com/path": "shop" } }, stringData: { password: "hunter2" } },
    },
    {
      name: "types that Kubernetes and Helm make themselves",
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "sh.helm.release.v1.web.v1", namespace: "shop" }, type: "helm.sh/release.v1", data: { release: "SDRzSUFBQUE=" } },
    },
    {
      name: "nothing in it, in a cluster",
      parameters: { mode: "cluster" },
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "database", namespace: "shop" }, type: "Opaque" },
    },
  ],
  fail: [
    {
      name: "base64, as most examples and models write it",
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "database", namespace: "shop" }, type: "Opaque", data: { username: "c2hvcA==", password: "aHVudGVyMg==" } },
      at: [{ finding: "a", path: "data" }],
    },
    {
      name: "text, without a type, and values of which only some are encrypted",
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "database" }, data: { username: "" }, stringData: { username: "ENC[AES256_GCM,data:Qk1Vw3s=,iv:tbc=,tag:aGk=,type:str]", password: "hunter2" } },
      at: [{ finding: "a", path: "stringData" }],
    },
    {
      name: "text that only looks encrypted",
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "database", namespace: "shop" }, stringData: { password: "ENC[hunter2]", token: "ENC[AES256_GCM,data:hunter2]" } },
      at: [{ finding: "a", path: "stringData" }],
    },
    {
      name: "the key of a certificate, and the one of a login",
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "deploy-key", namespace: "ci", ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "ci", uid: "0f2d1c0b-4d3c-4a4f-8b8e-9a7c6d5e4f3a" }] }, type: "kubernetes.io/ssh-auth", data: { "ssh-privatekey": "LS0tLS1CRUdJTg==" } },
      at: [{ finding: "a", path: "data" }],
    },
    {
      name: "made by hand, in a cluster, with a label that only begins alike",
      parameters: { mode: "cluster" },
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "web-tls", namespace: "shop", labels: { "secrets-store.csi.k8s.io/managed-by-hand": "true" } }, type: "kubernetes.io/tls", data: { "tls.crt": "LS0tLS1CRUdJTg==", "tls.key": "LS0tLS1CRUdJTg==" } },
      at: [{ finding: "b", path: "metadata" }],
    },
    {
      name: "text that is applied to a cluster, with owners that make no Secrets",
      parameters: { mode: "cluster", owners: ["external-secrets.io/ExternalSecret"], marks: [] },
      object: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "login", namespace: "shop", ownerReferences: [{ apiVersion: "bitnami.com/v1alpha1", kind: "SealedSecret", name: "login", uid: "0f2d1c0b-4d3c-4a4f-8b8e-9a7c6d5e4f3a" }] },
        type: "kubernetes.io/basic-auth",
        stringData: { password: "hunter2" },
      },
      at: [{ finding: "b", path: "metadata" }],
    },
  ],
});

/** Whether one of the keys is a mark. */
const isMarked = (keys: readonly string[], marks: readonly string[]): boolean => keys.some((key) => isListed(key, marks));

/** Whether a value stands there for everybody to read: not what SOPS puts in its place. */
const isClear = (value: string): boolean => value !== "" && !/^ENC\[AES256_GCM,data:[A-Za-z0-9+\/=]*,iv:[A-Za-z0-9+\/=]+,tag:[A-Za-z0-9+\/=]+,type:[a-z]+\]$/.test(value);
