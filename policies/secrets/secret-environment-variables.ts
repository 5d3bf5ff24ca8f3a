import { allContainers, containerWith, defineControl, isListed, names, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Containers must not take Secrets from environment variables",
  description:
    "A variable is handed to every process that the container starts, and comes out in crash reports, debug pages and /proc: a flaw that shows the environment gives away the credentials. A file is read only by what opens it, can be forbidden to other users, and changes when the Secret does.",
  severity: "low",
  frameworks: {
    cis: { "1.12": ["5.4.1"] },
    nsa: { "1.2": ["cp/secrets-env"] },
    owasp: { "2022": ["K08"], "2025": ["K03"] },
    seed: ["P07"],
  },
  match: podBearing(),
  parameters: {
    allowedNames: names({ default: [], description: "Secrets that may stand in variables, those of programs that read nothing else: names, or their start with a star behind it." }),
  },

  check({ pod, parameters, deny }) {
    for (const container of allContainers(pod)) {
      for (const variable of container.env ?? []) {
        const secret = variable.valueFrom?.secretKeyRef;
        if (secret && !isListed(secret.name ?? "", parameters.allowedNames)) {
          deny(variable, "valueFrom.secretKeyRef", `container ${container.name} takes the variable ${variable.name} from the Secret ${secret.name ?? ""}; mount it as a file`);
        }
      }
      for (const source of container.envFrom ?? []) {
        const secret = source.secretRef;
        if (secret && !isListed(secret.name ?? "", parameters.allowedNames)) {
          deny(source, "secretRef", `container ${container.name} takes variables from all keys of the Secret ${secret.name ?? ""}; mount it as files`);
        }
      }
    }
  },

  remediation: "Mount the Secret as a volume, and tell the program the path of the file; many take it in a variable that ends in _FILE.",
  pass: [
    {
      name: "a Secret as a file, and variables from everything else",
      object: workload("Deployment", {
        volumes: [{ name: "credentials", secret: { secretName: "database", defaultMode: 0o400 } }],
        containers: [
          containerWith({
            env: [
              { name: "PASSWORD_FILE", value: "/run/secrets/password" },
              { name: "REGION", valueFrom: { configMapKeyRef: { name: "secret", key: "region" } } },
              { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
            ],
            envFrom: [{ prefix: "SECRET_", configMapRef: { name: "settings" } }],
            volumeMounts: [{ name: "credentials", mountPath: "/run/secrets", readOnly: true }],
          }),
        ],
      }),
    },
    {
      name: "Secrets that are allowed, by name and by how names begin",
      parameters: { allowedNames: ["legacy-*", "settings"] },
      object: workload("CronJob", {
        initContainers: [containerWith({ name: "setup", env: [{ name: "TOKEN", valueFrom: { secretKeyRef: { name: "legacy-token", key: "token" } } }] })],
        containers: [containerWith({ envFrom: [{ secretRef: { name: "settings" } }] })],
      }),
    },
    {
      name: "a debug container with variables of its own, and a Secret that pulls images",
      object: workload("Pod", {
        imagePullSecrets: [{ name: "registry" }],
        containers: [containerWith({ env: [] })],
        ephemeralContainers: [containerWith({ name: "debugger", env: [{ name: "TERM", value: "xterm" }] })],
      }),
    },
  ],
  fail: [
    {
      name: "one key, beside variables that are none of a Secret's",
      object: workload("Deployment", {
        containers: [
          containerWith({
            env: [
              { name: "USER", value: "shop" },
              { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "database", key: "password" } } },
            ],
          }),
        ],
      }),
      at: ["spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef"],
    },
    {
      name: "all keys, under a prefix and though the Secret may be missing",
      object: workload("StatefulSet", {
        containers: [
          containerWith({
            env: [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "database", key: "password", optional: true } } }],
            envFrom: [{ configMapRef: { name: "settings" } }, { prefix: "DB_", secretRef: { name: "database", optional: true } }],
          }),
        ],
      }),
      at: ["spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef", "spec.template.spec.containers[0].envFrom[1].secretRef"],
    },
    {
      name: "init and debug containers",
      object: workload("Pod", {
        initContainers: [containerWith({ name: "migrate", envFrom: [{ secretRef: { name: "database" } }] })],
        containers: [containerWith({})],
        ephemeralContainers: [containerWith({ name: "debugger", env: [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "database", key: "password" } } }] })],
      }),
      at: ["spec.initContainers[0].envFrom[0].secretRef", "spec.ephemeralContainers[0].env[0].valueFrom.secretKeyRef"],
    },
    {
      name: "Secrets whose names only begin like an allowed one, and Secrets without a name",
      parameters: { allowedNames: ["legacy-*", "ci-token"] },
      object: workload("Job", {
        containers: [
          containerWith({
            env: [
              { name: "OLD", valueFrom: { secretKeyRef: { name: "legacy", key: "password" } } },
              { name: "LEDGER", valueFrom: { secretKeyRef: { name: "ledger", key: "password" } } },
              { name: "NAMELESS", valueFrom: { secretKeyRef: { key: "password" } } },
              { name: "TOKEN", valueFrom: { secretKeyRef: { name: "ci-token", key: "token" } } },
            ],
            envFrom: [{ secretRef: { name: "ci-tokens" } }, { secretRef: {} }],
          }),
        ],
      }),
      at: [
        "spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef",
        "spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef",
        "spec.template.spec.containers[0].env[2].valueFrom.secretKeyRef",
        "spec.template.spec.containers[0].envFrom[0].secretRef",
        "spec.template.spec.containers[0].envFrom[1].secretRef",
      ],
    },
  ],
});
