import { allContainers, containerWith, defineControl, podBearing, workload } from "portcullis";
import { confines } from "./profiles.ts";

/** How a profile was asked for before 1.30; what follows is the container's name. */
const annotationPrefix = "container.apparmor.security.beta.kubernetes.io/";

export default defineControl({
  title: "AppArmor must not be turned off",
  description:
    "On nodes with AppArmor the runtime's default profile keeps a container from mounting, from writing to /proc and /sys and from tracing other processes; without it, a flaw in the kernel or the runtime is much easier to use.",
  severity: "medium",
  frameworks: {
    pss: ["appArmorProfile"],
    nsa: { "1.2": ["pod/apparmor"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  match: podBearing(),

  check({ pod, deny }) {
    const podProfile = pod.spec?.securityContext?.appArmorProfile;
    if (podProfile && !confines(podProfile)) {
      deny(pod, "spec.securityContext.appArmorProfile.type", `the pod has the AppArmor profile ${podProfile.type}; use RuntimeDefault or Localhost`);
    }
    for (const container of allContainers(pod)) {
      const profile = container.securityContext?.appArmorProfile;
      if (profile && !confines(profile)) {
        deny(container, "securityContext.appArmorProfile.type", `container ${container.name} has the AppArmor profile ${profile.type}; use RuntimeDefault or Localhost`);
      }
    }
    for (const [key, profile] of Object.entries(pod.metadata?.annotations ?? {})) {
      if (key.startsWith(annotationPrefix) && !isConfiningAnnotation(profile)) {
        deny(pod, ["metadata", "annotations", key], `annotation ${key} asks for the AppArmor profile ${profile}; use runtime/default`);
      }
    }
  },

  remediation: "Set securityContext.appArmorProfile.type to RuntimeDefault, or remove it; remove the annotation.",
  pass: [
    { name: "nothing said", object: workload("Pod", { containers: [containerWith({})] }) },
    {
      name: "the runtime's profile and one of the node's",
      object: workload("Deployment", {
        securityContext: { appArmorProfile: { type: "RuntimeDefault" } },
        containers: [containerWith({ securityContext: { appArmorProfile: { type: "Localhost", localhostProfile: "web" } } })],
      }),
    },
    {
      name: "a profile of the node's for the whole pod, and an annotation of someone else",
      object: workload("StatefulSet", { securityContext: { appArmorProfile: { type: "Localhost", localhostProfile: "web" } }, containers: [containerWith({})] }, { annotations: { "example.com/profile": "unconfined" } }),
    },
    {
      name: "harmless annotations",
      object: workload(
        "DaemonSet",
        { containers: [containerWith({}), containerWith({ name: "proxy" }), containerWith({ name: "log" })] },
        { annotations: { [`${annotationPrefix}web`]: "runtime/default", [`${annotationPrefix}proxy`]: "localhost/proxy", [`${annotationPrefix}log`]: "" } },
      ),
    },
    {
      name: "an annotation of the Deployment itself has no effect",
      object: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", annotations: { [`${annotationPrefix}web`]: "unconfined" } },
        spec: { selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [containerWith({})] } } },
      },
    },
  ],
  fail: [
    {
      name: "the pod and each kind of container",
      object: workload("Pod", {
        securityContext: { appArmorProfile: { type: "Unconfined" } },
        initContainers: [containerWith({ name: "setup", securityContext: { appArmorProfile: { type: "Unconfined" } } })],
        containers: [containerWith({ securityContext: { appArmorProfile: { type: "RuntimeDefault" } } })],
        ephemeralContainers: [containerWith({ name: "debugger", securityContext: { appArmorProfile: { type: "Unconfined" } } })],
      }),
      at: [
        "spec.securityContext.appArmorProfile.type",
        "spec.initContainers[0].securityContext.appArmorProfile.type",
        "spec.ephemeralContainers[0].securityContext.appArmorProfile.type",
      ],
    },
    {
      name: "a container that leaves its pod's profile",
      object: workload("Job", {
        securityContext: { appArmorProfile: { type: "RuntimeDefault" } },
        containers: [containerWith({ securityContext: { appArmorProfile: { type: "Unconfined" } } })],
      }),
      at: ["spec.template.spec.containers[0].securityContext.appArmorProfile.type"],
    },
    {
      name: "the annotation on a pod template",
      object: workload("Deployment", { containers: [containerWith({})] }, { annotations: { [`${annotationPrefix}web`]: "unconfined" } }),
      at: [`spec.template.metadata.annotations["${annotationPrefix}web"]`],
    },
    {
      name: "an annotation for a container that does not exist",
      object: workload("Pod", { containers: [containerWith({})] }, { annotations: { [`${annotationPrefix}other`]: "RuntimeDefault" } }),
      at: [`metadata.annotations["${annotationPrefix}other"]`],
    },
  ],
});

function isConfiningAnnotation(profile: string): boolean {
  return profile === "" || profile === "runtime/default" || profile.startsWith("localhost/");
}
