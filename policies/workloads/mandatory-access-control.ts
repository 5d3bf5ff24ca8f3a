import { choice, containerWith, type corev1, defineControl, initAndMainContainers, podBearing, runsOnWindows, workload } from "portcullis";
import { confines } from "../pod-security/profiles.ts";

/** How a profile was asked for before 1.30; what follows is the container's name. */
const annotationPrefix = "container.apparmor.security.beta.kubernetes.io/";

export default defineControl({
  title: "Containers must ask for AppArmor or SELinux by name",
  description:
    "Mandatory access control still holds when all else has failed: root in the container cannot mount, trace or write where the profile forbids it. Runtimes apply one by default where the node has it; a pod that asks for it in writing is refused by a node that has not, instead of running there without.",
  severity: "low",
  frameworks: {
    nsa: { "1.2": ["pod/apparmor", "pod/selinux"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  match: podBearing(),
  parameters: {
    require: choice(["any", "apparmor", "selinux"], { default: "any", description: "Which of the two the nodes have; any where some have one and some the other." }),
  },

  check({ pod, parameters, deny }) {
    if (runsOnWindows(pod)) return;
    const context = pod.spec?.securityContext;
    for (const container of initAndMainContainers(pod)) {
      const profile = container.securityContext?.appArmorProfile ?? context?.appArmorProfile;
      const annotation = pod.metadata?.annotations?.[`${annotationPrefix}${container.name}`] ?? "";
      const hasAppArmor = profile ? confines(profile) : annotation === "runtime/default" || annotation.startsWith("localhost/");
      if (parameters.require === "apparmor" && !hasAppArmor) {
        deny(container, "securityContext.appArmorProfile", `container ${container.name} asks for no AppArmor profile; set RuntimeDefault`);
      }
      const hasLabels = isLabelled(container.securityContext?.seLinuxOptions ?? context?.seLinuxOptions);
      if (parameters.require === "selinux" && !hasLabels) {
        deny(container, "securityContext.seLinuxOptions", `container ${container.name} asks for no SELinux label`);
      }
      if (parameters.require === "any" && !hasAppArmor && !hasLabels) {
        deny(container, "securityContext.appArmorProfile", `container ${container.name} asks for neither an AppArmor profile nor an SELinux label`);
      }
    }
  },

  remediation: "Set appArmorProfile.type to RuntimeDefault in the pod's securityContext, or seLinuxOptions on nodes with SELinux.",
  pass: [
    {
      name: "the pod's profile covers every container",
      object: workload("Deployment", {
        securityContext: { appArmorProfile: { type: "RuntimeDefault" } },
        initContainers: [containerWith({ name: "setup" })],
        containers: [containerWith({ securityContext: { appArmorProfile: { type: "Localhost", localhostProfile: "web" } } })],
      }),
    },
    {
      name: "SELinux instead",
      object: workload("StatefulSet", {
        securityContext: { seLinuxOptions: { level: "s0:c123,c456" } },
        containers: [containerWith({}), containerWith({ name: "proxy", securityContext: { seLinuxOptions: { type: "container_t" } } })],
      }),
    },
    {
      name: "by annotation, as before 1.30",
      object: workload("DaemonSet", { containers: [containerWith({}), containerWith({ name: "proxy" })] }, {
        annotations: { [`${annotationPrefix}web`]: "runtime/default", [`${annotationPrefix}proxy`]: "localhost/proxy" },
      }),
    },
    { name: "a Windows pod, which has neither", object: workload("Pod", { os: { name: "windows" }, containers: [containerWith({})] }) },
    { name: "a debug container", object: workload("Pod", { containers: [containerWith({ securityContext: { appArmorProfile: { type: "RuntimeDefault" } } })], ephemeralContainers: [containerWith({ name: "debugger" })] }) },
    {
      name: "nodes that all have SELinux",
      parameters: { require: "selinux" },
      object: workload("Job", { containers: [containerWith({ securityContext: { appArmorProfile: { type: "Unconfined" }, seLinuxOptions: { user: "system_u", role: "system_r" } } })] }),
    },
  ],
  fail: [
    { name: "nothing said", object: workload("Pod", { os: { name: "linux" }, containers: [containerWith({})] }), at: ["spec.containers[0].securityContext.appArmorProfile"] },
    {
      name: "Unconfined on a container beats the pod's profile, and its annotation",
      object: workload("Deployment", {
        securityContext: { appArmorProfile: { type: "RuntimeDefault" } },
        initContainers: [containerWith({ name: "setup", securityContext: { appArmorProfile: { type: "Unconfined" } } })],
        containers: [containerWith({})],
      }, { annotations: { [`${annotationPrefix}setup`]: "runtime/default" } }),
      at: ["spec.template.spec.initContainers[0].securityContext.appArmorProfile"],
    },
    {
      name: "options that say nothing, and annotations for other containers or with other values",
      object: workload("CronJob", {
        securityContext: { seLinuxOptions: {} },
        containers: [containerWith({}), containerWith({ name: "proxy", securityContext: { seLinuxOptions: { type: "" } } }), containerWith({ name: "log" })],
      }, { annotations: { [`${annotationPrefix}log`]: "unconfined", [`${annotationPrefix}sidecar`]: "runtime/default" } }),
      at: [0, 1, 2].map((index) => `spec.jobTemplate.spec.template.spec.containers[${index}].securityContext.appArmorProfile`),
    },
    {
      name: "SELinux where AppArmor is asked for",
      parameters: { require: "apparmor" },
      object: workload("Pod", { securityContext: { seLinuxOptions: { type: "container_t" } }, containers: [containerWith({})] }),
      at: ["spec.containers[0].securityContext.appArmorProfile"],
    },
    {
      name: "AppArmor where SELinux is asked for",
      parameters: { require: "selinux" },
      object: workload("ReplicaSet", { securityContext: { appArmorProfile: { type: "RuntimeDefault" }, seLinuxOptions: { role: "system_r" } }, containers: [containerWith({}), containerWith({ name: "proxy", securityContext: { seLinuxOptions: {} } })] }),
      at: ["spec.template.spec.containers[1].securityContext.seLinuxOptions"],
    },
  ],
});

/** Whether options name a part of a label. */
function isLabelled(options: corev1.SELinuxOptions | undefined): boolean {
  return [options?.user, options?.role, options?.type, options?.level].some((part) => part !== undefined && part !== "");
}
