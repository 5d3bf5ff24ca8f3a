import { containerWith, defineControl, podBearing, string, strings, workload } from "portcullis";

export default defineControl({
  title: "Pods that nobody trusts must run in a sandbox",
  description:
    "Containers share the kernel of their node, and one flaw in it lets a program out to all that runs there. Code that strangers bring, from a build, a plug-in or a customer, is the code that tries: under gVisor or in a virtual machine of its own it meets another kernel first.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["pod/sandbox"] },
    owasp: { "2022": ["K01"], "2025": ["K01"] },
  },
  match: podBearing(),
  parameters: {
    label: string({ default: "portcullis.dev/untrusted=true", pattern: "^[^=]+=", description: "The label of pods, or of the Namespace that they are in, whose code nobody trusts, as key=value. Whoever writes a pod may leave it out there: label the Namespace." }),
    runtimeClasses: strings({ default: ["gvisor", "kata"], description: "RuntimeClasses that are sandboxes, by name." }),
  },
  findings: {
    a: "A pod with the label runs in no sandbox",
    b: "A pod in a Namespace with the label runs in no sandbox",
  },

  check({ pod, namespace, parameters, deny }) {
    if (parameters.runtimeClasses.includes(pod.spec?.runtimeClassName ?? "")) return;
    const allowed = parameters.runtimeClasses.join(", ");
    if (bears(pod.metadata?.labels, parameters.label)) {
      deny(pod, "spec.runtimeClassName", `the pod is labelled ${parameters.label}, and runs in no sandbox; set runtimeClassName to one of: ${allowed}`, "a");
    }
    if (bears(namespace?.metadata?.labels, parameters.label)) {
      deny(pod, "spec.runtimeClassName", `the Namespace is labelled ${parameters.label}, and the pod runs in no sandbox; set runtimeClassName to one of: ${allowed}`, "b");
    }
  },

  remediation: "Set runtimeClassName to a RuntimeClass that is a sandbox, on nodes whose runtime has it.",
  pass: [
    {
      name: "a labelled pod under gVisor",
      object: workload("Deployment", { runtimeClassName: "gvisor", containers: [containerWith({})] }, { labels: { app: "web", "portcullis.dev/untrusted": "true" } }),
    },
    {
      name: "a Namespace with the label, and a virtual machine for each pod",
      object: workload("Job", { runtimeClassName: "kata", containers: [containerWith({})] }),
      namespace: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "portcullis.dev/untrusted": "true" } } },
    },
    {
      name: "no label, another value, and one that only ends alike",
      object: workload("Pod", { containers: [containerWith({})] }, { labels: { "portcullis.dev/untrusted": "false", "my.portcullis.dev/untrusted": "true" } }),
      namespace: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "kubernetes.io/metadata.name": "shop", "portcullis.dev/untrusted": "" } } },
    },
    {
      name: "an annotation, which is no label",
      object: workload("StatefulSet", { containers: [containerWith({})] }, { annotations: { "portcullis.dev/untrusted": "true" } }),
    },
    {
      name: "a label and a RuntimeClass of one's own",
      parameters: { label: "example.com/tier=customer", runtimeClasses: ["firecracker"] },
      object: workload("CronJob", { runtimeClassName: "firecracker", containers: [containerWith({})] }, { labels: { "example.com/tier": "customer" } }),
    },
  ],
  fail: [
    {
      name: "a labelled pod with the kernel of its node",
      object: workload("Deployment", { containers: [containerWith({})] }, { labels: { app: "web", "portcullis.dev/untrusted": "true" } }),
      at: [{ finding: "a", path: "spec.template.spec.runtimeClassName" }],
    },
    {
      name: "a RuntimeClass that is no sandbox",
      object: workload("Pod", { runtimeClassName: "nvidia", containers: [containerWith({})] }, { labels: { "portcullis.dev/untrusted": "true" } }),
      at: [{ finding: "a", path: "spec.runtimeClassName" }],
    },
    {
      name: "a Namespace with the label, whose pods leave it out",
      object: workload("CronJob", { runtimeClassName: "", containers: [containerWith({})] }),
      namespace: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "portcullis.dev/untrusted": "true" } } },
      at: [{ finding: "b", path: "spec.jobTemplate.spec.template.spec.runtimeClassName" }],
    },
    {
      name: "a label of one's own, on both, and a RuntimeClass of the default list",
      parameters: { label: "example.com/tier=customer", runtimeClasses: ["firecracker"] },
      object: workload("DaemonSet", { runtimeClassName: "gvisor", containers: [containerWith({})] }, { labels: { "example.com/tier": "customer" } }),
      namespace: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "example.com/tier": "customer" } } },
      at: [
        { finding: "a", path: "spec.template.spec.runtimeClassName" },
        { finding: "b", path: "spec.template.spec.runtimeClassName" },
      ],
    },
  ],
});

/** Whether a label, as key=value, is among these. */
const bears = (labels: { readonly [key: string]: string } | undefined, pair: string): boolean => Object.entries(labels ?? {}).some(([key, value]) => `${key}=${value}` === pair);
