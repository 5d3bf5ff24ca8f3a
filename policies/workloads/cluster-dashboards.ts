import { allContainers, containerWith, defineControl, imageRepository, namespaceOf, podBearing, strings, workload } from "portcullis";

export default defineControl({
  title: "Dashboards of the cluster must not run, nor let anyone in",
  description:
    "A dashboard holds the rights of all who use it, and Tiller those of the whole cluster, without asking who calls. Whoever reaches one that skips the login, or listens without TLS, runs what they like in the cluster; such consoles have stood open on the internet, and miners found them.",
  severity: "high",
  frameworks: {
    nsa: { "1.2": ["cp/dashboard"] },
    owasp: { "2022": ["K09"], "2025": ["K06"] },
  },
  match: podBearing(),
  parameters: {
    images: strings({
      default: ["kubernetesui/dashboard", "kubernetesui/dashboard-web", "kubernetesui/dashboard-api", "kubernetesui/dashboard-auth", "kubernetes-dashboard-amd64", "tiller", "weaveworks/scope"],
      description: "Images that count as dashboards: whole segments at the end of an image's path, so that mirrors are found too.",
    }),
    allowedNamespaces: strings({ default: [], description: "Namespaces whose dashboards are guarded, by name." }),
  },
  findings: {
    a: "An image is a dashboard of the cluster",
    b: "A flag lets anyone in, or anyone listen",
  },

  check({ object, pod, parameters, deny }) {
    if (parameters.allowedNamespaces.includes(namespaceOf(object))) return;
    for (const container of allContainers(pod)) {
      const path = `/${imageRepository(container.image ?? "")}`;
      if (parameters.images.some((image) => path.endsWith(`/${image}`))) {
        deny(container, "image", `container ${container.name} runs a dashboard of the cluster, ${container.image ?? ""}`, "a");
      }
      for (const [index, argument] of (container.args ?? []).entries()) {
        if (opensUp(argument)) deny(container, ["args", index], `container ${container.name} is started with ${argument}`, "b");
      }
      for (const [index, argument] of (container.command ?? []).entries()) {
        if (opensUp(argument)) deny(container, ["command", index], `container ${container.name} is started with ${argument}`, "b");
      }
    }
  },

  remediation: "Remove the dashboard, and use a client that runs where its user is; or guard it, let it listen on TLS alone, and allow its namespace.",
  pass: [
    {
      name: "images of other registries and teams than the one that is meant",
      parameters: { images: ["library/tiller", "library/team/tiller", "localhost/tiller", "library/localhost/tiller"] },
      object: workload("Pod", { containers: [containerWith({ image: "quay.io/tiller" }), containerWith({ name: "team", image: "team/tiller" }), containerWith({ name: "local", image: "localhost/tiller:v2" })] }),
    },
    {
      name: "programs that are only called like dashboards, on registries that are too",
      object: workload("Deployment", {
        initContainers: [containerWith({ name: "setup", image: "registry.example.com/shop/dashboard:3.1" })],
        containers: [
          containerWith({ image: "dashboard", args: ["--port=8443", "--auto-generate-certificates"] }),
          containerWith({ name: "ui", image: "registry.example.com/mykubernetesui/dashboard:1" }),
          containerWith({ name: "plug-in", image: "kubernetesui/dashboard/plug-in:2" }),
          containerWith({ name: "scraper", image: "kubernetesui/dashboard-metrics-scraper:v1.0.9" }),
          containerWith({ name: "toy", image: "tiller.example.com:5000/toys/tillers" }),
        ],
      }),
    },
    {
      name: "flags that are turned off, and ones that only begin alike",
      object: workload("DaemonSet", {
        containers: [
          containerWith({
            command: ["/server", "--insecure-port=0"],
            args: ["--enable-skip-login=false", "--enable-insecure-login=false", "--insecure-ports=9090", "--insecure-port=0", "--no-enable-skip-login", "enable-skip-login"],
          }),
        ],
      }),
    },
    {
      name: "a namespace whose dashboard is guarded",
      parameters: { allowedNamespaces: ["shop"] },
      object: workload("Deployment", { containers: [containerWith({ image: "kubernetesui/dashboard:v2.7.0", args: ["--enable-skip-login"] })] }),
    },
    { name: "dashboards of one's own choice", parameters: { images: ["octant"] }, object: workload("Pod", { containers: [containerWith({ image: "docker.io/kubernetesui/dashboard:v2.7.0" }), { name: "later" }] }) },
  ],
  fail: [
    {
      name: "an image of the official library of Docker Hub, by each of its names",
      parameters: { images: ["library/tiller"] },
      object: workload("Pod", {
        containers: [containerWith({ image: "tiller:v2.17.0" }), containerWith({ name: "hub", image: "docker.io/tiller" }), containerWith({ name: "index", image: "index.docker.io/tiller" }), containerWith({ name: "whole", image: "docker.io/library/tiller" })],
      }),
      at: [0, 1, 2, 3].map((index) => ({ finding: "a", path: `spec.containers[${index}].image` })),
    },
    {
      name: "the dashboard as it is published",
      object: workload("Deployment", { containers: [containerWith({ image: "kubernetesui/dashboard:v2.7.0", args: ["--auto-generate-certificates", "--namespace=kubernetes-dashboard"] })] }),
      at: [{ finding: "a", path: "spec.template.spec.containers[0].image" }],
    },
    {
      name: "mirrors, whatever stands before and behind the path",
      object: workload("Pod", {
        initContainers: [containerWith({ name: "setup", image: "k8s.gcr.io/kubernetes-dashboard-amd64" })],
        containers: [containerWith({ image: "registry.example.com:5000/mirror/kubernetesui/dashboard-api:1.10@sha256:0f2d1c0b4d3c5a4f6b8e9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e" }), containerWith({ name: "old", image: "tiller:v2.17.0" })],
        ephemeralContainers: [containerWith({ name: "debugger", image: "docker.io/weaveworks/scope" })],
      }),
      at: ["spec.initContainers[0].image", "spec.containers[0].image", "spec.containers[1].image", "spec.ephemeralContainers[0].image"].map((path) => ({ finding: "a" as const, path })),
    },
    {
      name: "flags that let anyone in, whatever the image is called",
      object: workload("StatefulSet", {
        initContainers: [containerWith({ name: "setup", args: ["--enable-skip-login=1"] })],
        containers: [containerWith({ command: ["/dashboard", "--enable-skip-login"], args: ["--port=8443", "--enable-insecure-login=true", "--insecure-port=9090", "--insecure-port"] })],
      }),
      at: ["initContainers[0].args[0]", "containers[0].command[1]", "containers[0].args[1]", "containers[0].args[2]", "containers[0].args[3]"].map((path) => ({ finding: "b" as const, path: `spec.template.spec.${path}` })),
    },
    {
      name: "an image of one's own choice, in a namespace that is not allowed",
      parameters: { images: ["octant"], allowedNamespaces: ["monitoring", "shopping"] },
      object: workload("CronJob", { containers: [containerWith({ image: "registry.example.com/tools/octant:0.25" }), containerWith({ name: "proxy", image: "registry.example.com/tools/octant-proxy:0.25" })] }),
      at: [{ finding: "a", path: "spec.jobTemplate.spec.template.spec.containers[0].image" }],
    },
    {
      name: "a manifest without a namespace, which goes to default",
      parameters: { allowedNamespaces: ["shop"] },
      object: { apiVersion: "v1", kind: "Pod", metadata: { name: "console" }, spec: { containers: [{ name: "console", image: "localhost/tiller" }] } },
      at: [{ finding: "a", path: "spec.containers[0].image" }],
    },
  ],
});

/** Whether an argument turns on a login that can be skipped, or a port without TLS. Patterns over long arguments would cost too much. */
function opensUp(argument: string): boolean {
  const opening = ["enable-skip-login", "enable-insecure-login"].some((flag) => argument === `--${flag}` || ["1", "t", "T", "true", "True", "TRUE"].some((yes) => argument === `--${flag}=${yes}`));
  return opening || argument === "--insecure-port" || (argument.startsWith("--insecure-port=") && argument !== "--insecure-port=0");
}
