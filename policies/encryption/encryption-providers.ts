import { type apiserverv1, choices, defineControl, kinds, strings, textAfter } from "portcullis";

const providers = ["aescbc", "aesgcm", "identity", "kms", "secretbox"] as const;

export default defineControl({
  title: "Secrets must be encrypted at rest with a sound provider",
  description:
    "Whoever gets hold of etcd's disk, a snapshot or a backup reads every Secret that was written in plain text or with a key that is weak or known. Only the first provider of an entry writes, so identity in first place encrypts nothing, whatever follows it.",
  severity: "critical",
  frameworks: {
    cis: { "1.12": ["1.2.28"] },
    nsa: { "1.2": ["cp/secrets"] },
    owasp: { "2022": ["K08"], "2025": ["K03"] },
    seed: ["H27", "H30", "L04"],
  },
  match: kinds("apiserver.config.k8s.io/v1/EncryptionConfiguration"),
  parameters: {
    resources: strings({ default: ["secrets"], description: "Resources that must be encrypted, as the file names them: secrets, widgets.example.com." }),
    providers: choices(providers, { default: ["kms", "secretbox", "aescbc"], description: "Providers that may write." }),
    preferred: choices(providers, { default: ["kms", "secretbox"], description: "Providers that a message advises: aescbc is open to padding-oracle attacks." }),
    sampleKeys: strings({
      default: ["c2VjcmV0IGlzIHNlY3VyZQ==", "dGhpcyBpcyBwYXNzd29yZA==", "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY="],
      description: "Keys that stand in published examples, in base64.",
    }),
  },
  findings: {
    a: "The first provider, which writes, is not an allowed one",
    b: "No entry covers a resource that must be encrypted",
    c: "A key management service is used by protocol v1",
    d: "A key is not 32 bytes long, repeats, or is a published example",
  },

  check({ object, parameters, deny }) {
    for (const resource of parameters.resources) {
      const entry = object.resources.find((candidate) => candidate.resources.some((pattern) => covers(pattern, resource)));
      if (entry === undefined) {
        deny(object, "resources", `no entry covers ${resource}, so it is stored in plain text`, "b");
        continue;
      }

      const writer = nameOf(entry.providers[0]);
      if (!parameters.providers.some((allowed) => allowed === writer)) {
        deny(entry, ["providers", 0], `${resource} is written by ${writer}; put ${parameters.preferred.join(" or ")} first`, "a");
      }

      const secrets = entry.providers.flatMap(keysOf).map(({ secret }) => secret);
      for (const provider of entry.providers) {
        if (provider.kms && (provider.kms.apiVersion ?? "v1") === "v1") {
          deny(provider, "kms.apiVersion", `the key management service ${provider.kms.name} is used by protocol v1; set apiVersion to v2`, "c");
        }
        for (const key of keysOf(provider)) {
          if (!isBase64Of32Bytes(key.secret)) deny(key, "secret", `key ${key.name} is not 32 bytes in base64`, "d");
          if (parameters.sampleKeys.includes(key.secret)) deny(key, "secret", `key ${key.name} is a published example`, "d");
          if (secrets.filter((secret) => secret === key.secret).length > 1) deny(key, "secret", `key ${key.name} has the same secret as another key`, "d");
        }
      }
    }
  },

  remediation: "Put a kms provider of protocol v2, or secretbox with a random key of 32 bytes, first in the entry that covers secrets.",
  pass: [
    {
      name: "a key management service, with plain text still readable until everything is rewritten",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: [
          { resources: ["secrets", "configmaps"], providers: [{ kms: { apiVersion: "v2", name: "vault", endpoint: "unix:///run/kms.sock" } }, { identity: {} }] },
        ],
      },
    },
    {
      name: "aescbc, and a wildcard for the core group behind an entry for another one",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: [
          { resources: ["*.apps"], providers: [{ identity: {} }] },
          { resources: ["*."], providers: [{ aescbc: { keys: [{ name: "key1", secret: "3q2+7wAAESIzRFVmd4iZqrvM3e7/ABEiM0RVZneImao=" }] } }] },
        ],
      },
    },
    {
      name: "a custom resource, covered by its group",
      parameters: { resources: ["secrets", "accounts.shop.example.com"] },
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: [
          {
            resources: ["secrets", "*.shop.example.com"],
            providers: [
              {
                secretbox: {
                  keys: [
                    { name: "new", secret: "3q2+7wAAESIzRFVmd4iZqrvM3e7/ABEiM0RVZneImao=" },
                    { name: "old", secret: "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=" },
                  ],
                },
              },
            ],
          },
        ],
      },
    },
  ],
  fail: [
    {
      name: "identity first: what follows only reads",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: [
          {
            resources: ["secrets"],
            providers: [{ identity: {} }, { secretbox: { keys: [{ name: "key1", secret: "3q2+7wAAESIzRFVmd4iZqrvM3e7/ABEiM0RVZneImao=" }] } }],
          },
        ],
      },
      at: [{ finding: "a", path: "resources[0].providers[0]" }],
    },
    {
      name: "the first entry that covers a resource decides, so a later one for it is dead",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: [
          { resources: ["*.*"], providers: [{ identity: {} }] },
          { resources: ["secrets"], providers: [{ kms: { apiVersion: "v2", name: "vault", endpoint: "unix:///run/kms.sock" } }] },
        ],
      },
      at: [{ finding: "a", path: "resources[0].providers[0]" }],
    },
    {
      name: "other resources only, and a group whose name merely ends alike",
      parameters: { resources: ["secrets", "accounts.shop.example.com"] },
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: [{ resources: ["configmaps", "*.example.com"], providers: [{ kms: { apiVersion: "v2", name: "vault", endpoint: "unix:///run/kms.sock" } }] }],
      },
      at: [
        { finding: "b", path: "resources" },
        { finding: "b", path: "resources" },
      ],
    },
    {
      name: "protocol v1 of a key management service, unspoken and spelt out",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: [
          {
            resources: ["secrets"],
            providers: [
              { kms: { name: "vault", endpoint: "unix:///run/kms.sock" } },
              { kms: { apiVersion: "v1", name: "old-vault", endpoint: "unix:///run/old-kms.sock", timeout: "3s" } },
            ],
          },
        ],
      },
      at: [
        { finding: "c", path: "resources[0].providers[0].kms.apiVersion" },
        { finding: "c", path: "resources[0].providers[1].kms.apiVersion" },
      ],
    },
    {
      name: "a published key, one of 16 bytes, and one that repeats under another name",
      object: {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: [
          {
            resources: ["secrets"],
            providers: [
              {
                secretbox: {
                  keys: [
                    { name: "sample", secret: "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=" },
                    { name: "new", secret: "3q2+7wAAESIzRFVmd4iZqrvM3e7/ABEiM0RVZneImao=" },
                  ],
                },
              },
              {
                aescbc: {
                  keys: [
                    { name: "short", secret: "q83vASNFZ4mrze8BI0VniQ==" },
                    { name: "old", secret: "3q2+7wAAESIzRFVmd4iZqrvM3e7/ABEiM0RVZneImao=" },
                  ],
                },
              },
            ],
          },
        ],
      },
      at: [
        { finding: "d", path: "resources[0].providers[0].secretbox.keys[0].secret" },
        { finding: "d", path: "resources[0].providers[0].secretbox.keys[1].secret" },
        { finding: "d", path: "resources[0].providers[1].aescbc.keys[0].secret" },
        { finding: "d", path: "resources[0].providers[1].aescbc.keys[1].secret" },
      ],
    },
    {
      name: "an entry without a provider",
      object: { apiVersion: "apiserver.config.k8s.io/v1", kind: "EncryptionConfiguration", resources: [{ resources: ["secrets"], providers: [] }] },
      at: [{ finding: "a", path: "resources[0].providers[0]" }],
    },
  ],
});

/** Whether a name in an entry stands for the resource: the resource itself, all of its group, or everything. */
function covers(pattern: string, resource: string): boolean {
  return pattern === resource || pattern === "*.*" || pattern === `*.${textAfter(resource, ".") ?? ""}`;
}

function nameOf(provider: apiserverv1.ProviderConfiguration | undefined): string {
  if (provider?.kms) return "kms";
  if (provider?.secretbox) return "secretbox";
  if (provider?.aescbc) return "aescbc";
  if (provider?.aesgcm) return "aesgcm";
  return provider?.identity ? "identity" : "no provider";
}

/** The keys of the providers that may hold keys in the file; aesgcm is no provider to write with, whatever its keys are. */
function keysOf(provider: apiserverv1.ProviderConfiguration): readonly apiserverv1.Key[] {
  return [...(provider.secretbox?.keys ?? []), ...(provider.aescbc?.keys ?? [])];
}

function isBase64Of32Bytes(secret: string): boolean {
  return /^[A-Za-z0-9+\/]{43}=[\r\n]*$/.test(secret);
}
