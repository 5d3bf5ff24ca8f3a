import { type admissionregistrationv1, defineControl, integer, kinds, strings } from "portcullis";

const clientConfig = { service: { name: "policy", namespace: "policy-system", path: "/validate" } };
const pods = { operations: ["CREATE", "UPDATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] } as const;

const validating = (...webhooks: readonly Partial<admissionregistrationv1.ValidatingWebhook>[]): admissionregistrationv1.ValidatingWebhookConfiguration => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "policy" },
  webhooks: webhooks.map((webhook) => ({ name: "validate.policy.example.com", admissionReviewVersions: ["v1"], sideEffects: "None", clientConfig, rules: [pods], ...webhook })),
});

const mutating = (...webhooks: readonly Partial<admissionregistrationv1.MutatingWebhook>[]): admissionregistrationv1.MutatingWebhookConfiguration => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
  metadata: { name: "injector" },
  webhooks: webhooks.map((webhook) => ({ name: "inject.example.com", admissionReviewVersions: ["v1"], sideEffects: "None", clientConfig, rules: [pods], ...webhook })),
});

export default defineControl({
  title: "Admission webhooks must not be passed by",
  description:
    "A webhook that fails open lets everything in while it is down, and whoever can flood or crash it brings it down. One that chooses objects or namespaces by labels is passed by whoever may set those labels.",
  severity: "medium",
  frameworks: {
    owasp: { "2022": ["K04"], "2025": ["K04"] },
  },
  match: kinds("admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1/MutatingWebhookConfiguration"),
  parameters: {
    allowIgnore: strings({ default: [], description: "Webhooks that may fail open, such as those that are being rolled out, by name: validate.policy.example.com." }),
    trustedKeys: strings({ default: ["kubernetes.io/metadata.name"], description: "Labels of namespaces that webhooks may select by, since nobody can set them at will." }),
    maxTimeout: integer({ default: 10, minimum: 1, maximum: 30, description: "How many seconds the API server may wait for a webhook." }),
  },
  findings: {
    a: "A webhook fails open",
    b: "Labels decide whether a webhook is asked",
    c: "The API server waits too long for a webhook",
  },

  check({ object, parameters, deny }) {
    for (const webhook of object.webhooks ?? []) {
      if (webhook.failurePolicy === "Ignore" && !parameters.allowIgnore.includes(webhook.name)) {
        deny(webhook, "failurePolicy", `${webhook.name} lets everything in while it does not answer`, "a");
      }
      if (Object.keys(webhook.objectSelector?.matchLabels ?? {}).length > 0 || (webhook.objectSelector?.matchExpressions ?? []).length > 0) {
        deny(webhook, "objectSelector", `whoever writes an object decides by its labels whether ${webhook.name} is asked`, "b");
      }
      for (const key of Object.keys(webhook.namespaceSelector?.matchLabels ?? {})) {
        if (!parameters.trustedKeys.includes(key)) deny(webhook, ["namespaceSelector", "matchLabels", key], `the label ${key} of a namespace decides whether ${webhook.name} is asked`, "b");
      }
      for (const [index, { key }] of (webhook.namespaceSelector?.matchExpressions ?? []).entries()) {
        if (!parameters.trustedKeys.includes(key)) deny(webhook, ["namespaceSelector", "matchExpressions", index], `the label ${key} of a namespace decides whether ${webhook.name} is asked`, "b");
      }
      const seconds = webhook.timeoutSeconds ?? 10;
      if (seconds > parameters.maxTimeout) deny(webhook, "timeoutSeconds", `the API server waits ${seconds} s for ${webhook.name}; ${parameters.maxTimeout} s are allowed`, "c");
    }
  },

  remediation: "Set failurePolicy to Fail, run several replicas of the webhook, and leave namespaces out by kubernetes.io/metadata.name only.",
  pass: [
    { name: "what the API server fills in", object: validating({ failurePolicy: "Fail", matchPolicy: "Equivalent", namespaceSelector: {}, objectSelector: {}, timeoutSeconds: 10 }) },
    { name: "nothing said: webhooks fail closed after ten seconds", object: mutating({}, { name: "defaults.example.com", timeoutSeconds: 5 }) },
    { name: "a namespace that is left out by its name", object: validating({ namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system"] }] } }) },
    {
      name: "a webhook that is being rolled out, a label that only the platform sets, and a longer wait",
      parameters: { allowIgnore: ["validate.policy.example.com"], trustedKeys: ["platform.example.com/tenant"], maxTimeout: 30 },
      object: validating({ failurePolicy: "Ignore", timeoutSeconds: 30, namespaceSelector: { matchLabels: { "platform.example.com/tenant": "shop" } } }),
    },
    { name: "no webhooks", object: { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration", metadata: { name: "policy" } } },
  ],
  fail: [
    {
      name: "one that fails open beside one that does not",
      object: validating({ failurePolicy: "Fail" }, { name: "audit.policy.example.com", failurePolicy: "Ignore" }),
      at: [{ finding: "a", path: "webhooks[1].failurePolicy" }],
    },
    {
      name: "another webhook than the one that is allowed, by the name of the configuration",
      parameters: { allowIgnore: ["injector", "inject"] },
      object: mutating({ failurePolicy: "Ignore" }),
      at: [{ finding: "a", path: "webhooks[0].failurePolicy" }],
    },
    {
      name: "labels of the object, by value and by expression",
      object: mutating({ objectSelector: { matchLabels: { inject: "true" } } }, { name: "defaults.example.com", objectSelector: { matchExpressions: [{ key: "skip", operator: "DoesNotExist" }] } }),
      at: [
        { finding: "b", path: "webhooks[0].objectSelector" },
        { finding: "b", path: "webhooks[1].objectSelector" },
      ],
    },
    {
      name: "labels of the namespace that whoever may change it can set",
      object: validating({
        namespaceSelector: { matchLabels: { "policy.example.com/on": "true", "kubernetes.io/metadata.name": "shop" }, matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system"] }, { key: "admission.gatekeeper.sh/ignore", operator: "DoesNotExist" }] },
      }),
      at: [
        { finding: "b", path: 'webhooks[0].namespaceSelector.matchLabels["policy.example.com/on"]' },
        { finding: "b", path: "webhooks[0].namespaceSelector.matchExpressions[1]" },
      ],
    },
    { name: "a long wait", object: validating({ timeoutSeconds: 11 }), at: [{ finding: "c", path: "webhooks[0].timeoutSeconds" }] },
    { name: "the usual wait, where less is allowed", parameters: { maxTimeout: 5 }, object: mutating({}), at: [{ finding: "c", path: "webhooks[0].timeoutSeconds" }] },
  ],
});
