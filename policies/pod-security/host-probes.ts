import { allContainers, type AnyContainer, containerWith, defineControl, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Probes and lifecycle hooks must not name a host",
  description:
    "The kubelet makes the connection, from the node: whoever writes the pod can have it call any address that the node reaches, such as the cloud's metadata service, and reads from the pod's state whether something answered.",
  severity: "medium",
  frameworks: {
    pss: ["hostProbesAndHostLifecycle"],
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  match: podBearing(),

  check({ pod, kubernetesMinor, deny }) {
    if (kubernetesMinor < 34) return;
    for (const container of allContainers(pod)) {
      for (const handler of handlersOf(container)) {
        if (handler === undefined) continue;
        const httpHost = handler.httpGet?.host ?? "";
        const tcpHost = handler.tcpSocket?.host ?? "";
        if (httpHost !== "") deny(handler, "httpGet.host", `container ${container.name} has the node call ${httpHost}`);
        if (tcpHost !== "") deny(handler, "tcpSocket.host", `container ${container.name} has the node connect to ${tcpHost}`);
      }
    }
  },

  remediation: "Remove host: probes and hooks then go to the pod itself.",
  pass: [
    { name: "no probes", object: workload("Pod", { containers: [containerWith({})] }) },
    {
      name: "probes of the pod itself, one with an empty host",
      object: workload("Deployment", {
        containers: [
          containerWith({
            readinessProbe: { httpGet: { path: "/ready", port: "http" } },
            livenessProbe: { tcpSocket: { port: 8080, host: "" } },
            lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
          }),
        ],
      }),
    },
    {
      name: "before 1.34 the rule did not exist",
      kubernetesMinor: 33,
      object: workload("Pod", { containers: [containerWith({ livenessProbe: { httpGet: { host: "169.254.169.254", port: 80 } } })] }),
    },
  ],
  fail: [
    {
      name: "from 1.34 on",
      kubernetesMinor: 34,
      object: workload("Pod", { containers: [containerWith({ livenessProbe: { httpGet: { host: "169.254.169.254", port: 80 } } })] }),
      at: ["spec.containers[0].livenessProbe.httpGet.host"],
    },
    {
      name: "each probe, over HTTP and TCP",
      object: workload("StatefulSet", {
        containers: [
          containerWith({
            livenessProbe: { tcpSocket: { host: "10.0.0.1", port: 22 } },
            readinessProbe: { httpGet: { host: "127.0.0.1", port: 10255 } },
            startupProbe: { tcpSocket: { host: "localhost", port: 2379 } },
          }),
        ],
      }),
      at: [
        "spec.template.spec.containers[0].livenessProbe.tcpSocket.host",
        "spec.template.spec.containers[0].readinessProbe.httpGet.host",
        "spec.template.spec.containers[0].startupProbe.tcpSocket.host",
      ],
    },
    {
      name: "hooks of a sidecar, the dead tcpSocket among them",
      object: workload("CronJob", {
        initContainers: [
          containerWith({
            name: "proxy",
            restartPolicy: "Always",
            lifecycle: {
              postStart: { httpGet: { host: "registry.example.com", port: 443, scheme: "HTTPS" } },
              preStop: { tcpSocket: { host: "10.0.0.1", port: 22 } },
            },
          }),
        ],
        containers: [containerWith({})],
      }),
      at: [
        "spec.jobTemplate.spec.template.spec.initContainers[0].lifecycle.postStart.httpGet.host",
        "spec.jobTemplate.spec.template.spec.initContainers[0].lifecycle.preStop.tcpSocket.host",
      ],
    },
    {
      name: "the other probes and hooks, over the other protocol",
      object: workload("DaemonSet", {
        initContainers: [
          containerWith({
            name: "proxy",
            restartPolicy: "Always",
            startupProbe: { httpGet: { host: "127.0.0.1", path: "/ready", port: 15021 } },
            lifecycle: { postStart: { tcpSocket: { host: "127.0.0.1", port: 15020 } }, preStop: { httpGet: { host: "127.0.0.1", path: "/quit", port: 15020 } } },
          }),
        ],
        containers: [containerWith({ readinessProbe: { tcpSocket: { host: "10.96.0.10", port: 53 } } })],
      }),
      at: [
        "spec.template.spec.containers[0].readinessProbe.tcpSocket.host",
        "spec.template.spec.initContainers[0].lifecycle.postStart.tcpSocket.host",
        "spec.template.spec.initContainers[0].lifecycle.preStop.httpGet.host",
        "spec.template.spec.initContainers[0].startupProbe.httpGet.host",
      ],
    },
  ],
});

/** Everything in a container that makes the node open a connection. */
function handlersOf(container: AnyContainer) {
  return [container.livenessProbe, container.readinessProbe, container.startupProbe, container.lifecycle?.postStart, container.lifecycle?.preStop];
}
