import { allContainers, boolean, containerWith, defineControl, lowerAscii, podBearing, strings, workload } from "portcullis";

export default defineControl({
  title: "Passwords and keys must not be written into manifests",
  description:
    "What stands in a pod's environment or command line, or in a ConfigMap, is read by everybody who may look at pods or settings: a far wider circle than those who may read Secrets. It is in the repository and in its history as well, in backups, and in each page that prints an environment.",
  severity: "high",
  frameworks: {
    nsa: { "1.2": ["cp/secrets-env"] },
    owasp: { "2022": ["K08"], "2025": ["K03"] },
    seed: ["P08", "O10"],
  },
  match: podBearing("v1/ConfigMap"),
  parameters: {
    nameWords: strings({ default: ["passwd", "password", "secret", "token", "apikey", "api_key", "private_key", "credential"], description: "Words in lower case that tell by a name, of a variable or a key, that its value is a credential." }),
    ignoreSuffixes: strings({ default: ["_file", "_path", "_name", "_url", "-file", "-path", "-name", "-url", "namespace"], description: "Ends of names, in lower case, that tell of something else: of where a credential is, or what it is called." }),
    judgeContent: boolean({ default: true, description: "Whether values, commands and arguments are searched for what only keys look like, whatever their names." }),
  },
  findings: {
    a: "A variable whose name tells of a credential has a value in clear",
    b: "A variable, command or argument holds what only a key looks like",
    c: "A ConfigMap holds a credential",
  },

  check({ object, pod, parameters, deny }) {
    if (pod !== undefined) {
      for (const container of allContainers(pod)) {
        for (const variable of container.env ?? []) {
          const value = variable.value ?? "";
          if (isCredentialName(nameOf(variable), parameters.nameWords, parameters.ignoreSuffixes) && isValue(value)) deny(variable, "value", `container ${container.name} has the value of ${variable.name} in clear; mount it from a Secret as a file`, "a");
          if (parameters.judgeContent && holdsKey(value)) deny(variable, "value", `container ${container.name} has a key in ${variable.name} in clear; mount it from a Secret as a file`, "b");
        }
        for (const [index, text] of (container.command ?? []).entries()) {
          if (parameters.judgeContent && holdsKey(text)) deny(container, ["command", index], `container ${container.name} has a key in its command; have it read a file that is mounted from a Secret`, "b");
        }
        for (const [index, text] of (container.args ?? []).entries()) {
          if (parameters.judgeContent && holdsKey(text)) deny(container, ["args", index], `container ${container.name} has a key in its arguments; have it read a file that is mounted from a Secret`, "b");
        }
      }
    }

    if (object.kind === "ConfigMap") {
      for (const [key, value] of Object.entries(object.data ?? {})) {
        // A value of several lines is a file: its name tells of what it is about, not of what it is.
        const isNamed = isCredentialName(key, parameters.nameWords, parameters.ignoreSuffixes) && isValue(value) && !value.includes("\n");
        if (isNamed || (parameters.judgeContent && holdsKey(value))) deny(object, ["data", key], `${key} is a credential in clear; keep it in a Secret`, "c");
      }
    }
  },

  remediation: "Put the value into a Secret, from a store of secrets where there is one, mount it as a file, and change it: it has been read.",
  pass: [
    {
      name: "credentials as files, and variables that only tell of them",
      object: workload("Deployment", {
        volumes: [{ name: "credentials", secret: { secretName: "database" } }],
        containers: [
          containerWith({
            command: ["serve", "--password-file=/run/secrets/password"],
            args: ["--verbose"],
            env: [
              { name: "DB_PASSWORD_FILE", value: "/run/secrets/password" },
              { name: "TOKEN_URL", value: "https://login.example.com/token" },
              { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "database", key: "password" } } },
              { name: "PGPASSWORD", value: "$(DB_PASSWORD)" },
              { name: "SECRET_ROTATION", value: "true" },
              { name: "LOG_LEVEL", value: "info" },
              { name: "API_KEY", value: "" },
            ],
          }),
        ],
      }),
    },
    { name: "words of one's own, and no search of values", parameters: { nameWords: ["passphrase"], judgeContent: false }, object: workload("Pod", { containers: [containerWith({ args: ["--key=AKIAEXAMPLEEXAMPLE12"], env: [{ name: "PASSWORD", value: "hunter2" }] })] }) },
    {
      name: "settings, and a file that is about tokens",
      object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "shop" }, data: { "token-issuer.yaml": "issuer: https://login.example.com\nlifetime: 1h\n", log_level: "info", secret_name: "database", "token-url": "https://login.example.com", "policy-secrets-namespace": "cilium-secrets", password: "" } },
    },
    { name: "text that only begins like a key", object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "docs", namespace: "shop" }, data: { help: "Keys begin with AKIA, tokens with ghp_, and certificates with -----BEGIN CERTIFICATE-----" } } },
  ],
  fail: [
    {
      name: "a password in the environment, as a model writes it",
      object: workload("Deployment", {
        initContainers: [containerWith({ name: "migrate", env: [{ name: "MYSQL_ROOT_PASSWORD", value: "rootpassword" }] })],
        containers: [containerWith({ env: [{ name: "REGION", value: "eu" }, { name: "apiKey", value: "abc123" }] })],
      }),
      at: [
        { finding: "a", path: "spec.template.spec.initContainers[0].env[0].value" },
        { finding: "a", path: "spec.template.spec.containers[0].env[1].value" },
      ],
    },
    {
      name: "names that only end alike, values that only partly refer to others",
      object: workload("Pod", {
        containers: [containerWith({ env: [{ name: "DB_PASSWORD_FILES", value: "hunter2" }, { name: "DSN_SECRET", value: "postgres://shop:hunter2@$(HOST)" }] })],
        ephemeralContainers: [containerWith({ name: "debugger", env: [{ name: "GITHUB_TOKEN", value: "0" }] })],
      }),
      at: ["containers[0].env[0].value", "containers[0].env[1].value", "ephemeralContainers[0].env[0].value"].map((path) => ({ finding: "a", path: `spec.${path}` })),
    },
    {
      name: "keys whose form tells what they are, in values, a command and arguments",
      object: workload("CronJob", {
        containers: [
          containerWith({
            command: ["sh", "-c", "curl -H 'Authorization: token ghp_0123456789abcdefghijABCDEFGHIJ012345' https://api.example.com"],
            args: ["--access-key", "AKIAEXAMPLEEXAMPLE12", "-----BEGIN PRIVATE KEY-----\nMIIB"],
            env: [
              { name: "SETTINGS", value: "hook=xoxb-123456789012-abcdefghijkl" },
              { name: "LOGIN", value: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9wIn0.c2lnbmF0dXJlLXRoYXQtaXMtbm9uZQ" },
              { name: "PEM", value: "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n" },
            ],
          }),
        ],
      }),
      at: ["command[2]", "args[1]", "args[2]", "env[0].value", "env[1].value", "env[2].value"].map((path) => ({ finding: "b", path: `spec.jobTemplate.spec.template.spec.containers[0].${path}` })),
    },
    {
      name: "passwords and keys in settings",
      object: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "settings", namespace: "shop" },
        data: { "db.password": "hunter2", API_TOKEN: "abc123", "tls.pem": "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", level: "info" },
      },
      at: [
        { finding: "c", path: 'data["db.password"]' },
        { finding: "c", path: "data.API_TOKEN" },
        { finding: "c", path: 'data["tls.pem"]' },
      ],
    },
  ],
});

/** The name of a variable; empty where the schema is broken and there is none. */
const nameOf = (variable: { readonly name?: string | undefined }): string => variable.name ?? "";

/** Whether a name tells that its value is a credential. */
function isCredentialName(name: string, words: readonly string[], ignored: readonly string[]): boolean {
  const lower = lowerAscii(name);
  return words.some((word) => lower.includes(word)) && !ignored.some((end) => lower.endsWith(end));
}

/** Whether a value is one: neither empty nor a switch, nor wholly made of references to other variables. */
const isValue = (value: string): boolean => value !== "" && value !== "true" && value !== "false" && !/^(\$\([A-Za-z_][A-Za-z0-9_.-]*\))+$/.test(value);

/**
 * Whether a text holds an access key of AWS, a private key in PEM, a token of GitHub or Slack, or a signed JSON web token. What is
 * looked for first costs little in a text of a megabyte, which patterns are not asked about then.
 */
const holdsKey = (text: string): boolean =>
  (text.includes("AKIA") && /AKIA[A-Z0-9]{16}/.test(text)) ||
  (text.includes("PRIVATE KEY-----") && /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/.test(text)) ||
  (text.includes("gh") && /gh[oprsu]_[A-Za-z0-9]{36}/.test(text)) ||
  (text.includes("xox") && /xox[abeprs]-[A-Za-z0-9-]{10}/.test(text)) ||
  (text.includes("eyJ") && /eyJ[A-Za-z0-9_-]{10,}[.]eyJ[A-Za-z0-9_-]{10,}[.][A-Za-z0-9_-]{10}/.test(text));
