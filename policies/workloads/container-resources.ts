import { boolean, choice, containerWith, defineControl, initAndMainContainers, podBearing, type Quantity, workload } from "portcullis";

export default defineControl({
  title: "Containers must say what they need and how much memory they may take",
  description:
    "A container without limits takes the node with it: a leak, a fork bomb or a miner starves every neighbour, and the kernel then kills by its own choice. A volume in memory or on the node's disk without a size does the same by another way.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["net/resource-policies"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
    seed: ["R01", "R02", "R03", "O06"],
  },
  match: podBearing(),
  parameters: {
    cpuLimit: choice(["optional", "required", "forbidden"], { default: "optional", description: "Whether containers must have a limit of CPU, must have none (so that idle CPU is never denied to them), or may choose." }),
    emptyDirLimit: boolean({ default: true, description: "Whether emptyDir volumes must have a size." }),
  },
  findings: {
    a: "A container requests no CPU or no memory",
    b: "A container has no limit of memory",
    c: "A container has no limit of CPU where one is required, or one where none may be",
    d: "An emptyDir volume has no size",
  },

  check({ pod, parameters, kubernetesMinor, deny }) {
    // From 1.34 on a pod as a whole may request and limit, which holds for all its containers.
    const shared = kubernetesMinor >= 34 ? pod.spec?.resources : undefined;
    for (const container of initAndMainContainers(pod)) {
      const { requests, limits } = container.resources ?? {};
      // The API server takes a limit for the request where that is missing.
      if (![requests?.["cpu"], limits?.["cpu"], shared?.requests?.["cpu"], shared?.limits?.["cpu"]].some(isAmount)) {
        deny(container, "resources.requests.cpu", `container ${container.name} requests no CPU`, "a");
      }
      if (![requests?.["memory"], limits?.["memory"], shared?.requests?.["memory"], shared?.limits?.["memory"]].some(isAmount)) {
        deny(container, "resources.requests.memory", `container ${container.name} requests no memory`, "a");
      }
      if (!isAmount(limits?.["memory"]) && !isAmount(shared?.limits?.["memory"])) {
        deny(container, "resources.limits.memory", `container ${container.name} may take all memory of its node`, "b");
      }
      if (parameters.cpuLimit === "required" && !isAmount(limits?.["cpu"]) && !isAmount(shared?.limits?.["cpu"])) {
        deny(container, "resources.limits.cpu", `container ${container.name} has no limit of CPU`, "c");
      }
      if (parameters.cpuLimit === "forbidden" && isAmount(limits?.["cpu"])) {
        deny(container, "resources.limits.cpu", `container ${container.name} has a limit of CPU, which slows it down on idle nodes too`, "c");
      }
    }
    if (parameters.cpuLimit === "forbidden" && isAmount(shared?.limits?.["cpu"])) {
      deny(pod, "spec.resources.limits.cpu", "the pod has a limit of CPU, which slows it down on idle nodes too", "c");
    }
    if (!parameters.emptyDirLimit) return;
    for (const volume of pod.spec?.volumes ?? []) {
      if (volume.emptyDir && !isAmount(volume.emptyDir.sizeLimit)) {
        deny(volume, "emptyDir.sizeLimit", `volume ${volume.name} may grow until its node is full`, "d");
      }
    }
  },

  remediation: "Set resources.requests for cpu and memory and resources.limits for memory on every container (or, from 1.34 on, on the pod), and sizeLimit on emptyDir volumes.",
  pass: [
    {
      name: "requests, a limit of memory, a volume with a size",
      object: workload("Deployment", {
        volumes: [{ name: "cache", emptyDir: { sizeLimit: "256Mi" } }, { name: "config", configMap: { name: "web" } }],
        initContainers: [containerWith({ name: "setup", resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "64Mi" } } })],
        containers: [containerWith({ resources: { requests: { cpu: 1, memory: "1e8" }, limits: { memory: "128Mi", cpu: "2" } } })],
      }),
    },
    {
      name: "limits stand in for requests",
      parameters: { cpuLimit: "required" },
      object: workload("Job", { containers: [containerWith({ resources: { limits: { cpu: "0.5", memory: "64Mi" } } })] }),
    },
    {
      name: "debug containers, which cannot say it",
      object: workload("Pod", { containers: [containerWith({ resources: { requests: { cpu: "100m" }, limits: { memory: "64Mi" } } })], ephemeralContainers: [containerWith({ name: "debugger" })] }),
    },
    {
      name: "from 1.34 on, resources of the whole pod",
      kubernetesMinor: 34,
      parameters: { cpuLimit: "required" },
      object: workload("Pod", { resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "1", memory: "128Mi" } }, containers: [containerWith({}), containerWith({ name: "proxy" })] }),
    },
    {
      name: "no limit of CPU, and volumes that may grow, where that is wanted",
      parameters: { cpuLimit: "forbidden", emptyDirLimit: false },
      object: workload("StatefulSet", { volumes: [{ name: "tmp", emptyDir: {} }], containers: [containerWith({ resources: { requests: { cpu: "1" }, limits: { memory: "64Mi" } } })] }),
    },
  ],
  fail: [
    {
      name: "nothing said",
      object: workload("Pod", { containers: [containerWith({})] }),
      at: [
        { finding: "a", path: "spec.containers[0].resources.requests.cpu" },
        { finding: "a", path: "spec.containers[0].resources.requests.memory" },
        { finding: "b", path: "spec.containers[0].resources.limits.memory" },
      ],
    },
    {
      name: "zero is no amount",
      object: workload("DaemonSet", {
        volumes: [{ name: "tmp", emptyDir: { medium: "Memory", sizeLimit: 0 } }],
        initContainers: [containerWith({ name: "proxy", restartPolicy: "Always", resources: { requests: { cpu: "0m", memory: "64Mi" }, limits: { memory: "0Mi" } } })],
        containers: [containerWith({ resources: { requests: { cpu: 0, memory: "0.0" }, limits: { cpu: "10m", memory: "128974848" } } })],
      }),
      at: [
        { finding: "a", path: "spec.template.spec.initContainers[0].resources.requests.cpu" },
        { finding: "b", path: "spec.template.spec.initContainers[0].resources.limits.memory" },
        { finding: "d", path: "spec.template.spec.volumes[0].emptyDir.sizeLimit" },
      ],
    },
    {
      name: "before 1.34 the resources of the whole pod did not count",
      kubernetesMinor: 33,
      object: workload("Pod", { resources: { limits: { cpu: "1", memory: "128Mi" } }, containers: [containerWith({ resources: { requests: { cpu: "100m", memory: "64Mi" } } })] }),
      at: [{ finding: "b", path: "spec.containers[0].resources.limits.memory" }],
    },
    {
      name: "requests of the whole pod, without limits",
      parameters: { cpuLimit: "required" },
      object: workload("CronJob", { resources: { requests: { cpu: "1", memory: "128Mi" } }, containers: [containerWith({})] }),
      at: [
        { finding: "b", path: "spec.jobTemplate.spec.template.spec.containers[0].resources.limits.memory" },
        { finding: "c", path: "spec.jobTemplate.spec.template.spec.containers[0].resources.limits.cpu" },
      ],
    },
    {
      name: "limits of CPU where none may be",
      parameters: { cpuLimit: "forbidden" },
      object: workload("Deployment", {
        resources: { limits: { cpu: "2", memory: "128Mi" } },
        containers: [containerWith({ resources: { limits: { cpu: "500m" } } }), containerWith({ name: "proxy" })],
      }),
      at: [
        { finding: "c", path: "spec.template.spec.containers[0].resources.limits.cpu" },
        { finding: "c", path: "spec.template.spec.resources.limits.cpu" },
      ],
    },
    {
      name: "volumes without a size, in memory and on disk",
      object: workload("StatefulSet", {
        volumes: [{ name: "tmp", emptyDir: {} }, { name: "shm", emptyDir: { medium: "Memory" } }],
        containers: [containerWith({ resources: { requests: { cpu: "100m" }, limits: { memory: "64Mi" } } })],
      }),
      at: [
        { finding: "d", path: "spec.template.spec.volumes[0].emptyDir.sizeLimit" },
        { finding: "d", path: "spec.template.spec.volumes[1].emptyDir.sizeLimit" },
      ],
    },
  ],
});

/** Whether a quantity is given and is more than zero: to the kubelet a limit of 0 is none. A digit other than 0 follows on its sign, zeros and point. */
function isAmount(quantity: Quantity | undefined): boolean {
  return quantity !== undefined && /^[+0.]*[1-9]/.test(`${quantity}`);
}
