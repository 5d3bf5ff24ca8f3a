import { allContainers, containerWith, defineControl, podBearing, workload } from "portcullis";

export default defineControl({
  title: "SELinux options must keep containers confined",
  description:
    "On nodes with SELinux the type is what separates a container from the node and from other containers; a type such as spc_t, or another user or role, takes that separation away.",
  severity: "medium",
  frameworks: {
    pss: ["seLinuxOptions"],
    nsa: { "1.2": ["pod/selinux"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  match: podBearing(),

  check({ pod, kubernetesMinor, deny }) {
    const podOptions = pod.spec?.securityContext?.seLinuxOptions;
    const podType = podOptions?.type ?? "";
    const podUser = podOptions?.user ?? "";
    const podRole = podOptions?.role ?? "";
    if (!isConfined(podType, kubernetesMinor)) deny(pod, "spec.securityContext.seLinuxOptions.type", `the pod has the SELinux type ${podType}`);
    if (podUser !== "") deny(pod, "spec.securityContext.seLinuxOptions.user", `the pod has the SELinux user ${podUser}`);
    if (podRole !== "") deny(pod, "spec.securityContext.seLinuxOptions.role", `the pod has the SELinux role ${podRole}`);

    for (const container of allContainers(pod)) {
      const options = container.securityContext?.seLinuxOptions;
      const type = options?.type ?? "";
      const user = options?.user ?? "";
      const role = options?.role ?? "";
      if (!isConfined(type, kubernetesMinor)) deny(container, "securityContext.seLinuxOptions.type", `container ${container.name} has the SELinux type ${type}`);
      if (user !== "") deny(container, "securityContext.seLinuxOptions.user", `container ${container.name} has the SELinux user ${user}`);
      if (role !== "") deny(container, "securityContext.seLinuxOptions.role", `container ${container.name} has the SELinux role ${role}`);
    }
  },

  remediation: "Remove user and role, and remove type or set it to container_t.",
  pass: [
    { name: "nothing said", object: workload("Pod", { containers: [containerWith({})] }) },
    {
      name: "a level, which is free, and empty strings",
      object: workload("Deployment", {
        securityContext: { seLinuxOptions: { level: "s0:c123,c456" } },
        containers: [containerWith({ securityContext: { seLinuxOptions: { type: "", user: "", role: "" } } })],
      }),
    },
    {
      name: "types that confine",
      object: workload("Pod", {
        securityContext: { seLinuxOptions: { type: "container_t" } },
        initContainers: [containerWith({ name: "setup", securityContext: { seLinuxOptions: { type: "container_init_t" } } })],
        containers: [containerWith({ securityContext: { seLinuxOptions: { type: "container_kvm_t" } } })],
      }),
    },
    {
      name: "types that confine, for a whole pod of virtual machines",
      object: workload("StatefulSet", { securityContext: { seLinuxOptions: { type: "container_kvm_t" } }, containers: [containerWith({})] }),
    },
    { name: "a pod that runs systemd", object: workload("Deployment", { securityContext: { seLinuxOptions: { type: "container_init_t" } }, containers: [containerWith({})] }) },
    {
      name: "a pod that builds images, from 1.31 on",
      kubernetesMinor: 31,
      object: workload("Job", { securityContext: { seLinuxOptions: { type: "container_engine_t" } }, containers: [containerWith({})] }),
    },
    {
      name: "container_engine_t from 1.31 on",
      kubernetesMinor: 31,
      object: workload("Pod", { containers: [containerWith({ securityContext: { seLinuxOptions: { type: "container_engine_t" } } })] }),
    },
  ],
  fail: [
    {
      name: "container_engine_t before 1.31",
      kubernetesMinor: 30,
      object: workload("Pod", { containers: [containerWith({ securityContext: { seLinuxOptions: { type: "container_engine_t" } } })] }),
      at: ["spec.containers[0].securityContext.seLinuxOptions.type"],
    },
    {
      name: "user, role and type of a pod",
      object: workload("DaemonSet", {
        securityContext: { seLinuxOptions: { user: "system_u", role: "system_r", type: "spc_t", level: "s0" } },
        containers: [containerWith({})],
      }),
      at: [
        "spec.template.spec.securityContext.seLinuxOptions.user",
        "spec.template.spec.securityContext.seLinuxOptions.role",
        "spec.template.spec.securityContext.seLinuxOptions.type",
      ],
    },
    {
      name: "a good type does not excuse a user, in a container, nor a role, in a debug container",
      object: workload("Pod", {
        containers: [containerWith({ securityContext: { seLinuxOptions: { type: "container_t", user: "system_u" } } })],
        ephemeralContainers: [containerWith({ name: "debugger", securityContext: { seLinuxOptions: { role: "sysadm_r" } } })],
      }),
      at: ["spec.containers[0].securityContext.seLinuxOptions.user", "spec.ephemeralContainers[0].securityContext.seLinuxOptions.role"],
    },
    {
      name: "containers of each list",
      object: workload("Pod", {
        initContainers: [
          containerWith({ name: "setup", securityContext: { seLinuxOptions: { type: "spc_t" } } }),
          containerWith({ name: "proxy", securityContext: { seLinuxOptions: { user: "system_u", role: "system_r" } } }),
        ],
        containers: [containerWith({ securityContext: { seLinuxOptions: { type: "unconfined_t", role: "system_r" } } })],
        ephemeralContainers: [containerWith({ name: "debugger", securityContext: { seLinuxOptions: { type: "spc_t", user: "root" } } })],
      }),
      at: [
        "spec.initContainers[0].securityContext.seLinuxOptions.type",
        "spec.initContainers[1].securityContext.seLinuxOptions.user",
        "spec.initContainers[1].securityContext.seLinuxOptions.role",
        "spec.containers[0].securityContext.seLinuxOptions.type",
        "spec.containers[0].securityContext.seLinuxOptions.role",
        "spec.ephemeralContainers[0].securityContext.seLinuxOptions.type",
        "spec.ephemeralContainers[0].securityContext.seLinuxOptions.user",
      ],
    },
  ],
});

/** Whether processes of the SELinux type stay in their container. */
function isConfined(type: string, kubernetesMinor: number): boolean {
  return ["", "container_t", "container_init_t", "container_kvm_t"].includes(type) || (type === "container_engine_t" && kubernetesMinor >= 31);
}
