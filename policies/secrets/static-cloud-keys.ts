import { allContainers, containerWith, defineControl, isListed, names, podBearing, strings, workload } from "portcullis";

export default defineControl({
  title: "Keys of a cloud must not be kept in the cluster",
  description:
    "A key of a cloud account works from anywhere, until somebody changes it, and nobody sees it being copied. Whoever reads one Secret or one pod's environment walks out of the cluster with it. A workload identity gives the pod a token for an hour instead, and only while it runs there.",
  severity: "high",
  frameworks: { owasp: { "2022": ["K08"], "2025": ["K03", "K08"] } },
  match: podBearing("v1/Secret", "v1/ConfigMap"),
  parameters: {
    names: strings({
      default: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AZURE_CLIENT_SECRET", "ARM_CLIENT_SECRET", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS", "DIGITALOCEAN_TOKEN"],
      description: "Names under which clients of clouds look for a key: of variables, and of keys in Secrets and ConfigMaps.",
    }),
    allowedValues: names({ default: [], description: "Values that such a variable may have, whole or their start with a star behind it: the path of a projected token's configuration, say." }),
  },
  findings: {
    a: "A container is given a key of a cloud",
    b: "A Secret or ConfigMap has a key of a cloud, by its name",
    c: "A Secret or ConfigMap holds the key file of a service account, by its content",
  },

  check({ object, pod, parameters, deny }) {
    if (pod !== undefined) {
      for (const container of allContainers(pod)) {
        for (const variable of container.env ?? []) {
          const value = variable.value ?? "";
          const isAllowed = value !== "" && isListed(value, parameters.allowedValues);
          if (parameters.names.includes(variable.name) && !isAllowed) deny(variable, "name", `container ${container.name} is given ${variable.name}, a key of a cloud that works from anywhere; use a workload identity`, "a");
        }
      }
    }

    if (object.kind === "Secret") {
      for (const [key, value] of Object.entries(object.data ?? {})) {
        if (parameters.names.includes(key)) deny(object, ["data", key], `the Secret has ${key}, a key of a cloud that works from anywhere; use a workload identity`, "b");
        if (holdsEncodedKeyFile(value)) deny(object, ["data", key], `${key} holds the key file of a service account, which works from anywhere; use a workload identity`, "c");
      }
      for (const [key, value] of Object.entries(object.stringData ?? {})) {
        if (parameters.names.includes(key)) deny(object, ["stringData", key], `the Secret has ${key}, a key of a cloud that works from anywhere; use a workload identity`, "b");
        if (isKeyFile(value)) deny(object, ["stringData", key], `${key} holds the key file of a service account, which works from anywhere; use a workload identity`, "c");
      }
    }

    if (object.kind === "ConfigMap") {
      for (const [key, value] of Object.entries(object.data ?? {})) {
        if (parameters.names.includes(key) && !isListed(value, parameters.allowedValues)) deny(object, ["data", key], `the ConfigMap has ${key}, a key of a cloud that works from anywhere; use a workload identity`, "b");
        if (isKeyFile(value)) deny(object, ["data", key], `${key} holds the key file of a service account, which works from anywhere; use a workload identity`, "c");
      }
      for (const [key, value] of Object.entries(object.binaryData ?? {})) {
        if (parameters.names.includes(key)) deny(object, ["binaryData", key], `the ConfigMap has ${key}, a key of a cloud that works from anywhere; use a workload identity`, "b");
        if (holdsEncodedKeyFile(value)) deny(object, ["binaryData", key], `${key} holds the key file of a service account, which works from anywhere; use a workload identity`, "c");
      }
    }
  },

  remediation: "Bind the pod's service account to a role of the cloud (EKS Pod Identity, Workload Identity of GKE or AKS), and delete the key there: it is known.",
  pass: [
    {
      name: "an identity of its own, and variables that only look alike",
      object: workload("Deployment", {
        serviceAccountName: "web",
        containers: [containerWith({ env: [{ name: "AWS_REGION", value: "eu-central-1" }, { name: "AWS_ROLE_ARN", value: "arn:aws:iam::123456789012:role/shop-web" }, { name: "MY_AWS_ACCESS_KEY_ID", value: "none" }] })],
      }),
    },
    {
      name: "the path of a projected token's configuration, in a pod and in a map of settings",
      parameters: { allowedValues: ["/var/run/secrets/tokens/*"] },
      object: workload("Pod", { containers: [containerWith({ env: [{ name: "GOOGLE_APPLICATION_CREDENTIALS", value: "/var/run/secrets/tokens/gcp.json" }] })] }),
    },
    { name: "the same path in a map of settings", parameters: { allowedValues: ["/var/run/secrets/tokens/gcp.json"] }, object: configMap({ data: { GOOGLE_APPLICATION_CREDENTIALS: "/var/run/secrets/tokens/gcp.json", "app.json": '{"type": "service"}' } }) },
    { name: "a Secret of something else", object: { apiVersion: "v1", kind: "Secret", metadata: { name: "database", namespace: "shop" }, data: { password: "aHVudGVyMg==" }, stringData: { username: "shop" } } },
    { name: "other names, where a target lists its own", parameters: { names: ["HCLOUD_TOKEN"] }, object: configMap({ data: { AWS_ACCESS_KEY_ID: "x" }, binaryData: { logo: "iVBORw0KGgo=" } }) },
  ],
  fail: [
    {
      name: "a key in the environment, written out and from a Secret",
      object: workload("Deployment", {
        initContainers: [containerWith({ name: "setup", env: [{ name: "DIGITALOCEAN_TOKEN", value: "" }] })],
        containers: [
          containerWith({
            env: [
              { name: "AWS_ACCESS_KEY_ID", value: "EXAMPLEKEY" },
              { name: "AWS_SECRET_ACCESS_KEY", valueFrom: { secretKeyRef: { name: "aws", key: "secret" } } },
            ],
          }),
        ],
      }),
      at: ["initContainers[0].env[0].name", "containers[0].env[0].name", "containers[0].env[1].name"].map((path) => ({ finding: "a", path: `spec.template.spec.${path}` })),
    },
    {
      name: "a key's file that is no token's, in a debug container",
      parameters: { allowedValues: ["/var/run/secrets/tokens/*"] },
      object: workload("Pod", { containers: [containerWith({})], ephemeralContainers: [containerWith({ name: "debugger", env: [{ name: "GOOGLE_APPLICATION_CREDENTIALS", value: "/etc/gcp/key.json" }] })] }),
      at: [{ finding: "a", path: "spec.ephemeralContainers[0].env[0].name" }],
    },
    {
      name: "keys in a Secret, as most guides have it",
      object: { apiVersion: "v1", kind: "Secret", metadata: { name: "aws", namespace: "shop" }, data: { AWS_SECRET_ACCESS_KEY: "aHVudGVyMg==" }, stringData: { AWS_ACCESS_KEY_ID: "EXAMPLEKEY" } },
      at: [
        { finding: "b", path: "data.AWS_SECRET_ACCESS_KEY" },
        { finding: "b", path: "stringData.AWS_ACCESS_KEY_ID" },
      ],
    },
    {
      name: "keys in a map of settings",
      object: configMap({ data: { AZURE_CLIENT_SECRET: "hunter2" }, binaryData: { GOOGLE_CREDENTIALS: "e30=" } }),
      at: [
        { finding: "b", path: "data.AZURE_CLIENT_SECRET" },
        { finding: "b", path: "binaryData.GOOGLE_CREDENTIALS" },
      ],
    },
    {
      name: "a value that only holds an allowed one",
      parameters: { allowedValues: ["/var/run/secrets/tokens/*"] },
      object: configMap({ data: { GOOGLE_APPLICATION_CREDENTIALS: "/mnt/var/run/secrets/tokens/key.json" } }),
      at: [{ finding: "b", path: "data.GOOGLE_APPLICATION_CREDENTIALS" }],
    },
    {
      name: "the key file of a service account, in each of the three ways that base64 may stand",
      object: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "gcp", namespace: "shop" },
        data: { "key.json": "eyJ0eXBlIjogInNlcnZpY2VfYWNjb3VudCJ9", "more.json": "eyAidHlwZSI6ICJzZXJ2aWNlX2FjY291bnQifQ==", "last.json": "eyAgInR5cGUiOiAic2VydmljZV9hY2NvdW50In0=" },
        stringData: { "plain.json": '{ "type":  "service_account" }' },
      },
      at: [...["key", "more", "last"].map((name) => ({ finding: "c", path: `data["${name}.json"]` })), { finding: "c", path: 'stringData["plain.json"]' }],
    },
    {
      name: "the key file of a service account, in a map of settings",
      object: configMap({
        data: { "gcp.json": '{"project_id":"shop","type":"service_account"}' },
        binaryData: { "key.json": "eyJ0eXBlIjogInNlcnZpY2VfYWNjb3VudCJ9", "more.json": "eyAidHlwZSI6ICJzZXJ2aWNlX2FjY291bnQifQ==", "last.json": "eyAgInR5cGUiOiAic2VydmljZV9hY2NvdW50In0=" },
      }),
      at: [{ finding: "c", path: 'data["gcp.json"]' }, ...["key", "more", "last"].map((name) => ({ finding: "c", path: `binaryData["${name}.json"]` }))],
    },
  ],
});

/** Whether a text is the key file of a service account, as Google hands it out. */
const isKeyFile = (text: string): boolean => /"type"\s*:\s*"service_account"/.test(text);

/** The same of base64: `service_account"` without the letters at its ends, which share theirs with what stands beside them. */
const holdsEncodedKeyFile = (encoded: string): boolean => encoded.includes("c2VydmljZV9hY2NvdW50I") || encoded.includes("NlcnZpY2VfYWNjb3VudC") || encoded.includes("zZXJ2aWNlX2FjY291bnQi");

function configMap(content: { readonly data?: Readonly<Record<string, string>>; readonly binaryData?: Readonly<Record<string, string>> }) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "shop" }, ...content } as const;
}
