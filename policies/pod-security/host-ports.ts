import { allContainers, containerWith, defineControl, podBearing, workload } from "portcullis";

export default defineControl({
  title: "Containers must not take ports of the node",
  description:
    "A port of the node is reachable from wherever the node is, past Services and, with many network plugins, past network policies; it also lets an attacker stand in for a service of the node on a port that is free.",
  severity: "high",
  frameworks: {
    pss: ["hostPorts"],
    cis: { "1.12": ["5.2.12"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  match: podBearing(),

  check({ pod, deny }) {
    for (const container of allContainers(pod)) {
      for (const port of container.ports ?? []) {
        if (port.hostPort !== undefined && port.hostPort !== 0) {
          deny(port, "hostPort", `container ${container.name} takes port ${port.hostPort} of the node`);
        }
      }
    }
  },

  remediation: "Remove hostPort, and reach the pod through a Service.",
  pass: [
    { name: "no ports", object: workload("Job", { containers: [containerWith({})] }) },
    { name: "a port of the pod only", object: workload("Deployment", { containers: [containerWith({ ports: [{ containerPort: 8080 }] })] }) },
    { name: "hostPort 0 means none", object: workload("Pod", { containers: [containerWith({ ports: [{ containerPort: 8080, hostPort: 0 }] })] }) },
  ],
  fail: [
    {
      name: "an ingress controller, second port",
      object: workload("DaemonSet", {
        containers: [containerWith({ name: "proxy", ports: [{ name: "metrics", containerPort: 9090 }, { name: "http", containerPort: 8080, hostPort: 80 }] })],
      }),
      at: ["spec.template.spec.containers[0].ports[1].hostPort"],
    },
    {
      name: "a live pod of the node's network, where the API server has filled the port in",
      object: workload("Pod", { hostNetwork: true, containers: [containerWith({ ports: [{ containerPort: 9100, hostPort: 9100 }] })] }),
      at: ["spec.containers[0].ports[0].hostPort"],
    },
    {
      name: "a sidecar",
      object: workload("ReplicaSet", {
        initContainers: [containerWith({ name: "proxy", restartPolicy: "Always", ports: [{ containerPort: 15001, hostPort: 15001 }] })],
        containers: [containerWith({})],
      }),
      at: ["spec.template.spec.initContainers[0].ports[0].hostPort"],
    },
  ],
});
