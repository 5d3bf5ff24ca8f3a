import { boolean, containerWith, type corev1, defineControl, integer, podBearing, workload } from "portcullis";

/** How long the token lives that the API server itself puts into pods: an hour, and seven seconds by which it is told apart. */
const injectedSeconds = 3607;

export default defineControl({
  title: "Projected tokens must be short-lived and made for one audience",
  description:
    "A token that is read from a pod's file serves its thief until it expires, wherever it is accepted: without an audience the API server itself takes it, and a service that it is shown to can call the API server in the pod's name.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["auth/users"] },
    owasp: { "2022": ["K06"], "2025": ["K09"] },
    seed: ["H04"],
  },
  match: podBearing(),
  parameters: {
    maxSeconds: integer({ default: 3600, minimum: 600, description: "The longest that a token may live, in seconds; the API server gives none that live less than 600." }),
    requireAudience: boolean({ default: true, description: "Whether tokens must name who they are for." }),
  },
  findings: {
    a: "A token lives too long",
    b: "A token names no audience",
  },

  check({ pod, parameters, deny }) {
    for (const volume of pod.spec?.volumes ?? []) {
      const injected = isInjected(volume);
      for (const source of volume.projected?.sources ?? []) {
        const token = source.serviceAccountToken;
        if (!token) continue;
        const seconds = token.expirationSeconds ?? 3600;
        if (seconds > parameters.maxSeconds && !(injected && seconds === injectedSeconds)) {
          deny(source, "serviceAccountToken.expirationSeconds", `a token in volume ${volume.name} lives longer than the ${parameters.maxSeconds} seconds that are allowed; set expirationSeconds`, "a");
        }
        if (parameters.requireAudience && (token.audience ?? "") === "" && !injected) {
          deny(source, "serviceAccountToken.audience", `a token in volume ${volume.name} names no audience, so that the API server takes it`, "b");
        }
      }
    }
  },

  remediation: "Name in audience the service that the token is shown to, and in expirationSeconds how long it may live; the kubelet renews it in time.",
  pass: [
    {
      name: "a token for one service, for ten minutes",
      object: workload("Deployment", {
        volumes: [{ name: "vault", projected: { sources: [{ serviceAccountToken: { path: "token", audience: "vault", expirationSeconds: 600 } }] } }],
        containers: [containerWith({ volumeMounts: [{ name: "vault", mountPath: "/run/vault", readOnly: true }] })],
      }),
    },
    {
      name: "no lifetime, which is an hour, and volumes without tokens",
      object: workload("StatefulSet", {
        volumes: [
          { name: "settings", configMap: { name: "settings" } },
          { name: "mixed", projected: { sources: [{ configMap: { name: "settings" } }, { serviceAccountToken: { path: "token", audience: "vault" } }, { secret: { name: "ca" } }] } },
        ],
        containers: [containerWith({})],
      }),
    },
    {
      name: "the volume that the API server puts in",
      object: workload("Pod", {
        volumes: [
          {
            name: "kube-api-access-x7k2p",
            projected: {
              defaultMode: 0o644,
              sources: [
                { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
                { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
                { downwardAPI: { items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }] } },
              ],
            },
          },
        ],
        containers: [containerWith({})],
      }),
    },
    {
      name: "a client of the API server, where that is allowed, for a day",
      parameters: { maxSeconds: 86400, requireAudience: false },
      object: workload("CronJob", { volumes: [{ name: "token", projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds: 86400 } }] } }], containers: [containerWith({})] }),
    },
  ],
  fail: [
    {
      name: "a year, though it is for one service",
      object: workload("Deployment", {
        volumes: [
          { name: "settings", configMap: { name: "settings" } },
          { name: "vault", projected: { sources: [{ configMap: { name: "ca" } }, { serviceAccountToken: { path: "token", audience: "vault", expirationSeconds: 31536000 } }] } },
        ],
        containers: [containerWith({})],
      }),
      at: [{ finding: "a", path: "spec.template.spec.volumes[1].projected.sources[1].serviceAccountToken.expirationSeconds" }],
    },
    {
      name: "no audience, and an empty one",
      object: workload("Job", {
        volumes: [{ name: "tokens", projected: { sources: [{ serviceAccountToken: { path: "api", expirationSeconds: 3600 } }, { serviceAccountToken: { path: "vault", audience: "" } }] } }],
        containers: [containerWith({})],
      }),
      at: [
        { finding: "b", path: "spec.template.spec.volumes[0].projected.sources[0].serviceAccountToken.audience" },
        { finding: "b", path: "spec.template.spec.volumes[0].projected.sources[1].serviceAccountToken.audience" },
      ],
    },
    {
      name: "an hour, where ten minutes are the most",
      parameters: { maxSeconds: 600 },
      object: workload("Pod", { volumes: [{ name: "vault", projected: { sources: [{ serviceAccountToken: { path: "token", audience: "vault" } }] } }], containers: [containerWith({})] }),
      at: [{ finding: "a", path: "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds" }],
    },
    {
      name: "the name of the API server's volume alone",
      object: workload("DaemonSet", {
        volumes: [{ name: "kube-api-access-mine", projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds: 3607 } }] } }],
        containers: [containerWith({})],
      }),
      at: [
        { finding: "a", path: "spec.template.spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds" },
        { finding: "b", path: "spec.template.spec.volumes[0].projected.sources[0].serviceAccountToken.audience" },
      ],
    },
    {
      name: "volumes that lack the name, the certificates or the namespace of the API server's",
      object: workload("Pod", {
        volumes: [
          {
            name: "api-access",
            projected: {
              sources: [
                { serviceAccountToken: { path: "token" } },
                { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
                { downwardAPI: { items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }] } },
              ],
            },
          },
          {
            name: "kube-api-access-abcde",
            projected: { sources: [{ serviceAccountToken: { path: "token" } }, { configMap: { name: "ca" } }, { downwardAPI: { items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }] } }] },
          },
          {
            name: "kube-api-access-fghij",
            projected: { sources: [{ serviceAccountToken: { path: "token" } }, { configMap: { name: "kube-root-ca.crt" } }, { downwardAPI: { items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }] } }] },
          },
        ],
        containers: [containerWith({})],
      }),
      at: [0, 1, 2].map((index) => ({ finding: "b" as const, path: `spec.volumes[${index}].projected.sources[0].serviceAccountToken.audience` })),
    },
    {
      name: "the API server's volume, with a token for a day",
      object: workload("ReplicaSet", {
        volumes: [
          {
            name: "kube-api-access-x7k2p",
            projected: {
              sources: [
                { serviceAccountToken: { path: "token", expirationSeconds: 86400 } },
                { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
                { downwardAPI: { items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }] } },
              ],
            },
          },
        ],
        containers: [containerWith({})],
      }),
      at: [{ finding: "a", path: "spec.template.spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds" }],
    },
  ],
});

/** Whether a volume has all of what the API server puts in, since a name alone can be given to any. */
function isInjected(volume: corev1.Volume): boolean {
  const sources = volume.projected?.sources ?? [];
  return (
    volume.name?.startsWith("kube-api-access-") === true &&
    sources.some((source) => source.configMap?.name === "kube-root-ca.crt") &&
    sources.some((source) => (source.downwardAPI?.items ?? []).some((item) => item.fieldRef?.fieldPath === "metadata.namespace"))
  );
}
